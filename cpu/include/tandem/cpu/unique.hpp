#pragma once

#include <tandem/cpu/filter.hpp>

#include <type_traits>

namespace tandem::cpu {

/// Removes every element that equals(previous, x) its predecessor in the input; the others move to the front,
/// in order; returns how many. Elements behind them are unspecified. Whatever `equals` throws, every element is
/// in the array then. Arithmetic types: memory for n elements, unless `equals` is noexcept; others: n bytes.
template <class T, class Equal>
std::size_t unique(execution const& how, std::size_t n, T* data, Equal&& equals) {
  if constexpr (vectorisable<T>) {
    // The last element before each tile, as tiles before may be overwritten by then.
    constexpr auto tile = detail::filter_tile;
    auto const tiles = n / tile + (n % tile != 0);
    std::unique_ptr<T[]> const before(new T[tiles + 1]);
    for (std::size_t t = 1; t < tiles; ++t)
      before[t] = data[t * tile - 1];
    auto const differs = [&](std::size_t first, std::size_t last, std::uint8_t* keep) {
      keep[0] = first == 0 || !equals(before[first / tile], data[first]) ? 1 : 0;
      vectorised(how.level,
                 [=, in = static_cast<T const*>(data + first), count = last - first, same = hold(equals)] {
                   TANDEM_INDEPENDENT_ITERATIONS
                   for (std::size_t i = 1; i < count; ++i)
                     keep[i] = static_cast<std::uint8_t>(same(in[i - 1], in[i]) ? 0 : 1);
                 });
    };
    if constexpr (std::is_nothrow_invocable_v<Equal&, T const&, T const&>)
      return detail::filter_words(how, n, static_cast<T const*>(data), data, static_cast<T*>(nullptr),
                                  differs);
    else
      return detail::partition_words<false>(how, n, data, differs);
  } else {
    detail::kept_marks const marks(how, n, [&](std::size_t first, std::size_t last, std::uint8_t* keep) {
      for (auto i = first; i < last; ++i)
        keep[i - first] = i == 0 || !equals(std::as_const(data[i - 1]), std::as_const(data[i])) ? 1 : 0;
    });
    detail::move_kept(marks, n, data);
    return marks.kept();
  }
}

} // namespace tandem::cpu
