#include "last_call.hpp"
#include "learned_decision.hpp"
#include "runtime_core.hpp"
#include "warmup.hpp"

#include <tandem/runtime.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

namespace tandem::detail {
namespace {

// Elements run serially and timed when nothing is known of a lambda's cost.
constexpr std::size_t probe_elements = 512;
// Calls predicted to take longer than this as a plain loop are always decided with care.
constexpr double plain_loop_limit_ns = 20e3;
// Work worth waking the driver for: looking for devices takes tens of milliseconds, in the background.
constexpr double worth_a_device_us = 200;

std::int64_t clock_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

double speedup(knowledge const& now) {
  return 1 + (static_cast<double>(now.state.threads) - 1) * now.known.cpu.parallel_efficiency;
}

double model_ns(call_site const& site, cpu_profile const& cpu) {
  auto const work = static_cast<double>(site.work.load(std::memory_order_relaxed));
  return (work > 0 ? work : 1.0) * cpu.ns_per_operation;
}

/// The size below which a plain loop beats waking the pool: n·t = fork + n·t / speedup.
void set_threshold(call_site& site, knowledge const& now, double serial_ns) {
  auto const saved = serial_ns * (1 - 1 / speedup(now));
  auto const forked = saved > 0 ? now.known.cpu.fork_us * 1e3 / saved : std::numeric_limits<double>::infinity();
  auto const limit = std::min(forked, plain_loop_limit_ns / serial_ns);
  site.serial_below.store(static_cast<std::size_t>(std::clamp(limit, 1.0, 1e15)), std::memory_order_relaxed);
}

/// A spike may at most double what is remembered; a faster run is believed at once.
float remembered(float before, double now_ns) noexcept {
  auto const seen = static_cast<float>(now_ns);
  if (before <= 0 || seen < before)
    return seen;
  return before + 0.125f * (std::min(seen, 2 * before) - before);
}

} // namespace

last_call_record& last_call() noexcept {
  thread_local last_call_record record;
  return record;
}

request request_of(call_site const& site, std::size_t n) noexcept {
  auto const count = static_cast<double>(n);
  auto const& facts = site.facts;
  auto const work = static_cast<double>(site.work.load(std::memory_order_relaxed));
  return {.kind = facts.kind,
          .n = n,
          .read_bytes = count * static_cast<double>(facts.read_bytes_per_element),
          .written_bytes = count * static_cast<double>(facts.written_bytes_per_element),
          .work_per_element = work > 0 ? work : 1,
          .serial_ns_per_element = static_cast<double>(site.serial_ns.load(std::memory_order_relaxed)),
          .upload_bytes = count * static_cast<double>(facts.read_bytes_per_element),
          .download_bytes = count * static_cast<double>(facts.written_bytes_per_element),
          .traceable = facts.traceable,
          .device_types = facts.device_types,
          .needs_int64 = facts.needs_int64,
          .needs_float64 = facts.needs_float64,
          .gpu_algorithm = facts.gpu_algorithm};
}

void note_plain_loop(runtime* bound, call_site const& site, std::size_t n) noexcept {
  auto& last = last_call();
  last.owner = bound;
  last.site = &site;
  last.n = n;
  last.plain_loop = true;
}

void launch::run(gpu::device&) { throw error("tandem: this call has no GPU implementation"); }

call::call(runtime* bound, target asked, call_site& site, std::size_t n, traffic moved, launch& on_gpu)
    : runtime_(bound != nullptr ? bound : &default_runtime()), site_(&site), launch_(&on_gpu), asked_(asked), where_(backend::serial),
      n_(n) {
  auto& core = runtime_->core();
  if (asked == target::gpu) {
    if (!site.facts.gpu_algorithm)
      throw error(std::string{site.facts.name} + ": there is no GPU implementation; use tandem::automatic or tandem::on_cpu");
    static_cast<void>(core.devices().required_index());
  }
  if (asked != target::cpu && site.facts.traceable && site.work.load(std::memory_order_relaxed) == 0)
    site.work.store(std::max(on_gpu.work(), 1e-3f), std::memory_order_relaxed);
  if (asked != target::cpu && warming()) [[unlikely]]
    warm_up(core, site.facts, on_gpu);
  auto asked_now = request_of(site, n);
  asked_now.upload_bytes = moved.upload_bytes;
  asked_now.download_bytes = moved.download_bytes;
  asked_now.cpu_only = asked == target::cpu;
  asked_now.kernel = kernel_state::ready;
  decide_now(asked_now);
  auto const unknown = site.serial_ns.load(std::memory_order_relaxed) == 0 && site.work.load(std::memory_order_relaxed) == 0;
  if (where_ != backend::gpu && unknown && n > probe_elements && !core.set().frozen_cost)
    probe_ = probe_elements;
  if (core.set().frozen_cost && !core.explains())
    set_threshold(site, core.now(), model_ns(site, core.now().known.cpu));
  if (core.explains())
    core.say(last_call().made);
  started_ns_ = clock_ns();
}

void call::decide_now(request asked_now) {
  auto& core = runtime_->core();
  if (asked_ == target::automatic && core.devices().retry_due())
    core.refresh();
  auto const& now = core.now();
  auto& last = last_call();
  auto const decided = [&](request const& asked) {
    return core.set().frozen_cost ? decide_quickly(asked, now.state, now.known)
                                  : decide_learned(asked, now.state, now.known, core.learned(), site_);
  };
  last.owner = runtime_;
  last.site = site_;
  last.n = n_;
  last.plain_loop = false;
  last.made = decided(asked_now);
  if (asked_ == target::gpu) {
    force_device(last.made, core.devices().required_index());
  } else if (last.made.chosen.where == backend::gpu) {
    auto& device = core.devices().at(last.made.chosen.device);
    if (launch_->kernel(device) != kernel_state::ready) { // the CPU serves until the kernel is there
      asked_now.kernel = kernel_state::compiling;
      last.made = decided(asked_now);
    }
  }
  where_ = last.made.chosen.where;
  device_index_ = last.made.chosen.device;
  if (asked_ == target::automatic && !now.state.devices_known && site_->facts.traceable &&
      last.made.chosen.total_us > worth_a_device_us)
    core.devices().look_in_background();
}

void call::force_device(decision& made, int index) noexcept {
  made.why = reason::forced;
  made.chosen = {.where = backend::gpu, .device = index, .possible = true, .why = reason::forced};
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == backend::gpu && made.candidates[i].device == index)
      made.chosen = made.candidates[i];
}

