// Beyond one machine: every MPI rank has its own part of the data and uses tandem on it. A sum over all ranks, then a sample sort: each
// rank sorts its part, the ranks agree on splitters, exchange, and merge by sorting once more; afterwards rank r holds the r-th part of
// the whole order.
//
//     mpirun -n 4 mpi_sample_sort [elements a rank, default 250000]
#include <tandem/functional.hpp>
#include <tandem/reduce.hpp>
#include <tandem/runtime.hpp>
#include <tandem/sort.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#define OMPI_SKIP_MPICXX 1 // the C interface is enough
#include <mpi.h>

namespace {

using keys = std::vector<std::uint32_t>;

/// ranks − 1 values that divide the whole into parts of about the same size.
keys splitters(keys const& sorted, int ranks) {
  keys mine;
  for (int i = 1; i < ranks; ++i)
    mine.push_back(sorted[sorted.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(ranks)]);
  keys all(mine.size() * static_cast<std::size_t>(ranks));
  auto const count = static_cast<int>(mine.size());
  MPI_Allgather(mine.data(), count, MPI_UINT32_T, all.data(), count, MPI_UINT32_T, MPI_COMM_WORLD);
  std::sort(all.begin(), all.end());
  keys chosen;
  for (int i = 1; i < ranks; ++i)
    chosen.push_back(all[all.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(ranks)]);
  return chosen;
}

/// Sends every key to the rank it belongs to.
keys exchange(keys const& sorted, keys const& limits, int ranks) {
  auto const n = static_cast<std::size_t>(ranks);
  std::vector<int> sent(n), sent_at(n), received(n), received_at(n);
  for (std::size_t r = 0, first = 0; r < n; ++r) {
    auto const end = r + 1 < n ? std::upper_bound(sorted.begin(), sorted.end(), limits[r]) : sorted.end();
    auto const last = static_cast<std::size_t>(end - sorted.begin());
    sent_at[r] = static_cast<int>(first);
    sent[r] = static_cast<int>(last - first);
    first = last;
  }
  MPI_Alltoall(sent.data(), 1, MPI_INT, received.data(), 1, MPI_INT, MPI_COMM_WORLD);
  std::exclusive_scan(received.begin(), received.end(), received_at.begin(), 0);
  keys mine(static_cast<std::size_t>(std::reduce(received.begin(), received.end())));
  MPI_Alltoallv(sorted.data(), sent.data(), sent_at.data(), MPI_UINT32_T, mine.data(), received.data(),
                received_at.data(), MPI_UINT32_T, MPI_COMM_WORLD);
  return mine;
}

/// Whether the ranks' parts follow each other, and together hold as many keys with the same sum as before.
bool is_sorted_everywhere(keys const& mine, int rank, int ranks, std::uint64_t count, std::uint64_t sum) {
  std::uint32_t const ends[2] = {mine.empty() ? 0 : mine.front(), mine.empty() ? 0 : mine.back()};
  std::vector<std::uint32_t> all_ends(2 * static_cast<std::size_t>(ranks));
  MPI_Allgather(ends, 2, MPI_UINT32_T, all_ends.data(), 2, MPI_UINT32_T, MPI_COMM_WORLD);
  std::uint64_t const own[3] = {mine.size(), tandem::parallel_reduce(mine, std::uint64_t{0}, tandem::plus{}),
                                std::is_sorted(mine.begin(), mine.end()) ? 0U : 1U};
  std::uint64_t total[3] = {};
  MPI_Allreduce(own, total, 3, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  if (rank == 0)
    std::printf("sorted: %llu keys on %d ranks\n", static_cast<unsigned long long>(total[0]), ranks);
  return total[0] == count && total[1] == sum && total[2] == 0 &&
         std::is_sorted(all_ends.begin(), all_ends.end());
}

} // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);

  keys mine(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 250'000);
  std::mt19937 random{static_cast<unsigned>(rank)};
  for (auto& one : mine)
    one = static_cast<std::uint32_t>(random());

  std::uint64_t const own_sum = tandem::parallel_reduce(mine, std::uint64_t{0}, tandem::plus{});
  std::uint64_t const own[2] = {mine.size(), own_sum};
  std::uint64_t total[2] = {};
  MPI_Allreduce(own, total, 2, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  if (rank == 0)
    std::printf("%d ranks of %u threads each, sum of %llu keys: %llu\n", ranks,
                tandem::default_runtime().threads(), static_cast<unsigned long long>(total[0]),
                static_cast<unsigned long long>(total[1]));

  tandem::parallel_sort(mine);
  if (!mine.empty())
    mine = exchange(mine, splitters(mine, ranks), ranks);
  tandem::parallel_sort(mine); // sorted runs one after another: found quickly
  bool const right = is_sorted_everywhere(mine, rank, ranks, total[0], total[1]);
  if (rank == 0)
    std::printf("every rank holds its part of the order: %s\n", right ? "right" : "WRONG");
  MPI_Finalize();
  return right ? 0 : 1;
}
