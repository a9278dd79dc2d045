#pragma once

// The terminals that make one value of a chain.

#include <tandem/cpu/for_each.hpp>
#include <tandem/cpu/map_reduce.hpp>
#include <tandem/cpu/reduce.hpp>
#include <tandem/detail/map_reduce.hpp>
#include <tandem/views/adaptors.hpp>
#include <tandem/views/launches.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

template <class T>
struct sum_adaptor {};
template <class T>
struct product_adaptor {};
template <bool Largest, class Less>
struct extreme_adaptor {
  Less less;
};
struct count_adaptor {};

template <class C, class T, class Op>
struct chain_reduce_site {
  static constexpr bool filtered_on_device = C::indexed || has_identity_v<Op, T>;
  static constexpr bool can_trace() {
    if constexpr (filtered_on_device && ends_in_number<C, T>())
      return tandem::detail::traceable<Op, T, T>();
    else
      return false;
  }
  static inline constinit call_site site{
      chain_traits<C>::template facts<void>("a chain ending in reduce", algorithm::map_reduce, can_trace())};
};

/// What a reduction without an identity passes about: perhaps nothing.
template <class Op>
struct join_optionals {
  Op* op;
  template <class A, class B>
  auto operator()(A&& a, B&& b) const -> std::remove_cvref_t<A> {
    if (!a)
      return std::forward<B>(b);
    if (!b)
      return std::forward<A>(a);
    using T = typename std::remove_cvref_t<A>::value_type;
    return std::remove_cvref_t<A>(T((*op)(*std::forward<A>(a), *std::forward<B>(b))));
  }
};

/// The values of index i, folded from the left; empty if there are none.
template <class T, class Body, class Op>
std::optional<T> fold_values(Body const& body, std::size_t i, Op& op) {
  std::optional<T> folded;
  body(i, [&](auto&& x) {
    if (!folded) {
      folded.emplace(std::forward<decltype(x)>(x));
    } else {
      T next = op(std::move(*folded), T(std::forward<decltype(x)>(x)));
      folded.emplace(std::move(next));
    }
    return true;
  });
  return folded;
}

/// The total of a chain that may have none, without a known identity: elements that are not there take no
/// part.
template <class T, class C, class Op>
std::optional<T> fold_optional(cpu::execution how, C const& c, Op& op) {
  auto const body = c.body();
  auto const leaf = [&](std::size_t i) { return fold_values<T>(body, i, op); };
  join_optionals<Op> const join{&op};
  return cpu::map_reduce<false, std::optional<T>>(how, c.size(), std::optional<T>{}, join, leaf,
                                                  cpu::indices<false>{});
}

/// op(init, total) of what leaf makes of n places. Where no shape of the reduction shows in the result, it
/// starts at a cache line.
template <bool Plain, class T, class Body, class Op, class Leaf>
T reduce_places(cpu::execution how, std::size_t n, T init, Body const& body, Op& op, Leaf const& leaf) {
  constexpr bool commutative = commutative_on<Op, T>;
  std::size_t head = 0;
  if constexpr (commutative && std::is_integral_v<T>) {
    head = body.before_line(n);
    init = cpu::map_reduce<commutative, T>({}, head, init, op, leaf, body.template places<Plain>());
  }
  return cpu::map_reduce<commutative, T>(how, n - head, std::move(init), op, leaf,
                                         body.template places<Plain>(head));
}

