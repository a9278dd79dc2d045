#pragma once

// What an algorithm asks of the ranges it is given: pointers, sizes, and that sizes agree and overlaps do not race.

#include <tandem/config.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// Has contiguous elements and a size: std::vector, std::array, std::span, C arrays, tandem::array.
template <class R>
concept Range = requires(std::remove_reference_t<R>& r) {
  {*std::data(r)};
  { std::size(r) } -> std::convertible_to<std::size_t>;
};

/// Where a range's elements lie; of anything else an error in words.
template <class R>
struct element_pointer {
  static_assert(
      Range<R>,
      "tandem: not a contiguous range with a size, which std::vector, std::array, std::span, a C array and "
      "tandem::array are, but std::list, std::deque and std::vector<bool> are not");
  using type = char*;
};
template <Range R>
struct element_pointer<R> {
  using type = decltype(std::data(std::declval<R&>()));
};
template <class R>
using element_pointer_t = typename element_pointer<R>::type;

/// The element type without const.
template <class R>
using element_t = std::remove_cv_t<std::remove_pointer_t<element_pointer_t<std::remove_reference_t<R>>>>;

/// A range whose elements may be assigned through it.
template <class R>
concept WritableRange =
    Range<R> && !std::is_const_v<std::remove_pointer_t<element_pointer_t<std::remove_reference_t<R>>>>;

template <class R>
std::size_t size_of(R const& range) {
  return static_cast<std::size_t>(std::size(range));
}

/// Where a range's elements lie, for error messages and overlap checks.
struct extent {
  void const* data;
  std::size_t count;
  std::size_t element_bytes;
};

[[noreturn]] TANDEM_API void throw_sizes_differ(char const* call, char const* first_name, std::size_t first,
                                                char const* other_name, std::size_t other_index,
                                                std::size_t other);
[[noreturn]] TANDEM_API void throw_overlap(char const* call, char const* first_name, char const* other_name,
                                           std::size_t other_index, extent first, extent other);

/// Throws unless `other` has as many elements as `first`. An index of 0 means "the only one" in the message.
inline void require_same_size(char const* call, char const* first_name, std::size_t first,
                              char const* other_name, std::size_t other_index, std::size_t other) {
  if (first != other) [[unlikely]]
    throw_sizes_differ(call, first_name, first, other_name, other_index, other);
}

inline bool overlaps(extent a, extent b) noexcept {
  auto const a_first = reinterpret_cast<std::uintptr_t>(a.data);
  auto const b_first = reinterpret_cast<std::uintptr_t>(b.data);
  return a_first < b_first + b.count * b.element_bytes && b_first < a_first + a.count * a.element_bytes;
}

/// Element i of the output is written after element i of the inputs was read, so an output may be an input, element for
/// element; any other overlap would race.
inline void require_no_racing_overlap(char const* call, extent output, char const* input_name,
                                      std::size_t input_index, extent input) {
  auto const same_elements = output.data == input.data && output.element_bytes == input.element_bytes;
  if (!same_elements && overlaps(output, input)) [[unlikely]]
    throw_overlap(call, "the output", input_name, input_index, output, input);
}

/// For algorithms that move elements: no overlap at all.
inline void require_disjoint(char const* call, char const* first_name, extent first, char const* other_name,
                             std::size_t other_index, extent other) {
  if (overlaps(first, other)) [[unlikely]]
    throw_overlap(call, first_name, other_name, other_index, first, other);
}

} // namespace tandem::detail
