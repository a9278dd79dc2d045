#pragma once

/// \file
/// The adaptors that lazy views (`tandem::par(x) | map(f) | filter(p)`) and streams
/// (`read_file<float>("in") | map(f) | filter(p) | write_file("out")`) share: plain values that hold a
/// callable.

#include <utility>

namespace tandem {

namespace detail {

template <class F>
struct map_adaptor {
  F function;
};
template <class Predicate>
struct filter_adaptor {
  Predicate predicate;
};
template <class Op>
struct scan_adaptor {
  Op operation;
};
template <class T, class Op>
struct reduce_adaptor {
  T init;
  Op operation;
};

} // namespace detail

/// Every element x becomes f(x).
template <class F>
constexpr detail::map_adaptor<F> map(F f) {
  return {std::move(f)};
}

/// Keeps the elements for which the predicate holds, in their order.
template <class Predicate>
constexpr detail::filter_adaptor<Predicate> filter(Predicate keep) {
  return {std::move(keep)};
}

/// Every element becomes the combination of all elements up to and with it (an inclusive scan); op is
/// associative.
template <class Op>
constexpr detail::scan_adaptor<Op> scan(Op op) {
  return {std::move(op)};
}

/// Combines all elements: init op x0 op x1 …; op is associative.
template <class T, class Op>
constexpr detail::reduce_adaptor<T, Op> reduce(T init, Op op) {
  return {std::move(init), std::move(op)};
}

} // namespace tandem
