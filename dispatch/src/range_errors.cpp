#include <tandem/detail/generate.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/detail/range.hpp>
#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>
#include <tandem/math/view2d.hpp>
#include <tandem/scan.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tandem::detail {
namespace {

std::string numbered(char const* name, std::size_t index) {
  return index == 0 ? std::string{name} : std::string{name} + " " + std::to_string(index);
}

std::string span_of(extent range) {
  return std::to_string(range.count) + " elements of " + std::to_string(range.element_bytes) + " bytes";
}

} // namespace

void throw_sizes_differ(char const* call, char const* first_name, std::size_t first, char const* other_name,
                        std::size_t other_index, std::size_t other) {
  throw std::invalid_argument(std::string{call} + ": " + numbered(other_name, other_index) + " has " +
                              std::to_string(other) + " elements but " + first_name + " has " +
                              std::to_string(first));
}

void throw_overlap(char const* call, char const* first_name, char const* other_name, std::size_t other_index,
                   extent first, extent other) {
  auto const distance = std::abs(static_cast<char const*>(other.data) - static_cast<char const*>(first.data));
  throw std::invalid_argument(std::string{call} + ": " + first_name + " (" + span_of(first) + ") and " +
                              numbered(other_name, other_index) + " (" + span_of(other) +
                              ") overlap, starting " + std::to_string(distance) +
                              " bytes apart; elements would be overwritten before they are read");
}

void throw_too_small(char const* call, char const* name, std::size_t needed, std::size_t size) {
  throw std::invalid_argument(std::string{call} + ": " + name + " has room for " + std::to_string(size) +
                              " elements but " + std::to_string(needed) + " are needed");
}

void throw_bad_index(char const* call, std::size_t position, long long value, std::size_t size) {
  throw std::invalid_argument(std::string{call} + ": index[" + std::to_string(position) + "] is " +
                              std::to_string(value) + " but there are " + std::to_string(size) + " elements");
}

void throw_narrow_index(std::size_t n) {
  throw std::invalid_argument("parallel_generate: the output has " + std::to_string(n) +
                              " elements, whose indices need 64 bits, and the function takes fewer: let it "
                              "take `auto` or std::uint64_t");
}

void throw_not_a_picture(std::size_t size, std::size_t width, std::size_t height) {
  throw std::invalid_argument("parallel_generate: the output has " + std::to_string(size) +
                              " elements, which is not a width of " + std::to_string(width) +
                              " times a height of " + std::to_string(height) +
                              " (of at most 2^32 - 1 elements)");
}

void throw_outside_view(long long index, std::size_t size) {
  throw std::out_of_range("tandem::view: element " + std::to_string(index) + " of " + std::to_string(size) +
                          " was read");
}

void throw_no_room_for_picture(std::size_t size, std::size_t width, std::size_t height, std::size_t stride) {
  throw std::invalid_argument("tandem::view2d: a range of " + std::to_string(size) + " elements for " +
                              std::to_string(height) + " rows of " + std::to_string(width) + ", " +
                              std::to_string(stride) +
                              " apart (rows may not overlap, and there are at most 2^32 - 1 elements)");
}

void throw_in_place_in_pieces(gpu::device const& where, std::size_t n) {
  throw gpu::unsupported_error(
      "a scan in place of " + std::to_string(n) + " elements is too large for one piece", where.info().name);
}

} // namespace tandem::detail
