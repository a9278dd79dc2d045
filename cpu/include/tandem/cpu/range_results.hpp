#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace tandem::cpu::detail {

/// What the ranges of one for_ranges call found, to be looked at in their order: a slot for each that there might be.
template <class Result>
class range_results {
 public:
  range_results(std::size_t n, std::size_t grain)
      : grain_(grain), slots_(n / grain + 1), results_(new Result[slots_]), used_(new bool[slots_]()) {}
  void put(std::size_t first, Result result) {
    results_[first / grain_] = std::move(result);
    used_[first / grain_] = true;
  }
  template <class Use>
  void in_order(Use const& use) {
    for (std::size_t i = 0; i < slots_; ++i)
      if (used_[i])
        use(results_[i]);
  }

 private:
  std::size_t grain_, slots_;
  std::unique_ptr<Result[]> results_;
  std::unique_ptr<bool[]> used_;
};

} // namespace tandem::cpu::detail
