#pragma once

#include "../runtime/recorder.hpp"

#include <tandem/gpu/error.hpp>
#include <tandem/gpu/operand.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace tandem::gpu::detail {

/// The most elements of one submission: what the groups can cover, what an allocation can hold and, where
/// host memory is copied, pieces small enough to overlap copying and computing. A multiple of `granule`.
std::size_t chunk_elements(engine const& owner, std::span<operand const> operands,
                           std::size_t elements_per_group, std::size_t granule);

/// Runs the pieces [first, last) of n elements, a few submissions in flight. `record(work, first, count)`
/// records one. gpu::error thrown from here says how many leading elements are complete; nothing behind them was
/// changed.
template <class Record>
void run_chunks(engine& owner, std::size_t n, std::size_t chunk, Record&& record) {
  constexpr std::size_t depth = 3;
  std::array<submission, depth> in_flight;
  std::size_t finished = 0;
  std::size_t submitted = 0;
  auto const finish_next = [&] {
    submission& next = in_flight[finished % depth];
    next.wait();
    next = submission();
    ++finished;
  };
  try {
    for (std::size_t first = 0; first < n; first += chunk) {
      if (submitted - finished == depth)
        finish_next();
      recorder work = owner.record();
      record(work, first, std::min(chunk, n - first));
      in_flight[submitted % depth] = work.submit();
      ++submitted;
    }
    while (finished < submitted)
      finish_next();
  } catch (gpu::error const& problem) {
    try { // what was submitted before is done all the same: in place, to do it again would be wrong
      while (finished < submitted)
        finish_next();
    } catch (gpu::error const&) { // lost
    }
    throw gpu::error(problem.operation(), problem.vk_result(), std::min(n, finished * chunk));
  }
}

} // namespace tandem::gpu::detail
