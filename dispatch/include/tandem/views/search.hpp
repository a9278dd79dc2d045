#pragma once

// The terminals that stop when they know the answer.

#include <tandem/cpu/chain.hpp>
#include <tandem/views/reduce.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

enum class sought : unsigned char { any, all, none, first, some, position };

template <sought What, class P>
struct search_adaptor {
  P predicate;
};

template <class C, class P>
struct chain_search_site {
  static constexpr bool can_trace() {
    if constexpr (ends_in_item<C>())
      return traceable_call<P, typename chain_traits<C>::template traced_result<typename C::following>>();
    else
      return false;
  }
  static inline constinit call_site site{
      chain_traits<C>::template facts<void>("a chain ending in a search", algorithm::find, can_trace())};
};

/// The lowest index (with Any: some index) that gives a value for which the predicate is `Wanted`; size() if
/// there is none.
template <bool Any, bool Wanted, class C, class P>
std::size_t search_chain(C const& c, P const& predicate) {
  using facts = chain_search_site<C, P>;
  require_chain_on_gpu<C::where_to, facts::can_trace()>();
  std::size_t found = c.size();
  if (c.size() == 0)
    return found;
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
    auto const test = [body = c.body(), holds = cpu::hold(predicate)](std::size_t i) {
      bool hit = false;
      body(i, [&](auto&& x) {
        hit = static_cast<bool>(call_held_item(holds, x)) == Wanted;
        return !hit;
      });
      return hit;
    };
    found = cpu::find_index<Any, (C::plain && C::at_most_one)>(how, c.size(), test);
  };
  traffic const moved{.upload_bytes = chain_traits<C>::upload(c), .download_bytes = sizeof(std::size_t)};
  if constexpr (facts::can_trace()) {
    if (c.size() < ~std::uint32_t{0}) {
      run_whole(c.where(), facts::site, c.size(), moved, on_cpu,
                chain_search_launch<C, P, Wanted>(c, predicate, found));
      return found;
    }
  }
  run_whole(c.where(), facts::site, c.size(), moved, on_cpu, no_launch{});
  return found;
}

template <Chain C, sought What, class P>
auto operator|(C&& c, search_adaptor<What, P> a) {
  using plain = std::remove_cvref_t<C>;
  if constexpr (What == sought::any) {
    return search_chain<true, true>(std::as_const(c), a.predicate) != c.size();
  } else if constexpr (What == sought::none) {
    return search_chain<true, true>(std::as_const(c), a.predicate) == c.size();
  } else if constexpr (What == sought::all) {
    return search_chain<true, false>(std::as_const(c), a.predicate) == c.size();
  } else if constexpr (What == sought::position) {
    require_indexed<C>();
    auto const place = search_chain<false, true>(std::as_const(c), a.predicate);
    return place == c.size() ? std::optional<std::size_t>{} : std::optional<std::size_t>{place};
  } else {
    std::optional<typename plain::value_type> result;
    auto const place = search_chain<What == sought::some, true>(std::as_const(c), a.predicate);
    if (place != c.size())
      c.body()(place, [&](auto&& x) {
        bool const hit = call_item(a.predicate, x);
        if (hit)
          result.emplace(std::forward<decltype(x)>(x));
        return !hit;
      });
    return result;
  }
}

} // namespace detail

/// Whether some item has pred(item); false if there are none. Stops soon after one is found, as all searches
/// do: pred may be called on items behind it, and twice on some. On a GPU (all searches) every item is looked
/// at.
template <class P>
constexpr detail::search_adaptor<detail::sought::any, P> any_of(P pred) {
  return {std::move(pred)};
}

/// Whether every item has pred(item); true if there are none.
template <class P>
constexpr detail::search_adaptor<detail::sought::all, P> all_of(P pred) {
  return {std::move(pred)};
}

/// Whether no item has pred(item).
template <class P>
constexpr detail::search_adaptor<detail::sought::none, P> none_of(P pred) {
  return {std::move(pred)};
}

/// The first item with pred(item), as a std::optional.
template <class P>
constexpr detail::search_adaptor<detail::sought::first, P> find_if(P pred) {
  return {std::move(pred)};
}

/// Some item with pred(item), whichever is found first, as a std::optional.
template <class P>
constexpr detail::search_adaptor<detail::sought::some, P> find_any(P pred) {
  return {std::move(pred)};
}

/// The place of the first item with pred(item), as a std::optional<std::size_t>; not behind a filter.
template <class P>
constexpr detail::search_adaptor<detail::sought::position, P> position(P pred) {
  return {std::move(pred)};
}

} // namespace tandem
