// Reads a JPEG photograph with libjpeg.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <jpeglib.h> // needs <cstdio> before it

namespace samples {

struct photograph {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::uint32_t> pixels; ///< 0x00RRGGBB, row after row
};

/// Debian's python-matplotlib-data carries this one: Rear Admiral Grace Hopper, U.S. Navy, public domain.
inline constexpr char const* known_photograph = "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg";

/// Throws std::runtime_error naming the file and what is wrong with it.
inline photograph read_jpeg(std::string const& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr)
    throw std::runtime_error("cannot read " + path);
  jpeg_error_mgr errors{};
  jpeg_decompress_struct decoder{};
  decoder.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr state) {
    char message[JMSG_LENGTH_MAX];
    state->err->format_message(state, message);
    throw std::runtime_error(std::string("not a JPEG that can be read: ") + message);
  };
  jpeg_create_decompress(&decoder);
  std::unique_ptr<jpeg_decompress_struct, void (*)(jpeg_decompress_struct*)> const owner(
      &decoder, [](jpeg_decompress_struct* d) { jpeg_destroy_decompress(d); });
  jpeg_stdio_src(&decoder, file.get());
  jpeg_read_header(&decoder, TRUE);
  decoder.out_color_space = JCS_RGB;
  jpeg_start_decompress(&decoder);
  photograph result{decoder.output_width, decoder.output_height, {}};
  std::vector<unsigned char> row(std::size_t{3} * result.width);
  while (decoder.output_scanline < decoder.output_height) {
    unsigned char* rows[] = {row.data()};
    jpeg_read_scanlines(&decoder, rows, 1);
    for (std::size_t x = 0; x < row.size(); x += 3)
      result.pixels.push_back(std::uint32_t{row[x]} << 16 | std::uint32_t{row[x + 1]} << 8 | row[x + 2]);
  }
  jpeg_finish_decompress(&decoder);
  return result;
}

} // namespace samples
