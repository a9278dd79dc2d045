#pragma once

#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/for_each.hpp>
#include <tandem/cpu/range_results.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tandem::cpu {
namespace detail {

/// Held for moments, when an error has been met.
class errors_guard {
 public:
  explicit errors_guard(std::atomic_flag& flag) noexcept : flag_(flag) {
    while (flag_.test_and_set(std::memory_order_acquire))
      continue;
  }
  ~errors_guard() { flag_.clear(std::memory_order_release); }
  errors_guard(errors_guard const&) = delete;
  errors_guard& operator=(errors_guard const&) = delete;

 private:
  std::atomic_flag& flag_;
};

} // namespace detail

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
      detail::errors_guard const lock(guard);
      if (i < first.index) {
        first.index = i;
        first.error.swap(error);
        lowest.store(i, std::memory_order_relaxed);
      }
      return;
    }
  });
  return first;
}

/// Tries every element; all errors with their indices, in order.
template <class Error, class T, class Place, class F>
std::vector<std::pair<std::size_t, Error>> try_map_all(execution const& how, std::size_t n, T const* in,
                                                       Place&& place, F&& f) {
  using errors = std::vector<std::pair<std::size_t, Error>>;
  auto const grain = n == 0 ? 1 : detail::effects_grain(how, n);
  detail::range_results<errors> found(n, grain);
  for_ranges(how, n, grain, [&](std::size_t begin, std::size_t end) {
    errors mine;
    for (auto i = begin; i < end; ++i) {
      auto result = f(in[i]);
      if (result)
        place(i, *std::move(result));
      else
        mine.emplace_back(i, std::move(result).error());
    }
    found.put(begin, std::move(mine));
  });
  errors all;
  found.in_order([&all](errors& some) {
    for (auto& error : some)
      all.push_back(std::move(error));
  });
  return all;
}

} // namespace tandem::cpu
