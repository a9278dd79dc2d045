#include "counter_table.hpp"

#include <cmath>

namespace tandem::detail {
namespace {

constexpr std::size_t longest_search = 32;

std::string name_of_place(int place, std::vector<std::string> const& devices) {
  if (place == one_thread)
    return "CPU, one thread";
  auto const index = static_cast<std::size_t>(place);
  return place == all_threads ? "CPU, all threads" : index < devices.size() ? devices[index] : "GPU";
}

} // namespace

counter_table::counter_table() : slots_(std::make_unique<std::array<slot, slot_count>>()) {}
counter_table::~counter_table() = default;

counter_table::slot* counter_table::find(call_site const& site, int place, bool claim) noexcept {
  auto const start = reinterpret_cast<std::uintptr_t>(&site) / alignof(call_site) * 0x9e3779b97f4a7c15u +
                     static_cast<unsigned>(place);
  for (std::size_t i = 0; i < longest_search; ++i) {
    auto& one = (*slots_)[(start + i) % slot_count];
    call_site const* owner = one.site.load(std::memory_order_acquire);
    if (owner == nullptr && !claim)
      return nullptr;
    if (owner == nullptr && one.site.compare_exchange_strong(owner, &site, std::memory_order_acq_rel)) {
      one.place.store(place, std::memory_order_relaxed);
      one.ready.store(true, std::memory_order_release);
      return &one;
    }
    if (owner != &site)
      continue;
    while (!one.ready.load(std::memory_order_acquire)) { // another thread is between the two stores above
    }
    if (one.place.load(std::memory_order_relaxed) == place)
      return &one;
  }
  return nullptr;
}

void counter_table::add(call_site const& site, int place, counted_call const& what) noexcept {
  auto* const found = find(site, place, true);
  if (found == nullptr)
    return;
  found->calls.fetch_add(what.calls, std::memory_order_relaxed);
  found->elements.fetch_add(what.elements, std::memory_order_relaxed);
  found->nanoseconds.fetch_add(what.nanoseconds, std::memory_order_relaxed);
  found->fallbacks.fetch_add(what.fallbacks, std::memory_order_relaxed);
}

bool counter_table::has(call_site const& site, int place) noexcept {
  auto const* const found = find(site, place, false);
  return found != nullptr && found->calls.load(std::memory_order_relaxed) != 0;
}

void counter_table::add_to(counter_table& sum) const noexcept {
  for (auto const& one : *slots_)
    if (one.ready.load(std::memory_order_acquire))
      sum.add(*one.site.load(std::memory_order_relaxed), one.place.load(std::memory_order_relaxed),
              {.calls = one.calls.load(std::memory_order_relaxed),
               .elements = one.elements.load(std::memory_order_relaxed),
               .nanoseconds = one.nanoseconds.load(std::memory_order_relaxed),
               .fallbacks = one.fallbacks.load(std::memory_order_relaxed)});
}

std::vector<call_counter> counter_table::read(std::vector<std::string> const& devices) const {
  std::vector<call_counter> all;
  for (auto const& one : *slots_) {
    if (!one.ready.load(std::memory_order_acquire))
      continue;
    auto const* const site = one.site.load(std::memory_order_relaxed);
    auto const elements = one.elements.load(std::memory_order_relaxed);
    auto const bytes = static_cast<double>(site->facts.read_bytes_per_element) +
                       static_cast<double>(site->facts.written_bytes_per_element);
    all.push_back({.call = site->facts.name,
                   .site = site,
                   .where = name_of_place(one.place.load(std::memory_order_relaxed), devices),
                   .calls = one.calls.load(std::memory_order_relaxed),
                   .elements = elements,
                   .bytes = static_cast<std::uint64_t>(std::llround(bytes * static_cast<double>(elements))),
                   .nanoseconds = one.nanoseconds.load(std::memory_order_relaxed),
                   .fallbacks = one.fallbacks.load(std::memory_order_relaxed)});
  }
  return all;
}

} // namespace tandem::detail
