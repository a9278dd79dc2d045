#include <tandem/cpu/order_indices.hpp>

#include <tandem/cpu/comparison_sort.hpp>

#include <bit>
#include <utility>

namespace tandem::cpu::detail {
namespace {

constexpr std::size_t few = 32; ///< sorted rather than selected from

using order = function_ref<bool(std::size_t, std::size_t)>;

std::size_t median(std::size_t const* indices, std::size_t a, std::size_t b, std::size_t c, order before) {
  bool const a_first = before(indices[a], indices[b]);
  bool const b_first = before(indices[b], indices[c]);
  if (a_first == b_first)
    return b;
  return before(indices[a], indices[c]) == a_first ? c : a;
}

/// Partitions around the first index; returns where it ends up. Every loop is bounded by positions: `before`
/// may contradict itself.
std::size_t partition(std::size_t* indices, std::size_t count, order before) {
  auto const pivot = indices[0];
  std::size_t i = 1;
  std::size_t j = count;
  for (;;) {
    while (i < j && before(indices[i], pivot))
      ++i;
    while (i < j && !before(indices[j - 1], pivot))
      --j;
    if (j - i < 2)
      break;
    std::swap(indices[i++], indices[--j]);
  }
  std::swap(indices[0], indices[i - 1]);
  return i - 1;
}

} // namespace

void select_indices(std::size_t* indices, std::size_t count, std::size_t nth, order before) {
  for (auto budget = 2 * std::bit_width(count); count > few && budget > 0; --budget) {
    std::swap(indices[0], indices[median(indices, count / 4, count / 2, count - count / 4, before)]);
    auto const middle = partition(indices, count, before);
    if (middle == nth)
      return;
    if (nth < middle) {
      count = middle;
    } else {
      indices += middle + 1;
      nth -= middle + 1;
      count -= middle + 1;
    }
  }
  comparison_sort({}, indices, count, before);
}

void sort_indices(std::size_t* indices, std::size_t count, order before) {
  comparison_sort({}, indices, count, before);
}

} // namespace tandem::cpu::detail
