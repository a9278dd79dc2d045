// Reads what most recordings are: RIFF/WAVE files with 16-bit PCM samples.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace samples {

struct recording {
  std::vector<float> samples; ///< −1 … 1, channels interleaved
  std::uint32_t rate_hz = 0;
  std::uint16_t channels = 0;
};

template <class T>
T little_endian_at(std::vector<char> const& bytes, std::size_t offset) {
  if (offset + sizeof(T) > bytes.size())
    throw std::runtime_error("the file ends inside its header");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// Throws std::runtime_error naming the file and what is wrong with it.
inline recording read_wav(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<char> const bytes{std::istreambuf_iterator<char>(in), {}};
  auto const bad = [&](char const* what) -> std::runtime_error {
    return std::runtime_error(file.string() + ": " + what);
  };
  if (bytes.size() < 12 || std::memcmp(bytes.data(), "RIFF", 4) != 0 ||
      std::memcmp(bytes.data() + 8, "WAVE", 4) != 0)
    throw bad("not a RIFF/WAVE file, or not readable");
  recording result;
  for (std::size_t chunk = 12; chunk + 8 <= bytes.size();) {
    auto const size_bytes = std::size_t{little_endian_at<std::uint32_t>(bytes, chunk + 4)};
    auto const body = chunk + 8;
    if (std::memcmp(bytes.data() + chunk, "fmt ", 4) == 0) {
      if (little_endian_at<std::uint16_t>(bytes, body) != 1 ||
          little_endian_at<std::uint16_t>(bytes, body + 14) != 16)
        throw bad("only 16-bit PCM is read here");
      result.channels = little_endian_at<std::uint16_t>(bytes, body + 2);
      result.rate_hz = little_endian_at<std::uint32_t>(bytes, body + 4);
    } else if (std::memcmp(bytes.data() + chunk, "data", 4) == 0) {
      if (result.rate_hz == 0)
        throw bad("samples come before their format");
      auto const end = std::min(body + size_bytes, bytes.size());
      for (auto at = body; at + 2 <= end; at += 2)
        result.samples.push_back(static_cast<float>(little_endian_at<std::int16_t>(bytes, at)) / 32768.0f);
      return result;
    }
    chunk = body + size_bytes + size_bytes % 2;
  }
  throw bad("it has no samples");
}

} // namespace samples
