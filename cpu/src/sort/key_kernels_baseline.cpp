#include "sort/key_kernels.hpp"
#include "sort/rank_sort_loop.hpp"

namespace tandem::cpu::sorting {
namespace {

/// Every key is swapped to the boundary, which advances where the key belongs below it: no branch depends on
/// a key.
template <class Key>
std::size_t partition_branch_free(Key* keys, std::size_t n, Key pivot) {
  std::size_t boundary = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Key const key = keys[i];
    keys[i] = keys[boundary];
    keys[boundary] = key;
    boundary += key < pivot ? 1 : 0;
  }
  return boundary;
}

} // namespace

std::size_t partition_baseline(std::int32_t* keys, std::size_t n, std::int32_t pivot) {
  return partition_branch_free(keys, n, pivot);
}
std::size_t partition_baseline(std::uint32_t* keys, std::size_t n, std::uint32_t pivot) {
  return partition_branch_free(keys, n, pivot);
}
std::size_t partition_baseline(std::int64_t* keys, std::size_t n, std::int64_t pivot) {
  return partition_branch_free(keys, n, pivot);
}
std::size_t partition_baseline(std::uint64_t* keys, std::size_t n, std::uint64_t pivot) {
  return partition_branch_free(keys, n, pivot);
}

TANDEM_DEFINE_RANK_SORTS(baseline, 16)

} // namespace tandem::cpu::sorting
