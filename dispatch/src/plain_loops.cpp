#include "plain_loops.hpp"

#include "last_call.hpp"

#include <algorithm>
#include <mutex>

namespace tandem::detail {
namespace {

/// The living threads' counts, and what was counted before. Never destroyed: threads may end after main.
struct everyone {
  std::mutex mutex;
  std::vector<plain_loops*> living;
  counter_table past;
};

everyone& all() {
  static everyone* const kept = new everyone;
  return *kept;
}

} // namespace

plain_loops::plain_loops() {
  std::lock_guard const lock{all().mutex};
  all().living.push_back(this);
}

plain_loops::~plain_loops() {
  last_call().counts = nullptr;
  hand_over();
  std::lock_guard const lock{all().mutex};
  std::erase(all().living, this);
}

void plain_loops::move_to(call_site const& site) noexcept {
  hand_over();
  site_.store(&site, std::memory_order_relaxed);
}

void plain_loops::hand_over() noexcept {
  auto const* const site = site_.exchange(nullptr, std::memory_order_relaxed);
  auto const calls = calls_.exchange(0, std::memory_order_relaxed);
  auto const elements = elements_.exchange(0, std::memory_order_relaxed);
  if (site != nullptr)
    all().past.add(*site, one_thread, {.calls = calls, .elements = elements});
}

std::vector<call_counter> plain_loops::read() {
  std::lock_guard const lock{all().mutex};
  counter_table sum;
  for (auto const* one : all().living)
    if (auto const* const site = one->site_.load(std::memory_order_relaxed); site != nullptr)
      sum.add(*site, one_thread,
              {.calls = one->calls_.load(std::memory_order_relaxed),
               .elements = one->elements_.load(std::memory_order_relaxed)});
  all().past.add_to(sum);
  return sum.read({});
}

} // namespace tandem::detail
