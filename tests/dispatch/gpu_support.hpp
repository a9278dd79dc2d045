// What the tests of public calls on GPUs share.
#pragma once

#include "support/skip.hpp"

#include <tandem/gpu.hpp>
#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace gpu_dispatch {

inline bool there_is_a_device() {
  for (auto const& device : tandem::gpu::list_devices())
    if (device.usable())
      return true;
  return false;
}

/// Why the device does not compute with T; empty if it does.
template <class T>
std::string why_not() {
  auto const device = tandem::gpu::device::open_default();
  auto const& has = device.info().features;
  if (sizeof(T) == 8 && std::is_integral_v<T> && !has.int64)
    return device.info().name + " has no 64-bit integers";
  if (std::is_same_v<T, double> && !has.float64)
    return device.info().name + " has no 64-bit floats";
  return {};
}

template <class T>
std::vector<T> random_values(std::size_t n, unsigned seed = 7) {
  std::mt19937_64 random(seed);
  std::vector<T> values(n);
  for (auto& value : values)
    value = static_cast<T>(static_cast<std::int32_t>(random() % 2001) - 1000) / T(3);
  return values;
}

/// Any bit pattern: NaNs, subnormals, both zeros.
template <class T>
std::vector<T> random_bits(std::size_t n, unsigned seed = 9) {
  std::mt19937_64 random(seed);
  std::vector<T> values(n);
  for (auto& value : values) {
    auto const bits = random() >> (random() % 4 * 16); // small ones too
    std::memcpy(&value, &bits, sizeof value);
  }
  return values;
}

template <class A, class B>
bool same_bits(A const& a, B const& b) {
  return a.size() == b.size() &&
         (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(*a.data())) == 0);
}

} // namespace gpu_dispatch

#define NEEDS_A_DEVICE()                                                                                     \
  if (!gpu_dispatch::there_is_a_device())                                                                    \
  TANDEM_SKIP_NO_GPU("no Vulkan device")
