#pragma once

#include <cstddef>

namespace tandem::cpu {

/// While it lives, TBB may use as many threads as the largest living one asked for, even beyond the
/// processors there are (TBB itself takes the smallest of its global controls, so there must be only one).
class concurrency_limit {
 public:
  explicit concurrency_limit(std::size_t threads);
  ~concurrency_limit();
  concurrency_limit(concurrency_limit const&) = delete;
  concurrency_limit& operator=(concurrency_limit const&) = delete;

 private:
  std::size_t threads_;
};

} // namespace tandem::cpu
