#include "sorters.hpp"

#if TANDEM_BENCH_GNU
#include <parallel/algorithm>
#endif

namespace tandem_bench {
namespace {

template <class T>
void add_one([[maybe_unused]] sorters<T>& all) {
#if TANDEM_BENCH_GNU
  if constexpr (sorted_stably<T>) {
    all.push_back({peer::gnu, "__gnu_parallel::stable_sort",
                   [](T* data, std::size_t n) { __gnu_parallel::stable_sort(data, data + n, in_order{}); }});
  } else {
    all.push_back({peer::gnu, "__gnu_parallel::sort",
                   [](T* data, std::size_t n) { __gnu_parallel::sort(data, data + n, in_order{}); }});
  }
#endif
}

} // namespace

#define TANDEM_BENCH_DEFINE(T)                                                                               \
  void add_gnu(sorters<T>& all) {                                                                            \
    add_one<T>(all);                                                                                         \
  }
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DEFINE)

} // namespace tandem_bench
