#pragma once

// The adaptors that make one chain of another.

#include <tandem/adaptors.hpp>
#include <tandem/views/chain.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

[[noreturn]] TANDEM_API void throw_chain_zero(char const* adaptor);
[[noreturn]] TANDEM_API void throw_chain_index(std::size_t n, std::size_t index_bytes);

template <class First, class... Rest>
auto chain_of_ranges(First&& first, Rest&&... rest);

/// `par` without a policy, for the arguments of zip; a chain stays what it is.
template <class R>
auto as_chain(R&& range) {
  if constexpr (Chain<R>)
    return std::remove_cvref_t<R>(std::forward<R>(range));
  else
    return chain_of_ranges(automatic, std::forward<R>(range));
}

template <target Target, class First>
auto chain_of_range(policy<Target> where, First&& range) {
  static_assert(Range<First>, "tandem::par needs contiguous ranges, a count, or two integers");
  auto source = source_of(std::forward<First>(range));
  auto const n = source.size();
  return chain<Target, pass_on, no_steps, decltype(source)>(where, n, {}, {}, pack_up(std::move(source)));
}

template <bool Equal, class... C>
struct zip_adaptor {
  std::tuple<C...> others;
};
template <class Index>
struct enumerate_adaptor {};
struct take_adaptor {
  std::size_t count;
};
struct skip_adaptor {
  std::size_t count;
};
struct reverse_adaptor {};
struct step_adaptor {
  std::size_t step;
};
struct runs_adaptor {
  std::size_t size;
  bool overlapping;
};
template <class F>
struct flat_map_adaptor {
  F function;
};
template <class F>
struct filter_map_adaptor {
  F function;
};
template <class F>
struct inspect_adaptor {
  F function;
};

/// Sources and functions side by side; as long as the shortest.
template <class First, class... Rest>
auto zip_chains(First&& first, Rest&&... rest) {
  (require_indexed<First>(), ..., require_indexed<Rest>());
  auto n = first.size();
  ((n = rest.size() < n ? rest.size() : n), ...);
  using f =
      zipped<typename std::remove_cvref_t<First>::function, typename std::remove_cvref_t<Rest>::function...>;
  f functions{pack_up(std::forward<First>(first).f(), std::forward<Rest>(rest).f()...)};
  auto const where = first.where();
  auto all = join_packs(std::forward<First>(first).sources(), std::forward<Rest>(rest).sources()...);
  with_parts(all, [n](auto&... source) { (source.take(n), ...); });
  return with_parts(all, [&]<class... Source>(Source&...) {
    return chain<std::remove_cvref_t<First>::where_to, f, no_steps, Source...>(where, n, std::move(functions),
                                                                               {}, std::move(all));
  });
}

template <Chain C, class Change>
auto changed_sources(C&& c, std::size_t n, Change const& change) {
  require_indexed<C>();
  auto f = std::forward<C>(c).f();
  auto const where = c.where();
  auto before = std::forward<C>(c).sources();
  return with_parts(before, [&](auto&... source) {
    auto changed = pack_up(change(std::move(source))...);
    return with_parts(changed, [&]<class... Source>(Source&...) {
      return chain<std::remove_cvref_t<C>::where_to, decltype(f), no_steps, Source...>(
          where, n, std::move(f), {}, std::move(changed));
    });
  });
}

template <Chain C, class F>
auto operator|(C&& c, map_adaptor<F> a) {
  return with_function(std::forward<C>(c), std::move(a.function));
}
template <Chain C, class P>
auto operator|(C&& c, filter_adaptor<P> a) {
  return with_step(std::forward<C>(c), keep_if<P>{std::move(a.predicate)});
}
template <Chain C, class F>
auto operator|(C&& c, flat_map_adaptor<F> a) {
  return with_step(std::forward<C>(c), then_each<F>(std::move(a.function)));
}
template <Chain C, class F>
auto operator|(C&& c, filter_map_adaptor<F> a) {
  return with_step(std::forward<C>(c), then_if<F>(std::move(a.function)));
}
template <Chain C, class F>
auto operator|(C&& c, inspect_adaptor<F> a) {
  return with_function(std::forward<C>(c), looking<F>{std::move(a.function)});
}