/// op(init, total) on the CPU.
template <class T, class C, class Op>
T reduce_on_host(cpu::execution how, C const& c, T init, Op& op) {
  if constexpr (C::indexed) {
    auto const body = c.body();
    auto const leaf = [body](std::size_t i) -> decltype(auto) { return body.item(i); };
    using item = typename C::item;
    if constexpr (!cpu::vectorisable<T> && std::is_lvalue_reference_v<item> &&
                  std::is_same_v<std::remove_cvref_t<item>, T>) {
      // Borrowed elements: nothing is copied.
      return cpu::detail::fold_ordered<T>(how, c.size(), op, leaf).after(op, std::move(init));
    } else {
      return reduce_places<C::plain>(how, c.size(), std::move(init), body, op, leaf);
    }
  } else if constexpr (cpu::vectorisable<T> && has_identity_v<Op, T>) {
    auto const body = c.body();
    auto const leaf = [body, join = cpu::hold(op)](std::size_t i) {
      T value = identity_v<Op, T>;
      body(i, [&](auto&& x) {
        if constexpr (C::at_most_one)
          value = cpu::detail::as_element<T>(x);
        else
          value = cpu::detail::as_element<T>(join(value, cpu::detail::as_element<T>(x)));
        return true;
      });
      return value;
    };
    return reduce_places<(C::plain && C::at_most_one)>(how, c.size(), std::move(init), body, op, leaf);
  } else {
    auto total = fold_optional<T>(how, c, op);
    return total ? T(op(std::move(init), std::move(*total))) : std::move(init);
  }
}

template <class T, class C, class Op>
T reduce_chain(C const& c, T init, Op op) {
  static_assert(std::is_invocable_r_v<T, Op&, T const&, T const&>,
                "the operation of a reduction must take two values of init's type and return one");
  using facts = chain_reduce_site<C, T, Op>;
  constexpr auto where = C::where_to;
  require_chain_on_gpu<where, facts::can_trace()>();
  if (c.size() == 0)
    return init;
  std::optional<T> result;
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
    result.emplace(reduce_on_host<T>(how, c, std::move(init), op));
  };
  traffic const moved{.upload_bytes = chain_traits<C>::upload(c), .download_bytes = sizeof(T)};
  if constexpr (facts::can_trace()) {
    if (fits_device_index(c))
      run_whole(c.where(), facts::site, c.size(), moved, on_cpu,
                chain_reduce_launch<C, T, Op, commutative_on<Op, T>>(c, op, init, result));
    else
      run_whole(c.where(), facts::site, c.size(), moved, on_cpu, no_launch{});
  } else {
    run_whole(c.where(), facts::site, c.size(), moved, on_cpu, no_launch{});
  }
  return std::move(*result);
}

template <Chain C, class T, class Op>
T operator|(C&& c, reduce_adaptor<T, Op> a) {
  return reduce_chain<T>(c, std::move(a.init), std::move(a.operation));
}

template <class Given, class C>
using sum_t =
    std::conditional_t<std::is_void_v<Given>, decltype(+std::declval<typename C::value_type>()), Given>;

template <Chain C, class T>
auto operator|(C&& c, sum_adaptor<T>) {
  return reduce_chain(c, sum_t<T, std::remove_cvref_t<C>>(0), plus{});
}
template <Chain C, class T>
auto operator|(C&& c, product_adaptor<T>) {
  return reduce_chain(c, sum_t<T, std::remove_cvref_t<C>>(1), multiplies{});
}

/// 1 for any item.
template <class T>
struct one {
  template <class... Item>
  constexpr T operator()(Item const&...) const {
    return T{1};
  }
};

template <Chain C>
std::size_t count_chain(C const& c) {
  if constexpr (C::indexed) {
    return c.size();
  } else if constexpr (!C::at_most_one) {
    return static_cast<std::size_t>(
        reduce_chain(with_function(c, one<std::uint64_t>{}), std::uint64_t{0}, plus{}));
  } else {
    if (c.size() >> 32 == 0) // counted in 32 bits, which vectors do better and every GPU has
      return reduce_chain(with_function(c, one<std::uint32_t>{}), std::uint32_t{0}, plus{});
    return static_cast<std::size_t>(
        reduce_chain(with_function(c, one<std::uint64_t>{}), std::uint64_t{0}, plus{}));
  }
}

template <Chain C>
std::size_t operator|(C&& c, count_adaptor) {
  return count_chain(c);
}