void call::measured(std::size_t elements) noexcept {
  auto const elapsed = static_cast<double>(clock_ns() - started_ns_);
  done_ = elements;
  site_->serial_ns.store(static_cast<float>(std::max(elapsed / static_cast<double>(elements), 1e-3)),
                         std::memory_order_relaxed);
  auto asked_now = request_of(*site_, n_);
  asked_now.cpu_only = true;
  asked_now.upload_bytes = 0;
  decide_now(asked_now);
  started_ns_ = clock_ns();
}

void call::finish() noexcept {
  auto const& core = runtime_->core();
  if (core.set().frozen_cost || n_ == done_)
    return;
  auto const elements = static_cast<double>(n_ - done_);
  auto const elapsed = static_cast<double>(clock_ns() - started_ns_);
  auto const& last = last_call();
  if (last.site == site_ && !last.plain_loop && done_ == 0 && last.made.chosen.where == where_) // not after a nested call or a fall-back
    observe(last.made, runtime_->core().learned(), site_, elapsed / 1e3);
  auto const before = site_->serial_ns.load(std::memory_order_relaxed);
  auto const& now = core.now();
  auto serial_ns = before;
  if (where_ == backend::serial)
    serial_ns = remembered(before, elapsed / elements);
  else if (where_ == backend::parallel) // only an upper bound of the serial work: threads may have waited for memory
    serial_ns = std::min(before > 0 ? before : 1e9f, static_cast<float>(elapsed / elements * speedup(now)));
  else
    runtime_->core().devices().succeeded(device_index_);
  if (serial_ns <= 0)
    return;
  site_->serial_ns.store(serial_ns, std::memory_order_relaxed);
  if (before > 0 && !core.explains()) // a first run pays for page faults and cold caches
    set_threshold(*site_, now, static_cast<double>(serial_ns));
}

std::size_t call::try_gpu() {
  if (where_ != backend::gpu)
    return 0;
  try {
    launch_->run(runtime_->core().devices().at(device_index_));
    return n_;
  } catch (gpu::error const& why) {
    fall_back(why);
    return why.completed();
  } catch (error const& why) {
    fall_back(why);
    return 0;
  }
}

cpu::execution call::cpu() const noexcept {
  return {.workers = where_ == backend::serial ? nullptr : &runtime_->core().pool()};
}

void call::fall_back(error const& why) {
  if (asked_ == target::gpu)
    throw; // called from a handler
  runtime_->core().devices().failed(device_index_, why.what());
  where_ = backend::parallel;
  auto& made = last_call().made;
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == backend::gpu)
      made.candidates[i].possible = false, made.candidates[i].why = reason::device_failed;
  made.chosen = made.candidates[std::min<std::size_t>(1, made.candidate_count - 1)];
  made.why = reason::device_failed;
}

} // namespace tandem::detail
