#pragma once

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/lanes_to_rows.hpp>
#include <tandem/cpu/map.hpp>
#include <tandem/cpu/shape.hpp>

#include <cstddef>
#include <memory>

// Arithmetic values folded in the fixed shape of docs/architecture.md, a block at a time, vectorised.

namespace tandem::cpu::detail {

using shape::reduction_block;
using shape::reduction_lanes;
using shape::reduction_rows;

/// lane[l] = op(lane[l], lane[l+s]) for s = 128 … 1 where both exist; `width` lanes exist.
template <class T, class Op>
inline T join_halves(T* lane, std::size_t width, Op const& op) {
  for (std::size_t s = reduction_lanes / 2; s >= 1; s /= 2) {
    if (width <= s)
      continue;
    auto const pairs = width - s < s ? width - s : s;
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t l = 0; l < pairs; ++l)
      lane[l] = as_element<T>(op(lane[l], lane[l + s]));
    width = s;
  }
  return lane[0];
}

/// lane[l] = op(lane[l], lane[l+s]) for s = 1, 2, 4 …, l divisible by 2s, where both exist. In place and
/// packed: after each step the survivors stand side by side.
template <class T, class Op>
inline T join_neighbours(T* lane, std::size_t width, Op const& op) {
  while (width > 1) {
    auto const pairs = width / 2;
    for (std::size_t l = 0; l < pairs; ++l) // reads at 2l and 2l+1, never behind what it has written
      lane[l] = as_element<T>(op(lane[2 * l], lane[2 * l + 1]));
    if (width % 2 != 0)
      lane[pairs] = lane[width - 1];
    width -= pairs;
  }
  return lane[0];
}

/// The same as prefetch_ahead for what may be no pointer.
template <class In>
inline void prefetch_row([[maybe_unused]] In const& in, [[maybe_unused]] std::size_t row) {
  if constexpr (std::is_pointer_v<In>)
    prefetch_ahead(in + row, reduction_lanes);
}

/// Folds rows of 256: row r, lane l holds element(256·r + l). A short last row has fewer lanes. Before each
/// full row, coming(its first element) may ask memory for a later one.
template <class T, class Op, class Element, class Coming>
inline std::size_t fold_rows(T* lane, std::size_t count, Op const& op, Element const& element,
                             Coming const& coming) {
  auto const width = count < reduction_lanes ? count : reduction_lanes;
  for (std::size_t l = 0; l < width; ++l)
    lane[l] = as_element<T>(element(l));
  std::size_t row = reduction_lanes;
  for (; row + reduction_lanes <= count; row += reduction_lanes) {
    coming(row);
    for (std::size_t l = 0; l < reduction_lanes; ++l)
      lane[l] = as_element<T>(op(lane[l], as_element<T>(element(row + l))));
  }
  for (std::size_t l = 0; row + l < count; ++l)
    lane[l] = as_element<T>(op(lane[l], as_element<T>(element(row + l))));
  return width;
}

/// One block in the commutative shape.
template <class T, class Op, class Element, class Coming>
inline T fold_block_commutative(std::size_t count, Op const& op, Element const& element,
                                Coming const& coming) {
  alignas(64) T lane[reduction_lanes];
  auto const width = fold_rows(lane, count, op, element, coming);
  return join_halves(lane, width, op);
}

/// One block in the ordered shape: lane l folds elements 16·l … 16·l+15, then neighbours are joined. In a
/// full block, rows of lanes in bit-reversed order turn that into the two vectorised loops of the commutative
/// shape.
template <class T, class Op>
inline T fold_block_ordered(std::size_t count, Op const& op, T const* values) {
  alignas(64) T lane[reduction_lanes];
  if (count == reduction_block) {
    alignas(64) T columns[reduction_block];
    lanes_to_rows(values, columns, sizeof(T));
    fold_rows(
        lane, count, op, [&columns](std::size_t i) { return columns[i]; }, [](std::size_t) {});
    return join_halves(lane, reduction_lanes, op);
  }
  std::size_t width = 0;
  for (std::size_t i = 0; i < count; i += reduction_rows, ++width) {
    auto const end = count - i < reduction_rows ? count : i + reduction_rows;
    T folded = values[i];
    for (std::size_t j = i + 1; j < end; ++j)
      folded = as_element<T>(op(folded, values[j]));
    lane[width] = folded;
  }
  return join_neighbours(lane, width, op);
}