template <Chain C, bool Equal, class... Other>
auto operator|(C&& c, zip_adaptor<Equal, Other...> a) {
  return std::apply(
      [&](auto&... other) {
        if constexpr (Equal) {
          std::size_t index = 1;
          (require_same_size("zip_eq", "the chain", c.size(), "argument", index++, other.size()), ...);
        }
        return zip_chains(std::forward<C>(c), std::move(other)...);
      },
      a.others);
}
template <Chain C, class Index>
auto operator|(C&& c, enumerate_adaptor<Index>) {
  auto const n = c.size();
  if constexpr (sizeof(Index) < sizeof(std::size_t))
    if (n > std::size_t{1} << (8 * sizeof(Index) - std::is_signed_v<Index>))
      throw_chain_index(n, sizeof(Index));
  chain<std::remove_cvref_t<C>::where_to, pass_on, no_steps, index_source<Index>> numbers(
      c.where(), n, {}, {}, pack_up(index_source<Index>{0, n}));
  return zip_chains(std::move(numbers), std::forward<C>(c));
}
template <Chain C>
auto operator|(C&& c, take_adaptor a) {
  auto const n = a.count < c.size() ? a.count : c.size();
  return changed_sources(std::forward<C>(c), n, [n](auto source) { return source.take(n), source; });
}
template <Chain C>
auto operator|(C&& c, skip_adaptor a) {
  auto const k = a.count < c.size() ? a.count : c.size();
  auto const n = c.size() - k;
  return changed_sources(std::forward<C>(c), n, [k](auto source) { return source.skip(k), source; });
}
template <Chain C>
auto operator|(C&& c, reverse_adaptor) {
  auto const n = c.size();
  return changed_sources(std::forward<C>(c), n, [n](auto source) {
    return strided_source(std::move(source), n == 0 ? 0 : n - 1, ~std::size_t{0}, n);
  });
}
template <Chain C>
auto operator|(C&& c, step_adaptor a) {
  auto const n = (c.size() + a.step - 1) / a.step;
  return changed_sources(std::forward<C>(c), n,
                         [&](auto source) { return strided_source(std::move(source), 0, a.step, n); });
}
template <Chain C>
auto operator|(C&& c, runs_adaptor a) {
  using plain = std::remove_cvref_t<C>;
  static_assert(
      plain::bare && plain::indexed,
      "tandem: chunks and windows are runs of elements in memory, so they stand right behind par(range)");
  auto const n = c.size();
  auto const count = a.overlapping ? (n < a.size ? 0 : n - a.size + 1) : n / a.size + (n % a.size != 0);
  return changed_sources(std::forward<C>(c), count, [&](auto const& source) {
    auto* const from = source.cursor();
    return run_source<std::remove_pointer_t<std::remove_const_t<decltype(from)>>>(
        from, n, a.size, a.overlapping ? 1 : a.size, count);
  });
}

// Adaptors without arguments do without parentheses too, as those of std::ranges.
template <Chain C>
auto operator|(C&& c, enumerate_adaptor<std::uint32_t> (*enumerate)()) {
  return std::forward<C>(c) | enumerate();
}
template <Chain C>
auto operator|(C&& c, reverse_adaptor (*rev)()) {
  return std::forward<C>(c) | rev();
}

} // namespace detail

/// Items side by side, as long as the shortest: pairs, or tuples with two arguments and more. Arguments are
/// ranges or chains without a filter. Functions behind it may take a parameter for each part, or the pair:
/// `par(x) | zip(y) | map([](auto a, auto b) { … })`.
template <class... R>
auto zip(R&&... ranges) {
  return detail::zip_adaptor<false, decltype(detail::as_chain(std::forward<R>(ranges)))...>{
      {detail::as_chain(std::forward<R>(ranges))...}};
}

/// zip that throws std::invalid_argument where sizes differ.
template <class... R>
auto zip_eq(R&&... ranges) {
  return detail::zip_adaptor<true, decltype(detail::as_chain(std::forward<R>(ranges)))...>{
      {detail::as_chain(std::forward<R>(ranges))...}};
}

/// Pairs of an item's place, from 0, and the item. Index: std::uint32_t, which every GPU has, unless another
/// is named; a chain that is too long for it throws std::invalid_argument.
template <std::integral Index = std::uint32_t>
constexpr detail::enumerate_adaptor<Index> enumerate() {
  return {};
}

/// The first n items; all, if there are fewer.
constexpr detail::take_adaptor take(std::size_t n) {
  return {n};
}

/// All but the first n items.
constexpr detail::skip_adaptor skip(std::size_t n) {
  return {n};
}

/// The items from the last to the first. On the CPU only.
constexpr detail::reverse_adaptor rev() {
  return {};
}

/// Every n-th item, from the first on; std::invalid_argument if n is 0. On the CPU only.
inline detail::step_adaptor step_by(std::size_t n) {
  if (n == 0)
    detail::throw_chain_zero("step_by");
  return {n};
}

/// std::spans of `size` elements each, the last perhaps of fewer; right behind par(range).
/// std::invalid_argument if size is 0. On the CPU only.
inline detail::runs_adaptor chunks(std::size_t size) {
  if (size == 0)
    detail::throw_chain_zero("chunks");
  return {size, false};
}

/// std::spans of `size` elements that start one apart: n − size + 1 of them. Otherwise as chunks.
inline detail::runs_adaptor windows(std::size_t size) {
  if (size == 0)
    detail::throw_chain_zero("windows");
  return {size, true};
}

/// Every element x becomes the elements of the range f(x), one after the other. On the CPU only.
template <class F>
constexpr detail::flat_map_adaptor<F> flat_map(F f) {
  return {std::move(f)};
}

/// Every element x becomes *f(x) where f(x), something like std::optional, holds a value; else it is dropped.
/// On the CPU only.
template <class F>
constexpr detail::filter_map_adaptor<F> filter_map(F f) {
  return {std::move(f)};
}

/// Calls f(x) on every element that passes by, for its side effects. On the CPU only.
template <class F>
constexpr detail::inspect_adaptor<F> inspect(F f) {
  return {std::move(f)};
}

} // namespace tandem
