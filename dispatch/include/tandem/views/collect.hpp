#pragma once

// The terminals that store or use every item.

#include <tandem/cpu/chain.hpp>
#include <tandem/cpu/for_each.hpp>
#include <tandem/cpu/map.hpp>
#include <tandem/detail/for_each.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/scan.hpp>
#include <tandem/views/reduce.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

template <class Container>
struct collect_adaptor {};
template <class Out>
struct collect_into_adaptor {
  Out* out;
};
template <class F>
struct for_each_adaptor {
  F function;
};

template <class C, class T>
struct chain_collect_site {
  static constexpr bool can_trace() {
    if constexpr (C::at_most_one)
      return ends_in_number<C, T>();
    else
      return false;
  }
  static inline constinit call_site site{chain_traits<C>::template facts<T>(
      "a chain ending in collect", C::indexed ? algorithm::map : algorithm::filter, can_trace())};
};

/// One result for each place.
template <class C, class Out, class T>
void store_all(C const& c, Out& out) {
  using facts = chain_collect_site<C, T>;
  require_chain_on_gpu<C::where_to, facts::can_trace()>();
  using stored = element_t<Out>;
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    auto const leaf = [body = c.body()](std::size_t i) -> decltype(auto) { return body.item(i); };
    auto* const results = host_overwrite(out);
    cpu::map(how, last - first, results + first, leaf,
             cpu::indices<(C::plain && cpu::vectorisable<stored>)>(first));
  };
  traffic const moved{.upload_bytes = chain_traits<C>::upload(c),
                      .download_bytes = traffic_of(out).download_bytes};
  if constexpr (facts::can_trace()) {
    if (fits_device_index(c))
      return run_elementwise(c.where(), facts::site, c.size(), moved, on_host,
                             chain_map_launch<C, Out>(c, out));
  }
  run_elementwise(c.where(), facts::site, c.size(), moved, on_host, no_launch{});
}

/// Results of an arithmetic type, at most one for each place, to `room`, which holds as many as there are
/// places.
template <class C, class T>
std::size_t store_kept(C const& c, T* room) {
  using facts = chain_collect_site<C, T>;
  require_chain_on_gpu<C::where_to, facts::can_trace()>();
  std::size_t kept = 0;
  if (c.size() == 0)
    return kept;
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
    auto const body = c.body();
    kept = cpu::filter_chain<C::plain>(how, c.size(), room, body);
  };
  traffic const moved{.upload_bytes = chain_traits<C>::upload(c),
                      .download_bytes = static_cast<double>(c.size() * sizeof(T))};
  if constexpr (facts::can_trace()) {
    if (c.size() < ~std::uint32_t{0}) {
      run_whole(c.where(), facts::site, c.size(), moved, on_cpu, chain_filter_launch<C, T>(c, room, kept));
      return kept;
    }
  }
  run_whole(c.where(), facts::site, c.size(), moved, on_cpu, no_launch{});
  return kept;
}

template <class C, class T>
std::vector<T> collect_any(C const& c) {
  using facts = chain_collect_site<C, T>;
  require_chain_on_gpu<C::where_to, false>();
  std::vector<T> result;
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
    auto const body = c.body();
    result = cpu::collect_chain<T>(how, c.size(), body);
  };
  if (c.size() != 0)
    run_whole(c.where(), facts::site, c.size(), traffic{}, on_cpu, no_launch{});
  return result;
}

