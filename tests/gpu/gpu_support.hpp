// What the tests of traced kernels share: the device under test, values that matter, comparison by bits.
#pragma once

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace tandem_test {

namespace gpu = tandem::gpu;

/// The device that the driver under test offers. The build gives every run exactly one driver.
inline gpu::device const& device() {
  static gpu::device const opened = gpu::device::open_default();
  return opened;
}

inline bool has_device() {
  return !gpu::list_devices().empty();
}

/// Whether the device can compute with T at all.
template <class T>
bool supports() {
  auto const& features = device().info().features;
  if constexpr (std::is_same_v<T, double>)
    return features.float64;
  else
    return sizeof(T) < 8 || features.int64;
}

/// A subnormal on a device that flushes them compares with nothing.
template <class T>
bool comparable(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    auto const& arithmetic = device().info().arithmetic;
    bool const keeps = sizeof(T) == 4 ? arithmetic.keeps_subnormals32 : arithmetic.keeps_subnormals64;
    return keeps || std::fpclassify(x) != FP_SUBNORMAL;
  } else
    return true;
}

/// The same bits, any NaN being like any other.
template <class T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) && std::isnan(b);
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Numbers at the edges of T, then `random` more of any bit pattern.
template <class T>
std::vector<T> interesting(std::size_t random = 0, unsigned seed = 1) {
  using limits = std::numeric_limits<T>;
  std::vector<T> all;
  if constexpr (std::is_same_v<T, bool>)
    return {false, true};
  else if constexpr (std::is_floating_point_v<T>) {
    for (T x : {T(0),
                T(1),
                T(0.5),
                T(1.5),
                T(2.5),
                T(3),
                T(1) / T(3),
                T(0.49999997),
                T(1e-3),
                T(100),
                T(16777216.5),
                T(8388607.5),
                T(4e9),
                T(1e19),
                limits::min(),
                limits::max(),
                limits::denorm_min(),
                limits::epsilon(),
                limits::infinity(),
                T(2147483648.0),
                T(2147483647.0)})
      for (T sign : {T(1), T(-1)})
        all.push_back(sign * x);
    all.push_back(limits::quiet_NaN());
  } else {
    for (std::int64_t x :
         {0, 1, 2, 3, 5, 7, 10, 16, 31, 32, 33, 63, 64, 65, 100, 255, 1000, 65535, 65536, 123456789})
      for (std::int64_t sign : {1, -1})
        all.push_back(static_cast<T>(sign * x));
    for (T x :
         {limits::min(), static_cast<T>(limits::min() + 1), limits::max(), static_cast<T>(limits::max() - 1)})
      all.push_back(x);
  }
  std::mt19937_64 engine(seed);
  for (std::size_t i = 0; i < random; ++i) {
    if constexpr (sizeof(T) == 4)
      all.push_back(std::bit_cast<T>(static_cast<std::uint32_t>(engine())));
    else if constexpr (sizeof(T) == 8)
      all.push_back(std::bit_cast<T>(static_cast<std::uint64_t>(engine())));
  }
  return all;
}

/// out[i] = f(in[i]…) through gpu::map, host memory on both sides.
template <class Out, class F, class... In>
void map_into(F const& f, Out* out, std::size_t n, In const*... in) {
  static constinit gpu::kernel_site site;
  gpu::recording& recorded = gpu::trace<Out(In...)>(f);
  gpu::operand const inputs[] = {gpu::operand::of(in, n)...};
  gpu::map(device(), site, recorded, inputs, gpu::operand::of(out, n), n);
}

/// bool as an element of a vector that has a data().
struct flag {
  bool value;
  operator bool() const { return value; }
};

template <class T>
using storage_t = std::conditional_t<std::is_same_v<T, bool>, flag, T>;

template <class Out, class F, class... In>
std::vector<storage_t<Out>> map_all(F const& f, std::vector<In> const&... in) {
  std::size_t const n = std::min({in.size()...});
  std::vector<storage_t<Out>> out(n);
  map_into<Out>(f, reinterpret_cast<Out*>(out.data()), n, in.data()...);
  return out;
}

} // namespace tandem_test
