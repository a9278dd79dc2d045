#include "chained.hpp"

#include "../runtime/waiting_probe.hpp"

#include <atomic>
#include <mutex>
#include <vector>

namespace tandem::gpu::detail {
namespace {

constinit std::atomic<forced_chaining const*> forced{nullptr};
constinit std::atomic<ranking> ranked{ranking::by_device};
constinit std::atomic<std::uint64_t> runs{0};
constinit std::atomic<std::uint64_t> stuck{0};

/// What is known of engines, by id: whether they may run chained passes.
struct verdicts {
  struct verdict {
    std::uint64_t id;
    bool may;
  };
  std::mutex mutex;
  std::vector<verdict> all;

  verdict* find(std::uint64_t id) {
    for (verdict& each : all)
      if (each.id == id)
        return &each;
    return nullptr;
  }
};

verdicts& known() {
  static verdicts* const list = new verdicts; // outlives whoever still asks at exit
  return *list;
}

} // namespace

std::optional<chained_setting> chained_on(engine& owner) {
  if (forced_chaining const* const how = forced.load(std::memory_order_acquire))
    return how->off ? std::nullopt : std::optional(how->how);
  if (owner.info().software())
    return std::nullopt;
  verdicts& list = known();
  std::lock_guard const lock(list.mutex);
  verdicts::verdict const* found = list.find(owner.id());
  if (found == nullptr)
    found = &list.all.emplace_back(verdicts::verdict{owner.id(), groups_may_wait(owner)});
  return found->may ? std::optional(chained_setting{}) : std::nullopt;
}

void note_stuck(engine& owner) {
  stuck.fetch_add(1, std::memory_order_relaxed);
  if (forced.load(std::memory_order_acquire) != nullptr)
    return;
  verdicts& list = known();
  std::lock_guard const lock(list.mutex);
  if (verdicts::verdict* const found = list.find(owner.id()))
    found->may = false;
}

void note_chained_run() noexcept {
  runs.fetch_add(1, std::memory_order_relaxed);
}

chained_counts chained_so_far() noexcept {
  return {runs.load(std::memory_order_relaxed), stuck.load(std::memory_order_relaxed)};
}

void force_chaining(forced_chaining const* how) noexcept {
  forced.store(how, std::memory_order_release);
}

void force_ranking(ranking how) noexcept {
  ranked.store(how, std::memory_order_relaxed);
}

ranking forced_ranking() noexcept {
  return ranked.load(std::memory_order_relaxed);
}

} // namespace tandem::gpu::detail
