#include "sorters.hpp"

#if TANDEM_BENCH_THRUST
#include <thrust/sort.h>
#include <thrust/system/tbb/execution_policy.h>

#include <type_traits>
#endif

namespace tandem_bench {
namespace {

template <class T>
void add_one([[maybe_unused]] sorters<T>& all) {
#if TANDEM_BENCH_THRUST
  if constexpr (std::is_arithmetic_v<T>) { // in its own order it may choose a radix sort
    all.push_back({peer::thrust, "thrust::sort",
                   [](T* data, std::size_t n) { thrust::sort(thrust::tbb::par, data, data + n); }});
  } else {
    all.push_back({peer::thrust, "thrust::stable_sort", [](T* data, std::size_t n) {
                     thrust::stable_sort(thrust::tbb::par, data, data + n, in_order{});
                   }});
  }
#endif
}

} // namespace

#define TANDEM_BENCH_DEFINE(T)                                                                               \
  void add_thrust(sorters<T>& all) {                                                                         \
    add_one<T>(all);                                                                                         \
  }
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DEFINE)

} // namespace tandem_bench
