#pragma once

#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/for_each.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace tandem::cpu {

/// The error of the lowest index, if there is one.
template <class Error>
struct first_error {
  std::size_t index = 0;
  std::unique_ptr<Error> error;
};

/// place(i, *f(in[i])) for every element while f succeeds. f returns something like std::expected: true when
/// it holds a value, *r the value, r.error() the error. After an error only elements before it are still
/// tried, so the error returned is the one a plain loop would have met first.
template <class Error, class T, class Place, class F>
first_error<Error> try_map(execution const& how, std::size_t n, T const* in, Place&& place, F&& f) {
  first_error<Error> first{n, nullptr};
  std::atomic<std::size_t> lowest{n};
  std::atomic_flag guard = ATOMIC_FLAG_INIT;
  for_ranges(how, n, detail::effects_grain(how, n), [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end && i < lowest.load(std::memory_order_relaxed); ++i) {
      auto result = f(in[i]);
      if (result) {
        place(i, *std::move(result));
        continue;
      }
      auto error = std::make_unique<Error>(std::move(result).error());
      while (guard.test_and_set(std::memory_order_acquire))
        continue;
      if (i < first.index) {
        first.index = i;
        first.error.swap(error);
        lowest.store(i, std::memory_order_relaxed);
      }
      guard.clear(std::memory_order_release);
      return;
    }
  });
  return first;
}

} // namespace tandem::cpu