/// A std::vector of all results; a tandem::array where they are bool.
template <Chain C>
auto collect_chain(C const& c) {
  using T = typename C::value_type;
  if constexpr (C::indexed) {
    auto out = new_range<T>(c.size());
    store_all<C, decltype(out), T>(c, out);
    return finished_range<T>(std::move(out));
  } else if constexpr (C::at_most_one && cpu::vectorisable<T>) {
    std::unique_ptr<T[]> const room(new T[c.size()]); // untouched pages cost nothing
    auto const kept = store_kept(c, room.get());
    return copied_range<T>(static_cast<T const*>(room.get()), kept);
  } else if constexpr (std::is_same_v<T, bool>) {
    auto const bytes = collect_any<C, unsigned char>(c);
    auto out = array<bool>::for_overwrite(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      out[i] = bytes[i] != 0;
    return out;
  } else {
    return collect_any<C, T>(c);
  }
}

template <Chain C, class Container>
auto operator|(C&& c, collect_adaptor<Container>) {
  if constexpr (std::is_void_v<Container>) {
    return collect_chain(std::as_const(c));
  } else {
    auto all = collect_chain(std::as_const(c));
    return Container(std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
  }
}
template <Chain C>
auto operator|(C&& c, collect_adaptor<void> (*collect)()) {
  return c | collect(); // without parentheses
}

template <class C, class Out>
void check_places(C const& c, Out const& out) {
  with_parts(c.sources(), [&]<class... Source>(Source const&... source) {
    std::size_t index = 0;
    auto const check = [&]<class S>(S const& each) {
      ++index;
      if constexpr (C::indexed && S::in_place)
        require_no_racing_overlap("collect_into", extent_of(out), "source", index, each.memory());
      else
        require_disjoint("collect_into", "the output", extent_of(out), "source", index, each.memory());
    };
    (check(source), ...);
  });
}

template <Chain C, class Out>
std::size_t collect_to(C const& c, Out& out) {
  static_assert(WritableRange<Out>,
                "collect_into: the output must be a contiguous range that can be written");
  using T = element_t<Out>;
  check_places(c, out);
  if constexpr (C::indexed) {
    require_same_size("collect_into", "the chain", c.size(), "the output", 0, size_of(out));
    store_all<C, Out, T>(c, out);
    return c.size();
  } else {
    if constexpr (C::at_most_one && cpu::vectorisable<T>)
      if (size_of(out) >= c.size())
        return store_kept(c, host_overwrite(out));
    auto all = collect_chain(c);
    if (all.size() > size_of(out))
      throw_too_small("collect_into", "the output", all.size(), size_of(out));
    auto* place = host_overwrite(out);
    for (auto& x : all)
      *place++ = cpu::detail::as_element<T>(std::move(x));
    return all.size();
  }
}

template <Chain C, class Out>
std::size_t operator|(C&& c, collect_into_adaptor<Out> a) {
  return collect_to(std::as_const(c), *a.out);
}

template <class C, class F>
struct chain_effects_site {
  static inline constinit call_site site{
      chain_traits<C>::template facts<void>("a chain ending in for_each", algorithm::for_each, false)};
};

template <Chain C, class F>
void operator|(C&& c, for_each_adaptor<F> a) {
  using plain = std::remove_cvref_t<C>;
  require_cpu_for_side_effects<plain::where_to>();
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    auto const one_by_one = [body = c.body(), use = cpu::hold(a.function), first](std::size_t i) {
      body(first + i, [&](auto&& x) {
        return static_cast<void>(call_held_item(use, std::forward<decltype(x)>(x))), true;
      });
    };
    cpu::for_n(how, last - first, one_by_one);
  };
  if (c.size() != 0)
    run_elementwise(c.where(), chain_effects_site<plain, F>::site, c.size(), traffic{}, on_host, no_launch{});
}

/// A chain whose results are running totals: to be collected.
template <class C, class Op>
struct scanned_chain {
  C chain;
  Op operation;
};

template <Chain C, class Op>
auto operator|(C&& c, scan_adaptor<Op> a) {
  return scanned_chain<std::remove_cvref_t<C>, Op>{std::forward<C>(c), std::move(a.operation)};
}
template <class C, class Op>
auto operator|(scanned_chain<C, Op> const& c, collect_adaptor<void>) {
  auto out = collect_chain(c.chain);
  parallel_inclusive_scan(c.chain.where(), out, out, c.operation);
  return out;
}
template <class C, class Op, class Out>
std::size_t operator|(scanned_chain<C, Op> const& c, collect_into_adaptor<Out> a) {
  static_assert(C::indexed,
                "collect_into: running totals behind a filter or flat_map are collected to a new vector");
  auto const n = collect_to(c.chain, *a.out);
  parallel_inclusive_scan(c.chain.where(), *a.out, *a.out, c.operation);
  return n;
}

} // namespace detail

/// All items in order, as a new std::vector (a tandem::array where they are bool; pairs and tuples hold
/// values, not references), or as a Container made of two iterators. Behind a filter, arithmetic items need
/// untouched room for as many as there are places.
template <class Container = void>
constexpr detail::collect_adaptor<Container> collect() {
  return {};
}

/// All items in order to `out`; returns how many. Without a filter `out` has as many elements as the chain,
/// and may be one of its ranges, element for element; else it is at least large enough, and apart.
/// std::invalid_argument otherwise; nothing is written then.
template <class Out>
constexpr detail::collect_into_adaptor<Out> collect_into(Out& out) {
  return {&out};
}
template <class T, std::size_t Extent> /// The same into a span.
constexpr auto collect_into(std::span<T, Extent>&& out) {
  return detail::collect_into_adaptor<std::span<T, Extent>>{&out}; // used in the same expression
}

/// Calls f(item) on every item, for its side effects, in no order and from several threads; items of ranges
/// that are not const may be changed. On the CPU only.
template <class F>
constexpr detail::for_each_adaptor<F> for_each(F f) {
  return {std::move(f)};
}

} // namespace tandem
