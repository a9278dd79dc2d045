// Runs a coroutine to its end on a context of its own and rethrows what it threw.
#pragma once

#include <tandem/async.hpp>

// This header comes first in every test: Asio must still have found out how to allocate, as it has inside the library.
#if defined(__GLIBCXX__) && defined(_GLIBCXX_HAVE_ALIGNED_ALLOC) && !defined(ASIO_HAS_STD_ALIGNED_ALLOC)
#error "Asio was configured before the standard library: it would allocate differently here and in libtandem"
#endif

#include <chrono>
#include <exception>

namespace tandem_test {

using namespace std::chrono_literals;

template <class F>
void run_coroutine(asio::io_context& io, F&& f) {
  std::exception_ptr error;
  asio::co_spawn(io, std::forward<F>(f), [&](std::exception_ptr e) { error = e; });
  io.run();
  if (error)
    std::rethrow_exception(error);
}

template <class F>
void run_coroutine(F&& f) {
  asio::io_context io(1);
  run_coroutine(io, std::forward<F>(f));
}

// A value that may be moved but not copied, and knows how many of its kind are alive.
struct tracked {
  static inline std::atomic<long> alive{0};
  int value = 0;
  explicit tracked(int v) noexcept : value(v) { ++alive; }
  tracked(tracked&& other) noexcept : value(std::exchange(other.value, -1)) { ++alive; }
  tracked& operator=(tracked&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~tracked() { --alive; }
};

} // namespace tandem_test
