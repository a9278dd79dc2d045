// A mutex that owns what it guards: the data can only be reached through the lock, so nobody can forget it (a
// mutex beside the data only hopes). If an exception escapes while it is held, the data may be half changed:
// the mutex is poisoned then, and says so to everybody who comes later, until somebody has put things right.
#include <concepts>
#include <cstdio>
#include <exception>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

struct poisoned_error : std::runtime_error {
  poisoned_error() : std::runtime_error("an exception escaped while this was locked") {}
};

template <class T>
class guarded {
 public:
  explicit guarded(T value) : value_(std::move(value)) {}

  /// f(value) under the lock. A result by value: a reference would outlive the lock.
  template <std::invocable<T&> F>
  auto with(F f) {
    static_assert(!std::is_reference_v<std::invoke_result_t<F, T&>>, "the data must not leave the lock");
    std::scoped_lock const lock(mutex_);
    if (poisoned_)
      throw poisoned_error();
    return run(f);
  }

  /// f(value) whatever happened before; the value counts as sound again when f returns.
  template <std::invocable<T&> F>
  auto repair(F f) {
    std::scoped_lock const lock(mutex_);
    poisoned_ = false;
    return run(f);
  }

 private:
  template <class F>
  auto run(F& f) {
    try {
      return f(value_);
    } catch (...) {
      poisoned_ = true;
      throw;
    }
  }

  std::mutex mutex_;
  bool poisoned_ = false;
  T value_;
};

/// Every booking is written twice; the two columns add up to the same, always.
struct ledger {
  std::vector<long> debit, credit;

  void book(long cents) {
    debit.push_back(cents);
    if (cents < 0)
      throw std::invalid_argument("a negative amount"); // too late: half of it is written
    credit.push_back(cents);
  }
  bool balanced() const {
    auto const total = [](std::vector<long> const& column) {
      return std::accumulate(column.begin(), column.end(), 0L);
    };
    return debit.size() == credit.size() && total(debit) == total(credit);
  }
};

} // namespace

int main() {
  guarded<ledger> books{ledger{}};
  constexpr int clerks = 4, bookings = 10'000;
  {
    std::vector<std::jthread> threads;
    for (int clerk = 0; clerk < clerks; ++clerk)
      threads.emplace_back([&] {
        for (int i = 1; i <= bookings; ++i)
          books.with([i](ledger& l) { l.book(i); });
      });
  }
  bool const sound =
      books.with([](ledger& l) { return l.balanced() && l.debit.size() == clerks * bookings; });
  std::printf("%d bookings by %d clerks at once, balanced: %s\n", clerks * bookings, clerks,
              sound ? "yes" : "WRONG");

  std::string reported = "nothing, WRONG", refused = "let in, WRONG";
  std::jthread([&] {
    try {
      books.with([](ledger& l) { l.book(-5); });
    } catch (std::invalid_argument const& error) {
      reported = error.what();
    }
  }).join();
  try {
    (void)books.with([](ledger& l) { return l.balanced(); });
  } catch (poisoned_error const&) {
    refused = "turned away";
  }
  std::printf("one clerk fails with: %s; the next one is %s\n", reported.c_str(), refused.c_str());

  books.repair([](ledger& l) { l.debit.resize(l.credit.size()); });
  bool const again = books.with([](ledger& l) {
    l.book(7);
    return l.balanced() && l.debit.size() == clerks * bookings + 1;
  });
  std::printf("repaired, balanced again: %s\n", again ? "right" : "WRONG");
  return sound && again ? 0 : 1;
}
