#include "content_hash.hpp"

#include <bit>
#include <cstdio>
#include <cstring>

namespace tandem::gpu::detail {
namespace {

/// The finaliser of splitmix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

} // namespace

content_hash hash_of(std::string_view bytes) noexcept {
  content_hash hash{0x9e3779b97f4a7c15ULL, mix(bytes.size() + 0x632be59bd9b4e019ULL)};
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, bytes.size() - at < 8 ? bytes.size() - at : 8);
    hash.low = mix(hash.low ^ word) + hash.high;
    hash.high = mix(std::rotl(hash.high, 23) + word * 0xd6e8feb86659fd93ULL) ^ hash.low;
  }
  return {mix(hash.low + hash.high), mix(hash.high ^ std::rotl(hash.low, 17))};
}

std::string text_of(content_hash const& hash) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return text;
}

} // namespace tandem::gpu::detail
