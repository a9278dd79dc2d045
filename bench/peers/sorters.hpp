// The sorts of other libraries, one file a library.
#pragma once

#include "comparison.hpp"
#include "elements.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tandem_bench {

/// One sort of elements of type T, by in_order; for `keyed` a stable one unless the name says otherwise.
template <class T>
struct sorter {
  peer who;
  std::string name;
  void (*sort)(T* data, std::size_t n);
};

template <class T>
using sorters = std::vector<sorter<T>>;

#define TANDEM_BENCH_FOR_SORTED_TYPES(use)                                                                   \
  use(std::uint32_t) use(float) use(std::uint64_t) use(double) use(keyed) use(record) use(std::string)

#define TANDEM_BENCH_DECLARE(T)                                                                              \
  void add_tbb(sorters<T>& all);                                                                             \
  void add_standard(sorters<T>& all);                                                                        \
  void add_gnu(sorters<T>& all);                                                                             \
  void add_boost(sorters<T>& all);                                                                           \
  void add_thrust(sorters<T>& all);
TANDEM_BENCH_FOR_SORTED_TYPES(TANDEM_BENCH_DECLARE)
#undef TANDEM_BENCH_DECLARE

/// Rayon sorts what Rust can hold: words are its own strings, see sort_jobs.cpp.
void add_rayon(sorters<std::uint32_t>& all);
void add_rayon(sorters<float>& all);
void add_rayon(sorters<std::uint64_t>& all);
void add_rayon(sorters<double>& all);
void add_rayon(sorters<keyed>& all);
void add_rayon(sorters<record>& all);
inline void add_rayon(sorters<std::string>&) {}

template <class T>
inline constexpr bool sorted_stably = false;
template <>
inline constexpr bool sorted_stably<keyed> = true;

} // namespace tandem_bench
