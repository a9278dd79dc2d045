#pragma once

#include <tandem/cpu/reduce_blocks.hpp>
#include <tandem/cpu/reduce_ordered.hpp>

namespace tandem::cpu {

/// op(init, total), where total joins T(f(in[i]…)) for i in [0, n) with op in the fixed shape of
/// docs/architecture.md; init if n is 0. op(T, T) → T is associative; `Commutative` chooses the faster shape
/// for arithmetic T, and is ignored for other types, whose order is always kept. The same bits for any number
/// of threads and any instruction set.
template <bool Commutative, class T, class Op, class F, class... In>
T map_reduce(execution const& how, std::size_t n, T init, Op&& op, F&& f, In const*... in) {
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

} // namespace tandem::cpu
