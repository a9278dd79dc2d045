#include "sorters.hpp"

#include <tbb/parallel_sort.h>

namespace tandem_bench {

#define TANDEM_BENCH_DEFINE(T)                                                                               \
  void add_tbb(sorters<T>& all) {                                                                            \
    all.push_back({peer::tbb, sorted_stably<T> ? "tbb::parallel_sort, not stable" : "tbb::parallel_sort",    \
                   [](T* data, std::size_t n) { tbb::parallel_sort(data, data + n, in_order{}); }});         \
  }
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DEFINE)

} // namespace tandem_bench
