// What the CPU tests share: every execution of a grid, and values drawn from a seed.
#pragma once

#include <tandem/cpu/execution.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <type_traits>
#include <vector>

namespace tandem::test {

/// Instruction-set levels this machine can run. Under ThreadSanitizer the highest alone: threads meet in the same way.
inline std::vector<cpu::isa> levels() {
#if defined(__SANITIZE_THREAD__)
  return {cpu::active_isa()};
#endif
  std::vector<cpu::isa> result;
  for (auto level : {cpu::isa::baseline, cpu::isa::v2, cpu::isa::v3, cpu::isa::v4})
    if (level <= cpu::active_isa())
      result.push_back(level);
  return result;
}

/// A pool of so many threads, made once. 0: none.
inline cpu::pool* workers(std::size_t threads) {
  static std::vector<std::unique_ptr<cpu::pool>> pools(9);
  if (threads == 0)
    return nullptr;
  if (!pools[threads]) {
    cpu::pool_options options;
    options.threads = threads;
    pools[threads] = std::make_unique<cpu::pool>(options);
  }
  return pools[threads].get();
}

/// All levels on the calling thread, and 1, 2, 3 and 8 threads at the highest.
inline std::vector<cpu::execution> executions() {
  std::vector<cpu::execution> result;
  for (auto level : levels())
    result.push_back({nullptr, level});
  for (std::size_t threads : {1u, 2u, 3u, 8u})
    result.push_back({workers(threads), cpu::active_isa()});
  return result;
}

/// All levels × 0 … 8 threads.
inline std::vector<cpu::execution> all_executions() {
  std::vector<cpu::execution> result;
  for (auto level : levels())
    for (std::size_t threads = 0; threads <= 8; ++threads)
      result.push_back({workers(threads), level});
  return result;
}

/// Around vectors, tiles, blocks, and a few with nothing special about them.
inline std::vector<std::size_t> sizes() {
  return {0,   1,   2,   3,    7,    15,   16,   17,   63,    64,    65,
          255, 256, 257, 1000, 4095, 4096, 4097, 8192, 12289, 50021, 262147};
}

/// Integers over their whole range; floating point of either sign and many magnitudes, all finite.
template <class T>
std::vector<T> random_values(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 bits(seed * 7919 + n);
  std::vector<T> result(n);
  for (auto& x : result) {
    if constexpr (std::is_floating_point_v<T>)
      x = static_cast<T>((static_cast<double>(bits() % 2000001) - 1000000.0) *
                         std::exp2(static_cast<int>(bits() % 21) - 10));
    else
      x = static_cast<T>(bits());
  }
  return result;
}

template <class T>
bool same_bits(T const& a, T const& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
bool same_bits(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

} // namespace tandem::test
