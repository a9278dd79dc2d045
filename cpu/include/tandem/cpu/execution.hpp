#pragma once

#include <tandem/cpu/isa.hpp>
#include <tandem/cpu/pool.hpp>

#include <cstddef>

namespace tandem::cpu {

/// How one call runs: on which threads and with which vector instructions. Neither changes a result.
struct execution {
  pool* workers = nullptr;  ///< null: on the calling thread only
  isa level = active_isa(); ///< at most active_isa()
};

/// for_ranges of the execution's pool, or one range on the calling thread.
template <class Body>
void for_ranges(execution const& how, std::size_t n, std::size_t grain, Body&& body) {
  if (n == 0)
    return;
  if (how.workers == nullptr || n <= grain)
    body(std::size_t{0}, n);
  else
    how.workers->for_ranges(n, grain, body);
}

} // namespace tandem::cpu
