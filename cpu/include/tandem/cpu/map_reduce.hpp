#pragma once

#include <tandem/cpu/reduce_blocks.hpp>
#include <tandem/cpu/reduce_ordered.hpp>

namespace tandem::cpu {

/// op(init, total), where total joins T(f(in[i]…)) for i in [0, n) with op in the fixed shape of
/// docs/architecture.md; init if n is 0. op(T, T) → T is associative; `Commutative` chooses the faster shape
/// for arithmetic T, and is ignored for other types, whose order is always kept. The same bits for any number
/// of threads and any instruction set.
template <bool Commutative, class T, class Op, class F, class... In>
T map_reduce(execution const& how, std::size_t n, T init, Op&& op, F&& f, In... in) {
  if (n == 0)
    return init;
  if constexpr (vectorisable<T>) {
    auto const total = detail::fold_arithmetic<Commutative, T>(how, n, op, f, in...);
    return detail::as_element<T>(op(init, total));
  } else {
    auto leaf = [&f, in...](std::size_t i) -> T { return T(f(in[i]...)); };
    return detail::fold_ordered<T>(how, n, op, leaf).after(op, std::move(init));
  }
}

/// totals[b] for the blocks b in [first, last) of 4096 elements that map_reduce over n elements joins; T is
/// arithmetic.
template <bool Commutative, class T, class Op, class F, class... In>
void map_reduce_blocks(execution const& how, std::size_t first, std::size_t last, std::size_t n, T* totals,
                       Op& op, F& f, In const*... in) {
  static_assert(vectorisable<T>);
  for_ranges(how, last - first, 4, [&](std::size_t from, std::size_t to) {
    detail::fold_blocks<Commutative>(how.level, first + from, first + to, n, totals, op, f, in...);
  });
}

/// What map_reduce makes of the totals of all its blocks, at least one; overwrites them.
template <bool Commutative, class T, class Op>
T map_reduce_totals(T* totals, std::size_t count, T init, Op& op) {
  static_assert(vectorisable<T>);
  return detail::as_element<T>(op(init, detail::join_blocks<Commutative>(totals, count, op)));
}

} // namespace tandem::cpu
