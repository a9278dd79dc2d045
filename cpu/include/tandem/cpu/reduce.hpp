#pragma once

#include <tandem/cpu/map_reduce.hpp>

namespace tandem::cpu {

/// op(init, total), where total joins T(in[0]) … T(in[n-1]) with op in the fixed shape of
/// docs/architecture.md; init if n is 0. Otherwise as map_reduce. Elements of type T are not copied:
/// move-only types work where op takes them by reference to const.
template <bool Commutative, class T, class Op, class In>
T reduce(execution const& how, std::size_t n, T init, Op&& op, In const* in) {
  if (n == 0)
    return init;
  if constexpr (vectorisable<T>) {
    detail::unchanged same;
    auto const total = detail::fold_arithmetic<Commutative, T>(how, n, op, same, in);
    return detail::as_element<T>(op(init, total));
  } else if constexpr (std::is_same_v<T, In>) {
    auto leaf = [in](std::size_t i) -> T const& { return in[i]; };
    return detail::fold_ordered<T>(how, n, op, leaf).after(op, std::move(init));
  } else {
    auto leaf = [in](std::size_t i) -> T { return T(in[i]); };
    return detail::fold_ordered<T>(how, n, op, leaf).after(op, std::move(init));
  }
}

} // namespace tandem::cpu