struct by_less {};

/// The first of the least (or greatest) values.
template <bool Largest, class Less>
struct extreme_by {
  Less less;
  template <class T>
  T operator()(T const& a, T const& b) const {
    if constexpr (std::is_same_v<Less, by_less>)
      return (Largest ? a < b : b < a) ? b : a;
    else
      return (Largest ? less(a, b) : less(b, a)) ? b : a;
  }
};

template <class C>
struct extreme_site {
  static inline constinit call_site site{
      chain_traits<C>::template facts<void>("a chain ending in min or max", algorithm::map_reduce, false)};
};

template <bool Largest, Chain C, class Less>
auto extreme_of_chain(C const& c, Less less) -> std::optional<typename C::value_type> {
  using T = typename C::value_type;
  using op = std::conditional_t<Largest, maximum, minimum>;
  if (c.size() == 0)
    return std::nullopt;
  if constexpr (std::is_same_v<Less, by_less> && cpu::vectorisable<T> && has_identity_v<op, T>) {
    T const best = reduce_chain(c, identity_v<op, T>, op{});
    bool const perhaps_none = best == identity_v<op, T> || best != best;
    if (!C::indexed && perhaps_none && count_chain(c) == 0)
      return std::nullopt;
    return best;
  } else {
    static_assert(C::where_to != target::gpu,
                  "tandem::on_gpu: min and max of a chain run on a GPU for its element types and their own "
                  "order only; or use tandem::on_cpu");
    extreme_by<Largest, Less> best{std::move(less)};
    std::optional<T> result;
    auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
      result = fold_optional<T>(how, c, best);
    };
    run_whole(c.where(), extreme_site<C>::site, c.size(), traffic{}, on_cpu, no_launch{});
    return result;
  }
}

template <Chain C, bool Largest, class Less>
auto operator|(C&& c, extreme_adaptor<Largest, Less> a) {
  return extreme_of_chain<Largest>(std::as_const(c), std::move(a.less));
}

// Without parentheses.
template <Chain C>
auto operator|(C&& c, sum_adaptor<void> (*sum)()) {
  return c | sum();
}
template <Chain C>
auto operator|(C&& c, product_adaptor<void> (*product)()) {
  return c | product();
}
template <Chain C>
std::size_t operator|(C&& c, count_adaptor (*count)()) {
  return c | count();
}
template <Chain C>
auto operator|(C&& c, extreme_adaptor<false, by_less> (*min)()) {
  return c | min();
}
template <Chain C>
auto operator|(C&& c, extreme_adaptor<true, by_less> (*max)()) {
  return c | max();
}

} // namespace detail

/// The sum of all items, in the type that + gives them (int for smaller integers), or in T; 0 if there are
/// none. In the fixed shape of reductions, so the same bits with any number of threads and on a GPU.
template <class T = void>
constexpr detail::sum_adaptor<T> sum() {
  return {};
}

/// The product of all items, otherwise as sum; 1 if there are none.
template <class T = void>
constexpr detail::product_adaptor<T> product() {
  return {};
}

/// The least item as a std::optional, empty if there are none. Floats: a NaN loses against a number, −0 < +0.
/// Others: the first of equals, by < or by `less`.
constexpr detail::extreme_adaptor<false, detail::by_less> min() {
  return {};
}
template <class Less> /// The same by an order of your own.
constexpr detail::extreme_adaptor<false, Less> min(Less less) {
  return {std::move(less)};
}

/// The greatest item, otherwise as min.
constexpr detail::extreme_adaptor<true, detail::by_less> max() {
  return {};
}
template <class Less> /// The same by an order of your own.
constexpr detail::extreme_adaptor<true, Less> max(Less less) {
  return {std::move(less)};
}

/// How many items there are. Those of a chain without filters are not looked at.
constexpr detail::count_adaptor count() {
  return {};
}

} // namespace tandem
