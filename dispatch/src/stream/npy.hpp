// The header of NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tandem::detail {

struct npy_header {
  std::string type; ///< as NumPy writes it, such as "<f4"
  std::uint64_t count = 0;
  std::uint64_t header_bytes = 0;
};

/// Reads the header from a descriptor that stands at its beginning; leaves it at the first element.
npy_header read_npy_header(int fd, std::string const& name);

/// NumPy's name of a type with this machine's byte order.
std::string npy_type(char kind, std::size_t item_bytes);

/// A header of fixed length for a one-dimensional array, so that the count can be filled in at the end.
inline constexpr std::size_t npy_header_bytes = 128;
std::string make_npy_header(std::string const& type, std::uint64_t count);

} // namespace tandem::detail
