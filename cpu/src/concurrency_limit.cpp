#include "concurrency_limit.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>

#include <memory>
#include <mutex>
#include <set>

namespace tandem::cpu {
namespace {

struct registry {
  std::mutex mutex;
  std::multiset<std::size_t> wishes;
  std::unique_ptr<tbb::global_control> control;

  // To be called with the mutex held. The old control goes first: two at once would mean the smaller.
  void apply() {
    control.reset();
    auto const usual = static_cast<std::size_t>(tbb::info::default_concurrency());
    if (!wishes.empty() && *wishes.rbegin() > usual)
      control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                      *wishes.rbegin());
  }
};

registry& all() {
  static auto* const instance = new registry; // never destroyed: pools may live in static objects
  return *instance;
}

} // namespace

concurrency_limit::concurrency_limit(std::size_t threads) : threads_(threads) {
  std::scoped_lock const lock(all().mutex);
  all().wishes.insert(threads_);
  all().apply();
}

concurrency_limit::~concurrency_limit() {
  std::scoped_lock const lock(all().mutex);
  all().wishes.erase(all().wishes.find(threads_));
  all().apply();
}

} // namespace tandem::cpu
