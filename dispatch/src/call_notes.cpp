#include "call_notes.hpp"

#include "runtime_core.hpp"
#include "trace_log.hpp"

#include <ctime>

namespace tandem::detail {
namespace {

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

} // namespace

void note_ended(runtime_core& core, ended_call const& call) noexcept {
  auto const took_ns = now_ns() - call.started_ns;
  auto const on_device = call.where == backend::gpu || call.where == backend::both;
  auto const place = on_device ? call.device : call.where == backend::serial ? one_thread : all_threads;
  core.counts().add(
      call.site, place,
      {.calls = 1, .elements = call.elements, .nanoseconds = static_cast<std::uint64_t>(took_ns)});
  if (!trace_log::on())
    return;
  auto const& facts = call.site.facts;
  auto const bytes = static_cast<double>(facts.read_bytes_per_element) +
                     static_cast<double>(facts.written_bytes_per_element);
  trace_log::instance().add(
      {.name = facts.name,
       .category = "call",
       .where = name_of(call.where),
       .start_ns = call.started_ns,
       .duration_ns = took_ns,
       .elements = call.elements,
       .bytes = static_cast<std::uint64_t>(bytes * static_cast<double>(call.elements))});
}

void note_fallback(runtime_core& core, call_site const& site, int device) noexcept {
  core.counts().add(site, device, {.fallbacks = 1});
}

} // namespace tandem::detail
