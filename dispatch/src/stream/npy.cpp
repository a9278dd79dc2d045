#include "npy.hpp"

#include "descriptor.hpp"

#include <tandem/error.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <string_view>

namespace tandem::detail {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

void read_exactly(int fd, char* to, std::size_t n, std::string const& name) {
  while (n > 0) {
    std::size_t const got = read_some(fd, reinterpret_cast<std::byte*>(to), n, nullptr, name);
    if (got == 0)
      throw error(name + " is not a .npy file: it ends within its header");
    to += got;
    n -= got;
  }
}

// The text after `'key':` in the header's Python dictionary.
std::string_view value_of(std::string_view header, std::string_view key, std::string const& name) {
  std::size_t const at = header.find("'" + std::string(key) + "'");
  std::size_t const colon = at == std::string_view::npos ? at : header.find(':', at);
  if (colon == std::string_view::npos)
    throw error(name + " is not a .npy file: its header has no '" + std::string(key) + "'");
  std::string_view rest = header.substr(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

std::uint64_t product_of(std::string_view shape, std::string const& name) {
  if (shape.empty() || shape.front() != '(')
    throw error(name + " is not a .npy file: its shape is no tuple");
  shape = shape.substr(1, shape.find(')') - 1);
  std::uint64_t product = 1;
  while (!shape.empty()) {
    shape.remove_prefix(std::min(shape.find_first_not_of(" ,"), shape.size()));
    if (shape.empty())
      break;
    std::uint64_t extent = 0;
    auto const [end, e] = std::from_chars(shape.data(), shape.data() + shape.size(), extent);
    if (e != std::errc() || (extent != 0 && product > UINT64_MAX / extent))
      throw error(name + " is not a .npy file: its shape cannot be understood");
    product *= extent;
    shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
  }
  return product;
}

} // namespace

npy_header read_npy_header(int fd, std::string const& name) {
  std::array<char, 10> start{};
  read_exactly(fd, start.data(), start.size(), name);
  if (std::string_view(start.data(), magic.size()) != magic)
    throw error(name + " is not a .npy file");
  auto const byte = [](char c) { return static_cast<std::uint64_t>(static_cast<unsigned char>(c)); };
  std::uint64_t length = byte(start[8]) | byte(start[9]) << 8;
  std::uint64_t prefix = start.size();
  if (start[6] >= 2) { // a longer length
    std::array<char, 2> more{};
    read_exactly(fd, more.data(), more.size(), name);
    length |= byte(more[0]) << 16 | byte(more[1]) << 24;
    prefix += more.size();
  }
  if (length > 1u << 20)
    throw error(name + " is not a .npy file: its header would be " + std::to_string(length) + " bytes");
  std::string header(static_cast<std::size_t>(length), '\0');
  read_exactly(fd, header.data(), header.size(), name);
  npy_header h;
  std::string_view const type = value_of(header, "descr", name);
  if (type.size() < 3 || type.front() != '\'')
    throw error(name + " holds records, not numbers");
  h.type = type.substr(1, type.find('\'', 1) - 1);
  h.count = product_of(value_of(header, "shape", name), name);
  h.header_bytes = prefix + length;
  return h;
}

std::string npy_type(char kind, std::size_t item_bytes) {
  char const order = item_bytes == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
  return std::string{order, kind} + std::to_string(item_bytes);
}

std::string make_npy_header(std::string const& type, std::uint64_t count) {
  std::string dictionary =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + std::to_string(count) + ",), }";
  std::size_t const length = npy_header_bytes - 10;
  dictionary.resize(length - 1, ' ');
  dictionary += '\n';
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(length & 0xff), static_cast<char>(length >> 8)};
  return header + dictionary;
}

} // namespace tandem::detail
