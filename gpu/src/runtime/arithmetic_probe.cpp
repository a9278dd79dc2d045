#include "arithmetic_probe.hpp"

#include "../compile/kernel_cache.hpp"
#include "recorder.hpp"

#include <shaders/arithmetic_probe.hpp>
#include <shaders/arithmetic_probe64.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace tandem::gpu::detail {
namespace {

constexpr std::uint32_t pair_count = 16384;
constexpr std::uint32_t group_size = 64;

struct probe_push {
  std::uint64_t a;
  std::uint64_t b;
  std::uint64_t results;
  std::uint32_t count;
  std::uint32_t padding = 0;
};

struct findings {
  bool division = true;
  bool root = true;
  bool fused = true;
  bool subnormals = true;
};

/// The bits of a T with a random sign and mantissa and an exponent within 40 of 1: no operation on two of
/// them leaves the normal range.
template <class T>
T random_normal(std::uint64_t& state) noexcept {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  auto const bits = state ^ (state >> 29);
  T const mantissa = T(1) + std::ldexp(static_cast<T>(bits >> 11), -53);
  int const exponent = static_cast<int>(bits % 81) - 40;
  return std::ldexp((bits >> 7 & 1U) != 0 ? -mantissa : mantissa, exponent);
}

template <class T>
void fill_inputs(std::vector<T>& a, std::vector<T>& b) {
  std::uint64_t state = 1;
  for (std::uint32_t i = 0; i < pair_count; ++i) {
    a[i] = random_normal<T>(state);
    b[i] = random_normal<T>(state);
  }
  // The last pairs are for the product alone: a subnormal operand, and a subnormal result.
  T const smallest = std::numeric_limits<T>::min();
  a[pair_count - 2] = smallest / T(8);
  b[pair_count - 2] = T(64);
  a[pair_count - 1] = smallest;
  b[pair_count - 1] = T(0.125);
}

template <class T>
bool same_bits(T a, T b) noexcept {
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<bits>(a) == std::bit_cast<bits>(b);
}

template <class T>
findings run_probe(engine& on, std::span<std::uint32_t const> spirv) {
  std::vector<T> a(pair_count);
  std::vector<T> b(pair_count);
  std::vector<T> results(4 * pair_count);
  fill_inputs(a, b);
  auto const& pipeline = on.pipeline_for(spirv);
  recorder work = on.record();
  probe_push const push{work.input(a.data(), a.size() * sizeof(T)),
                        work.input(b.data(), b.size() * sizeof(T)),
                        work.output(results.data(), results.size() * sizeof(T)), pair_count};
  work.dispatch(pipeline, push, pair_count / group_size);
  work.run();

  findings found;
  for (std::uint32_t i = 0; i < pair_count - 2; ++i) {
    found.division &= same_bits(results[i], a[i] / b[i]);
    found.root &= same_bits(results[pair_count + i], std::sqrt(std::abs(a[i])));
    found.fused &= same_bits(results[2 * pair_count + i], std::fma(a[i], b[i], -a[i]));
  }
  for (std::uint32_t i = pair_count - 2; i < pair_count; ++i)
    found.subnormals &= same_bits(results[3 * pair_count + i], a[i] * b[i]);
  return found;
}

arithmetic_report probe(engine& on) {
  arithmetic_report report;
  auto const narrow = run_probe<float>(on, shaders::arithmetic_probe);
  report.exact_division32 = narrow.division;
  report.exact_sqrt32 = narrow.root;
  report.fused_fma32 = narrow.fused;
  report.keeps_subnormals32 = narrow.subnormals;
  if (on.info().features.float64) {
    auto const wide = run_probe<double>(on, shaders::arithmetic_probe64);
    report.exact_division64 = wide.division;
    report.exact_sqrt64 = wide.root;
    report.fused_fma64 = wide.fused;
    report.keeps_subnormals64 = wide.subnormals;
  }
  report.tested = true;
  return report;
}

constexpr bool arithmetic_report::*fields[] = {&arithmetic_report::tested,
                                               &arithmetic_report::exact_division32,
                                               &arithmetic_report::exact_sqrt32,
                                               &arithmetic_report::fused_fma32,
                                               &arithmetic_report::keeps_subnormals32,
                                               &arithmetic_report::exact_division64,
                                               &arithmetic_report::exact_sqrt64,
                                               &arithmetic_report::fused_fma64,
                                               &arithmetic_report::keeps_subnormals64};

} // namespace

arithmetic_report arithmetic_of(engine& on) {
  auto& kernels = *on.context().kernels;
  auto const key = "arithmetic 1\n" + kernels.identity();
  std::string kept;
  arithmetic_report report;
  auto const found = kernels.device_entries().read(key, kept);
  if (found == cache_result::damaged)
    ++on.context().counts.bad_cache_entries;
  if (found == cache_result::hit && kept.size() == std::size(fields)) {
    for (std::size_t i = 0; i < std::size(fields); ++i)
      report.*fields[i] = kept[i] == '1';
    return report;
  }
  report = probe(on);
  kept.clear();
  for (auto const field : fields)
    kept += report.*field ? '1' : '0';
  kernels.device_entries().write(key, kept);
  return report;
}

} // namespace tandem::gpu::detail