/// The leaf function that changes nothing.
struct unchanged {
  template <class T>
  constexpr T operator()(T value) const noexcept {
    return value;
  }
};

/// The block that starts at element `start`.
template <bool Commutative, class T, class Op, class Leaf, class... In>
inline T fold_block(std::size_t start, std::size_t count, Op const& op, Leaf const& leaf, In... in) {
  if constexpr (Commutative) {
    return fold_block_commutative<T>(
        count, op, [=, &leaf](std::size_t i) { return leaf(in[start + i]...); },
        [=](std::size_t row) { (prefetch_row(in, start + row), ...); });
  } else if constexpr (std::is_same_v<Leaf, held<unchanged>> && (std::is_same_v<T const*, In> && ...)) {
    return fold_block_ordered<T>(count, op, (in + start)...);
  } else {
    alignas(64) T values[reduction_block];
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t i = 0; i < count; ++i)
      values[i] = as_element<T>(leaf(in[start + i]...));
    return fold_block_ordered<T>(count, op, static_cast<T const*>(values));
  }
}

/// totals[b] for blocks [first, last) of n elements f(in[i]…).
template <bool Commutative, class T, class Op, class F, class... In>
void fold_blocks(isa level, std::size_t first, std::size_t last, std::size_t n, T* totals, Op& op, F& f,
                 In... in) {
  vectorised_if<(vectorisable<T> && ... && vectorisable_input<In>)>(
      level, [=, join = hold(op), leaf = hold(f)] {
        for (std::size_t b = first; b < last; ++b) {
          auto const start = b * reduction_block;
          auto const count = n - start < reduction_block ? n - start : reduction_block;
          totals[b] = fold_block<Commutative, T>(start, count, join, leaf, in...);
        }
      });
}

/// The totals of blocks joined in the shape's order; overwrites them. `count` is at least 1.
template <bool Commutative, class T, class Op>
T join_blocks(T* totals, std::size_t count, Op& op) {
  if constexpr (!Commutative)
    return join_neighbours(totals, count, op);
  std::size_t s = 1;
  while (s < count)
    s *= 2;
  for (s /= 2; s >= 1 && count > 1; s /= 2) {
    for (std::size_t l = 0; l + s < count; ++l)
      totals[l] = as_element<T>(op(totals[l], totals[l + s]));
    count = count < s ? count : s;
  }
  return totals[0];
}

/// Room for `count` arithmetic values: on the stack while they are few.
template <class T>
class scratch {
  static constexpr std::size_t few = 64;

 public:
  explicit scratch(std::size_t count) : many_(count > few ? new T[count] : nullptr) {}
  T* data() noexcept { return many_ ? many_.get() : few_; }

 private:
  alignas(64) T few_[few] = {};
  std::unique_ptr<T[]> many_;
};

/// Few blocks but several threads: f may be costly, so it is mapped over all threads first, and its results
/// folded.
template <bool Commutative, class T, class Op, class F, class... In>
T fold_mapped_first(execution const& how, std::size_t n, Op& op, F& f, In... in) {
  std::unique_ptr<T[]> const values(new T[n]);
  map(how, n, values.get(), f, in...);
  auto const blocks = shape::blocks_of(n);
  scratch<T> totals(blocks);
  unchanged leaf;
  fold_blocks<Commutative>(how.level, 0, blocks, n, totals.data(), op, leaf,
                           static_cast<T const*>(values.get()));
  return join_blocks<Commutative>(totals.data(), blocks, op);
}

/// The total of f(in[i]…), n at least 1, T arithmetic.
template <bool Commutative, class T, class Op, class F, class... In>
T fold_arithmetic(execution const& how, std::size_t n, Op& op, F& f, In... in) {
  auto const blocks = shape::blocks_of(n);
  if constexpr (!std::is_same_v<F, unchanged>)
    if (how.workers != nullptr && blocks < 4 * how.workers->threads())
      return fold_mapped_first<Commutative, T>(how, n, op, f, in...);
  scratch<T> totals(blocks);
  for_ranges(how, blocks, 4, [&](std::size_t first, std::size_t last) {
    fold_blocks<Commutative>(how.level, first, last, n, totals.data(), op, f, in...);
  });
  return join_blocks<Commutative>(totals.data(), blocks, op);
}

} // namespace tandem::cpu::detail
