#include "sorters.hpp"

#include <algorithm>
#include <execution>

namespace tandem_bench {
namespace {

template <class T>
void add_both(sorters<T>& all) {
  if constexpr (sorted_stably<T>) {
    all.push_back({peer::standard, "std::stable_sort(par)", [](T* data, std::size_t n) {
                     std::stable_sort(std::execution::par, data, data + n, in_order{});
                   }});
    all.push_back({peer::one_thread, "std::stable_sort",
                   [](T* data, std::size_t n) { std::stable_sort(data, data + n, in_order{}); }});
  } else {
    all.push_back({peer::standard, "std::sort(par)", [](T* data, std::size_t n) {
                     std::sort(std::execution::par, data, data + n, in_order{});
                   }});
    all.push_back({peer::one_thread, "std::sort",
                   [](T* data, std::size_t n) { std::sort(data, data + n, in_order{}); }});
  }
}

} // namespace

#define TANDEM_BENCH_DEFINE(T)                                                                               \
  void add_standard(sorters<T>& all) {                                                                       \
    add_both<T>(all);                                                                                        \
  }
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DEFINE)

} // namespace tandem_bench
