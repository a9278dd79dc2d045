#pragma once

#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/shape.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

// Values of any type folded in the ordered shape: lanes of 16 elements folded left to right, then neighbours
// joined. Elements are borrowed, never copied; results are moved.

namespace tandem::cpu::detail {

/// An operand: an element borrowed from the input, or a result that is ours.
template <class T>
class operand {
 public:
  operand() noexcept = default;
  explicit operand(T const* element) noexcept : borrowed_(element) {}
  explicit operand(T&& value) noexcept(std::is_nothrow_move_constructible_v<T>) : owned_(true) {
    ::new (static_cast<void*>(&storage_)) T(std::move(value));
  }
  operand(operand&& other) noexcept(std::is_nothrow_move_constructible_v<T>) : borrowed_(other.borrowed_) {
    if (other.owned_) {
      ::new (static_cast<void*>(&storage_)) T(std::move(other.mine()));
      owned_ = true;
    }
  }
  operand& operator=(operand&& other) {
    if (this != &other) {
      reset();
      borrowed_ = other.borrowed_;
      if (other.owned_) {
        ::new (static_cast<void*>(&storage_)) T(std::move(other.mine()));
        owned_ = true;
      }
    }
    return *this;
  }
  ~operand() { reset(); }

  bool empty() const noexcept { return !owned_ && borrowed_ == nullptr; }

  /// op(left, right), results passed as rvalues so that an operation may reuse their storage.
  template <class Op>
  static T join(Op& op, operand& left, operand& right) {
    if (left.owned_)
      return right.owned_ ? T(op(std::move(left.mine()), std::move(right.mine())))
                          : T(op(std::move(left.mine()), *right.borrowed_));
    return right.owned_ ? T(op(*left.borrowed_, std::move(right.mine())))
                        : T(op(*left.borrowed_, *right.borrowed_));
  }

  template <class Op, class Init>
  T after(Op& op, Init&& init) {
    return owned_ ? T(op(std::forward<Init>(init), std::move(mine())))
                  : T(op(std::forward<Init>(init), *borrowed_));
  }

 private:
  T& mine() noexcept { return *std::launder(reinterpret_cast<T*>(&storage_)); }
  void reset() noexcept {
    if (owned_)
      mine().~T();
    owned_ = false;
  }

  T const* borrowed_ = nullptr;
  bool owned_ = false;
  alignas(T) std::byte storage_[sizeof(T)];
};

/// Leaf(i) is a T const& (borrowed) or a T.
template <class T, class Leaf>
operand<T> take(Leaf& leaf, std::size_t i) {
  if constexpr (std::is_lvalue_reference_v<decltype(leaf(i))>)
    return operand<T>(std::addressof(leaf(i)));
  else
    return operand<T>(T(leaf(i)));
}

template <class T, class Op, class Leaf>
operand<T> fold_lane(std::size_t first, std::size_t last, Op& op, Leaf& leaf) {
  auto folded = take<T>(leaf, first);
  for (auto i = first + 1; i < last; ++i) {
    auto next = take<T>(leaf, i);
    folded = operand<T>(operand<T>::join(op, folded, next));
  }
  return folded;
}

/// The subtree over `lanes` lanes (a power of two) from `lane` on, of which those below n elements exist.
template <class T, class Op, class Leaf>
operand<T> fold_tree(std::size_t lane, std::size_t lanes, std::size_t n, Op& op, Leaf& leaf) {
  auto const first = lane * shape::reduction_rows;
  if (lanes == 1) {
    auto const end = first + shape::reduction_rows;
    return fold_lane<T>(first, end < n ? end : n, op, leaf);
  }
  auto left = fold_tree<T>(lane, lanes / 2, n, op, leaf);
  if (first + lanes / 2 * shape::reduction_rows >= n)
    return left;
  auto right = fold_tree<T>(lane + lanes / 2, lanes / 2, n, op, leaf);
  return operand<T>(operand<T>::join(op, left, right));
}

/// The total of leaf(0) … leaf(n-1), n at least 1, as an operand. Subtrees are folded by the threads; their
/// number does not change the tree.
template <class T, class Op, class Leaf>
operand<T> fold_ordered(execution const& how, std::size_t n, Op& op, Leaf& leaf) {
  auto const lanes = (n - 1) / shape::reduction_rows + 1;
  std::size_t unit = 1;
  auto const pieces = how.workers == nullptr ? 1 : how.workers->threads() * 32;
  while (unit < lanes && unit * pieces < lanes)
    unit *= 2;
  auto count = (lanes - 1) / unit + 1;
  if (count == 1)
    return fold_tree<T>(0, unit, n, op, leaf);
  std::unique_ptr<operand<T>[]> const totals(new operand<T>[count]);
  for_ranges(how, count, 1, [&](std::size_t first, std::size_t last) {
    for (auto i = first; i < last; ++i)
      totals[i] = fold_tree<T>(i * unit, unit, n, op, leaf);
  });
  for (; count > 1; count -= count / 2) {
    for (std::size_t l = 0; l < count / 2; ++l)
      totals[l] = operand<T>(operand<T>::join(op, totals[2 * l], totals[2 * l + 1]));
    if (count % 2 != 0)
      totals[count / 2] = std::move(totals[count - 1]);
  }
  return std::move(totals[0]);
}

} // namespace tandem::cpu::detail
