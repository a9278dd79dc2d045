#include "thrust.hpp"

#if TANDEM_BENCH_THRUST

#include <thrust/copy.h>
#include <thrust/count.h>
#include <thrust/extrema.h>
#include <thrust/find.h>
#include <thrust/logical.h>
#include <thrust/reduce.h>
#include <thrust/scan.h>
#include <thrust/system/tbb/execution_policy.h>
#include <thrust/transform.h>

namespace tandem_bench::thrust_tbb {
namespace {

struct above {
  float limit;
  bool operator()(float x) const { return x > limit; }
};

constexpr auto& policy = thrust::tbb::par;

} // namespace

template <class T>
void scan(T const* in, std::size_t n, T* out) {
  thrust::inclusive_scan(policy, in, in + n, out);
}

template void scan(std::int32_t const*, std::size_t, std::int32_t*);
template void scan(std::int64_t const*, std::size_t, std::int64_t*);
template void scan(float const*, std::size_t, float*);
template void scan(double const*, std::size_t, double*);

std::size_t filter_below(float const* in, std::size_t n, float limit, float* out) {
  return static_cast<std::size_t>(
      thrust::copy_if(policy, in, in + n, out, [limit](float x) { return x < limit; }) - out);
}

float sum(float const* in, std::size_t n) {
  return thrust::reduce(policy, in, in + n);
}

std::size_t max_element(float const* in, std::size_t n) {
  return static_cast<std::size_t>(thrust::max_element(policy, in, in + n) - in);
}

std::size_t count_above(float const* in, std::size_t n, float limit) {
  return static_cast<std::size_t>(thrust::count_if(policy, in, in + n, above{limit}));
}

bool any_above(float const* in, std::size_t n, float limit) {
  return thrust::any_of(policy, in, in + n, above{limit});
}

std::size_t find_above(float const* in, std::size_t n, float limit) {
  return static_cast<std::size_t>(thrust::find_if(policy, in, in + n, above{limit}) - in);
}

void map(float const* in, std::size_t n, float* out) {
  thrust::transform(policy, in, in + n, out, [](float x) { return x * 2.0F + 1.0F; });
}

} // namespace tandem_bench::thrust_tbb

#endif
