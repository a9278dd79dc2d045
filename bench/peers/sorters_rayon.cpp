#include "rayon.hpp"
#include "sorters.hpp"

namespace tandem_bench {

#if TANDEM_BENCH_RAYON
void add_rayon(sorters<std::uint32_t>& all) {
  all.push_back({peer::rayon, "par_sort_unstable", peer_rayon_sort_u32});
}
void add_rayon(sorters<std::uint64_t>& all) {
  all.push_back({peer::rayon, "par_sort_unstable", peer_rayon_sort_u64});
}
void add_rayon(sorters<float>& all) {
  all.push_back({peer::rayon, "par_sort_unstable_by(total_cmp)", peer_rayon_sort_f32});
}
void add_rayon(sorters<double>& all) {
  all.push_back({peer::rayon, "par_sort_unstable_by(total_cmp)", peer_rayon_sort_f64});
}
void add_rayon(sorters<keyed>& all) {
  all.push_back({peer::rayon, "par_sort_by_key", peer_rayon_sort_keyed});
}
void add_rayon(sorters<record>& all) {
  all.push_back({peer::rayon, "par_sort_unstable_by_key", peer_rayon_sort_record});
}
#else
void add_rayon(sorters<std::uint32_t>&) {}
void add_rayon(sorters<std::uint64_t>&) {}
void add_rayon(sorters<float>&) {}
void add_rayon(sorters<double>&) {}
void add_rayon(sorters<keyed>&) {}
void add_rayon(sorters<record>&) {}
#endif

} // namespace tandem_bench
