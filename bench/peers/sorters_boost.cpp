#include "sorters.hpp"

#if TANDEM_BENCH_BOOST
#include <boost/sort/sort.hpp>
#include <boost/sort/spreadsort/spreadsort.hpp>

#include <thread>
#include <type_traits>
#endif

namespace tandem_bench {
namespace {

template <class T>
void add_all([[maybe_unused]] sorters<T>& all) {
#if TANDEM_BENCH_BOOST
  static auto const threads = std::thread::hardware_concurrency();
  if constexpr (!sorted_stably<T>) {
    all.push_back({peer::boost, "boost::sort::block_indirect_sort", [](T* data, std::size_t n) {
                     boost::sort::block_indirect_sort(data, data + n, in_order{}, threads);
                   }});
  }
  all.push_back({peer::boost, "boost::sort::sample_sort", [](T* data, std::size_t n) {
                   boost::sort::sample_sort(data, data + n, in_order{}, threads);
                 }});
  all.push_back({peer::boost, "boost::sort::parallel_stable_sort", [](T* data, std::size_t n) {
                   boost::sort::parallel_stable_sort(data, data + n, in_order{}, threads);
                 }});
  all.push_back({peer::boost, "boost::sort::spinsort, one thread",
                 [](T* data, std::size_t n) { boost::sort::spinsort(data, data + n, in_order{}); }});
  if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    all.push_back({peer::boost, "boost::sort::spreadsort, one thread",
                   [](T* data, std::size_t n) { boost::sort::spreadsort::spreadsort(data, data + n); }});
  }
#endif
}

} // namespace

#define TANDEM_BENCH_DEFINE(T)                                                                               \
  void add_boost(sorters<T>& all) {                                                                          \
    add_all<T>(all);                                                                                         \
  }
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DEFINE)

} // namespace tandem_bench
