// Thrust's TBB backend without its headers.
#pragma once

#include <cstddef>
#include <cstdint>

#if TANDEM_BENCH_THRUST
namespace tandem_bench::thrust_tbb {

template <class T>
void scan(T const* in, std::size_t n, T* out);
extern template void scan(std::int32_t const*, std::size_t, std::int32_t*);
extern template void scan(std::int64_t const*, std::size_t, std::int64_t*);
extern template void scan(float const*, std::size_t, float*);
extern template void scan(double const*, std::size_t, double*);

std::size_t filter_below(float const* in, std::size_t n, float limit, float* out);
float sum(float const* in, std::size_t n);
std::size_t max_element(float const* in, std::size_t n);
std::size_t count_above(float const* in, std::size_t n, float limit);
bool any_above(float const* in, std::size_t n, float limit);
std::size_t find_above(float const* in, std::size_t n, float limit);
void map(float const* in, std::size_t n, float* out);

} // namespace tandem_bench::thrust_tbb
#endif
