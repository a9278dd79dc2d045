// Reading: the sum of 10^8 floats in tandem's fixed shape, against reading memory as fast as this machine
// can.
#include "peers_suite.hpp"
#include "workload.hpp"

#include <tandem/functional.hpp>
#include <tandem/reduce.hpp>

#include <tbb/parallel_reduce.h>
#include <tbb/partitioner.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <cmath>
#include <cstdint>
#include <execution>
#include <numeric>

namespace tandem_bench {
namespace {

struct data {
  std::vector<float> in = some_floats(100'000'000, 1);
  float total = 0.0F;
};

// Reads every byte and does one bitwise operation per 16: what the memory gives, whatever is computed.
std::uint64_t read_range(float const* from, std::size_t n) {
#if defined(__SSE2__)
  __m128i folded[4] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      folded[lane] =
          _mm_xor_si128(folded[lane], _mm_loadu_si128(reinterpret_cast<__m128i const*>(from + i + 4 * lane)));
    }
  }
  __m128i const all = _mm_xor_si128(_mm_xor_si128(folded[0], folded[1]), _mm_xor_si128(folded[2], folded[3]));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si32(all)) + n - i;
#else
  float total = 0.0F;
  for (std::size_t i = 0; i < n; ++i) {
    total += from[i];
  }
  return static_cast<std::uint64_t>(total);
#endif
}

std::uint64_t read_everything(std::vector<float> const& from) {
  return tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, from.size(), std::size_t{1} << 16U), std::uint64_t{0},
      [&](tbb::blocked_range<std::size_t> const& range, std::uint64_t so_far) {
        return so_far ^ read_range(from.data() + range.begin(), range.size());
      },
      [](std::uint64_t a, std::uint64_t b) { return a ^ b; }, tbb::static_partitioner{});
}

} // namespace

comparison float_sum(tandem::runtime& where) {
  auto const held = std::make_shared<data>();
  comparison made{"float_sum", "sum of 10^8 floats", held->in.size(), 4.0e8, {}, {}};
  made.ways.push_back({"tandem on_cpu", [held, &where] {
                         held->total = tandem::parallel_reduce(tandem::on_cpu.with(where), held->in, 0.0F,
                                                               tandem::plus{});
                         keep(held->total);
                       }});
  made.ways.push_back({"reading only", [held] {
                         std::uint64_t const folded = read_everything(held->in);
                         keep(folded);
                       }});
  made.ways.push_back({"std::reduce par_unseq", [held] {
                         held->total =
                             std::reduce(std::execution::par_unseq, held->in.begin(), held->in.end(), 0.0F);
                         keep(held->total);
                       }});
  made.verify = [held, &where]() -> std::string {
    double const expected = std::accumulate(held->in.begin(), held->in.end(), 0.0);
    double const ours = tandem::parallel_reduce(tandem::on_cpu.with(where), held->in, 0.0F, tandem::plus{});
    return std::abs(ours / expected - 1.0) < 1e-6 ? ""
                                                  : "relative error " + std::to_string(ours / expected - 1.0);
  };
  return made;
}

} // namespace tandem_bench
