// Writes a picture as PNG (ISO/IEC 15948) without compression: enough to look at a result.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>

namespace samples {

class png_writer {
 public:
  /// `rgb` holds 0x00RRGGBB, row after row.
  static void write(std::string const& path, std::uint32_t width, std::uint32_t height,
                    std::span<std::uint32_t const> rgb) {
    if (rgb.size() != std::size_t{width} * height)
      throw std::invalid_argument("png: " + std::to_string(rgb.size()) + " pixels for " +
                                  std::to_string(width) + " × " + std::to_string(height));
    std::string rows;
    for (std::uint32_t y = 0; y < height; ++y) {
      rows.push_back(0); // no filter
      for (std::uint32_t x = 0; x < width; ++x)
        for (int shift : {16, 8, 0})
          rows.push_back(static_cast<char>(rgb[std::size_t{y} * width + x] >> shift));
    }
    std::string header = big_endian(width) + big_endian(height);
    header.append({8, 2, 0, 0, 0}); // eight bits, RGB
    std::ofstream file(path, std::ios::binary);
    file << "\x89PNG\r\n\x1a\n" << chunk("IHDR", header) << chunk("IDAT", stored(rows)) << chunk("IEND", "");
    if (!file.flush())
      throw std::runtime_error("cannot write " + path);
  }

 private:
  static std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift : {24, 16, 8, 0})
      bytes.push_back(static_cast<char>(number >> shift));
    return bytes;
  }

  static std::uint32_t crc(std::string const& bytes) {
    std::uint32_t sum = 0xffffffffu;
    for (char c : bytes) {
      sum ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit)
        sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320u : 0u);
    }
    return ~sum;
  }

  static std::string chunk(std::string const& name, std::string const& data) {
    return big_endian(static_cast<std::uint32_t>(data.size())) + name + data + big_endian(crc(name + data));
  }

  /// A zlib stream (RFC 1950) of stored blocks.
  static std::string stored(std::string const& bytes) {
    std::string stream = "\x78\x01";
    for (std::size_t at = 0; at < bytes.size();) {
      auto const length = std::min<std::size_t>(bytes.size() - at, 65535);
      bool const last = at + length == bytes.size();
      stream.push_back(last ? 1 : 0);
      for (auto half : {length, ~length})
        stream.append({static_cast<char>(half), static_cast<char>(half >> 8)});
      stream.append(bytes, at, length);
      at += length;
    }
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (char c : bytes) {
      a = (a + static_cast<unsigned char>(c)) % 65521;
      b = (b + a) % 65521;
    }
    return stream + big_endian(b << 16 | a);
  }
};

} // namespace samples
