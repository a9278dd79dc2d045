#include "dump.hpp"

#include "../runtime/settings.hpp"
#include "content_hash.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

void write(std::string const& path, char const* data, std::size_t size_bytes) {
  std::ofstream file{path, std::ios::binary};
  file.write(data, static_cast<std::streamsize>(size_bytes));
  if (!file.flush())
    throw std::invalid_argument("TANDEM_DUMP_KERNELS: cannot write '" + path + "'");
}

} // namespace

void dump_kernel(std::string_view glsl, spirv_code const& words) {
  auto const folder = setting("TANDEM_DUMP_KERNELS");
  if (folder.empty())
    return;
  std::error_code ignored; // the write below says what is wrong
  std::filesystem::create_directories(folder, ignored);
  auto const stem = folder + "/" + text_of(hash_of(glsl));
  write(stem + ".comp", glsl.data(), glsl.size());
  write(stem + ".spv", reinterpret_cast<char const*>(words.data()), words.size() * sizeof words[0]);
}

} // namespace tandem::gpu::detail
