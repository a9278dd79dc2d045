#include "call_notes.hpp"
#include "crowd.hpp"
#include "decide_into.hpp"
#include "last_call.hpp"
#include "learned_decision.hpp"
#include "monotonic_clock.hpp"
#include "plain_loops.hpp"
#include "runtime_core.hpp"
#include "warmup.hpp"

#include <tandem/cpu/current_pool.hpp>
#include <tandem/gpu/room.hpp>
#include <tandem/runtime.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <system_error>

namespace tandem::detail {
namespace {

// Elements run serially and timed when nothing is known of a lambda's cost.
constexpr std::size_t probe_elements = 512;
// Calls predicted to take longer than this as a plain loop are always decided with care.
constexpr double plain_loop_limit_ns = 10e3;
// Nearer than this to the size where threads pay, the decision is made for each call, so that it can be
// learned.
constexpr double clearly_too_small = 0.7;
// Work worth waking the driver for: looking for devices takes tens of milliseconds, in the background.
constexpr double worth_a_device_us = 200;

double speedup(knowledge const& now) {
  return 1 + (static_cast<double>(now.state.threads) - 1) * now.known.cpu.parallel_efficiency;
}

double model_ns(call_site const& site, cpu_profile const& cpu) {
  auto const work = static_cast<double>(site.work.load(std::memory_order_relaxed));
  return (work > 0 ? work : 1.0) * cpu.ns_per_operation;
}

/// What an element took last time says little about the next time where the order of the elements decides:
/// the model, corrected at each size, says more.
bool depends_on_order(algorithm kind) {
  return kind == algorithm::radix_sort || kind == algorithm::comparison_sort;
}

/// The size below which a plain loop beats waking the pool: n·t = fork + n·t / speedup.
void set_threshold(call_site& site, knowledge const& now, double serial_ns) {
  auto const saved = serial_ns * (1 - 1 / speedup(now));
  auto const forked =
      saved > 0 ? now.known.cpu.fork_us * 1e3 / saved : std::numeric_limits<double>::infinity();
  auto const limit = std::min(clearly_too_small * forked, plain_loop_limit_ns / serial_ns);
  site.serial_below.store(static_cast<std::size_t>(std::clamp(limit, 1.0, 1e15)), std::memory_order_relaxed);
}

/// Threads do not pay while all are busy.
void stay_on_this_thread(decision& made) noexcept {
  made.candidates[1].possible = false;
  made.candidates[1].why = reason::too_small;
  made.chosen = made.candidates[0];
  made.why = reason::too_small;
}

/// note_plain_loop where the thread has not counted for this site before, or is at work in a pool.
#if defined(__GNUC__)
[[gnu::noinline]]
#endif
void note_with_care(runtime* bound, call_site const& site, std::size_t n) noexcept {
  auto& last = last_call();
  last.owner = bound != nullptr ? bound : static_cast<runtime*>(cpu::pool::current_owner());
  last.site = &site;
  last.n = n;
  last.plain_loop = true;
  if (last.counts == nullptr)
    last.counts = &plain_loops::of_this_thread();
  last.counts->note(site, n);
}

/// A spike may at most double what is remembered; a faster run is believed at once.
float remembered(float before, double now_ns) noexcept {
  auto const seen = static_cast<float>(now_ns);
  if (before <= 0 || seen < before)
    return seen;
  return before + 0.125f * (std::min(seen, 2 * before) - before);
}

/// For a caller that waits for the kernel: true when it is not there yet, and then how long it will take is noted.
/// What cannot be built is told by the run.
bool foresees_build(runtime_core& core, call_site const& site, launch& what, int device,
                    request& asked_now) noexcept {
  if (core.counts().has(site, device))
    return false;
  auto const index = static_cast<std::size_t>(device);
  try {
    auto where = core.devices().at(device);
    asked_now.device_kernel.at(index) = what.kernel(where);
    asked_now.device_compile_us.at(index) = static_cast<float>(gpu::kernel_build_us(where));
  } catch (std::exception const&) {
    return false;
  }
  return asked_now.device_kernel[index] == kernel_state::compiling;
}

} // namespace

#if defined(__GNUC__) && defined(__ELF__)
[[gnu::tls_model("initial-exec")]] // said again, for a definition does not take it over
#endif
constinit thread_local last_call_record the_last_call;

decision& last_decision() noexcept {
  thread_local decision made;
  return made;
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
          .serial_ns_per_element = depends_on_order(facts.kind)
                                       ? 0.0
                                       : static_cast<double>(site.serial_ns.load(std::memory_order_relaxed)),
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
  bool const bound_by_pool = bound == nullptr && cpu::detail::current_pool != nullptr;
  if (last.counts == nullptr || !last.counts->stays_with(site) || bound_by_pool) [[unlikely]]
    return note_with_care(bound, site, n); // out of line, so that nothing has to be saved here
  last.owner = bound;
  last.site = &site;
  last.n = n;
  last.plain_loop = true;
  last.counts->count(n);
}

void launch::run(gpu::device&) {
  throw error("tandem: this call has no GPU implementation");
}

void launch::prepare_part(gpu::device&, std::size_t) {
  throw error("tandem: this call cannot be split");
}
void launch::run_part(gpu::device&) {
  throw error("tandem: this call cannot be split");
}

call::call(runtime* bound, target asked, call_site& site, std::size_t n, traffic const& moved, launch& on_gpu)
    : runtime_(bound != nullptr ? bound : &current_runtime()), site_(&site), launch_(&on_gpu), asked_(asked),
      where_(backend::serial), n_(n) {
  auto& core = runtime_->core();
  if (asked == target::gpu) {
    if (!site.facts.gpu_algorithm)
      throw error(std::string{site.facts.name} +
                  ": there is no GPU implementation; use tandem::automatic or tandem::on_cpu");
    static_cast<void>(core.devices().required_index());
  } else if (asked == target::both && site.facts.traceable && site.facts.gpu_algorithm) {
    core.devices().look();
  }
  if (asked != target::cpu && site.facts.traceable && site.work.load(std::memory_order_relaxed) == 0)
    site.work.store(std::max(on_gpu.work(), 1e-3f), std::memory_order_relaxed);
  if (asked != target::cpu && warming()) [[unlikely]]
    warm_up(core, site.facts, on_gpu);
  auto asked_now = request_of(site, n);
  complete_request(asked_now, moved);
  decide_now(asked_now);
  auto const unknown =
      site.serial_ns.load(std::memory_order_relaxed) == 0 && site.work.load(std::memory_order_relaxed) == 0;
  bool const on_host = where_ == backend::serial || where_ == backend::parallel;
  if (on_host && unknown && n > probe_elements && !core.set().frozen_cost)
    probe_ = probe_elements;
  if (core.set().frozen_cost && !core.explains())
    set_threshold(site, core.now(), model_ns(site, core.now().known.cpu));
  if (core.explains())
    core.say(last_decision());
  started_ns_ = clock_ns();
}

void call::complete_request(request& asked_now, traffic const& moved) const {
  asked_now.upload_bytes = moved.upload_bytes;
  asked_now.download_bytes = moved.download_bytes;
  asked_now.fetched_bytes = moved.fetched_bytes;
  asked_now.merged_bytes = moved.merged_bytes;
  asked_now.cpu_only = asked_ == target::cpu;
  asked_now.gpu_only = asked_ == target::gpu;
  asked_now.both_wanted = asked_ == target::both;
  asked_now.kernel = kernel_state::ready; // until the launch says otherwise
  if (asked_ == target::automatic || asked_ == target::both)
    asked_now.divisible = launch_->divisible() && (moved.on_host || asked_ == target::both);
  if (asked_ != target::cpu)
    runtime_->core().devices().complete(asked_now, moved.resident_bytes, moved.resident_on);
}

void call::decide_now(request asked_now) {
  auto& core = runtime_->core();
  if (asked_ != target::cpu && core.devices().retry_due())
    core.refresh();
  auto const& now = core.now();
  auto& last = last_call();
  auto& made = last_decision();
  auto const decide_again = [&] {
    made.asked = asked_now;
    if (core.set().frozen_cost)
      decide_into(made, now.state, now.known);
    else
      decide_learned_into(made, now.state, now.known, core.learned(), site_);
  };
  if (core.set().frozen_cost)
    asked_now.serial_ns_per_element = 0; // another runtime may have measured it
  last.owner = runtime_;
  last.site = site_;
  last.n = n_;
  last.plain_loop = false;
  decide_again();
  if (asked_ == target::gpu) {
    force_device(made);
    if (foresees_build(core, *site_, *launch_, made.chosen.device, asked_now)) {
      decide_again();
      force_device(made);
    }
  } else
    while (settle_kernel(asked_now)) // the CPU, or another device, serves until the kernel is there
      decide_again();
  if (in_a_crowd && made.chosen.where == backend::parallel && made.candidates[0].where == backend::serial)
    stay_on_this_thread(made);
  where_ = made.chosen.where;
  device_index_ = made.chosen.device;
  if (asked_ == target::automatic && !now.state.devices_known && site_->facts.traceable &&
      made.chosen.total_us > worth_a_device_us)
    core.devices().look_in_background();
}

/// Asks the chosen device for its kernel. True when that changes what is to be decided.
bool call::settle_kernel(request& asked_now) noexcept {
  auto const& chosen = last_decision().chosen;
  if ((chosen.where != backend::gpu && chosen.where != backend::both) || asked_now.both_wanted)
    return false;
  auto const index = static_cast<std::size_t>(chosen.device);
  auto& state = asked_now.device_kernel[index];
  if (state != kernel_state::unknown)
    return false;
  auto& devices = runtime_->core().devices();
  try {
    auto device = devices.at(chosen.device);
    state = launch_->kernel(device) == kernel_state::ready ? kernel_state::ready : kernel_state::compiling;
    if (state == kernel_state::compiling)
      asked_now.device_compile_us[index] = static_cast<float>(gpu::kernel_build_us(device));
  } catch (gpu::error const& why) {
    devices.failed(chosen.device, why.what());
    state = kernel_state::unusable;
  } catch (std::exception const&) { // the device cannot run it, or the kernel cannot be built
    state = kernel_state::unusable;
  }
  return state != kernel_state::ready;
}

/// The thread's own choice or the fastest device that can, else the first, which says why it cannot.
void call::force_device(decision& made) {
  auto& devices = runtime_->core().devices();
  made.why = reason::forced;
  candidate const* best = nullptr;
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (way.where != backend::gpu || !way.possible || devices.lost(way.device))
      continue;
    if (best == nullptr || way.device == device_choice::current() ||
        (best->device != device_choice::current() && way.total_us < best->total_us))
      best = &way;
  }
  auto const index = best != nullptr ? best->device : devices.required_index();
  candidate forced{.where = backend::gpu, .device = index, .possible = true, .why = reason::forced};
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == backend::gpu && made.candidates[i].device == index)
      forced = made.candidates[i];
  made.chosen = forced;
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
  note_ended(runtime_->core(), {*site_, where_, device_index_, n_, started_ns_});
  auto const& core = runtime_->core();
  if (where_ == backend::gpu)
    runtime_->core().devices().succeeded(device_index_);
  if (core.set().frozen_cost || n_ == done_ || fell_back_ || where_ == backend::both)
    return;
  auto const elements = static_cast<double>(n_ - done_);
  auto const elapsed = static_cast<double>(clock_ns() - started_ns_);
  auto const& last = last_call();
  auto const& made = last_decision();
  if (last.site == site_ && !last.plain_loop && done_ == 0 &&
      made.chosen.where == where_) // not after a nested call or a fall-back
    observe(made, runtime_->core().learned(), site_, elapsed / 1e3);
  auto const before = site_->serial_ns.load(std::memory_order_relaxed);
  auto const& now = core.now();
  auto serial_ns = before;
  bool const waited_for_memory =
      last.site == site_ && made.chosen.microseconds[static_cast<std::size_t>(term::memory)] > 0;
  if (where_ == backend::serial && before > 0 && waited_for_memory)
    serial_ns = std::min(
        before, static_cast<float>(elapsed / elements)); // the model adds the memory's share by itself
  else if (where_ == backend::serial)
    serial_ns = remembered(before, elapsed / elements);
  else if (where_ ==
           backend::parallel) // only an upper bound of the serial work: threads may have waited for memory
    serial_ns = std::min(before > 0 ? before : 1e9f, static_cast<float>(elapsed / elements * speedup(now)));
  if (serial_ns <= 0)
    return;
  site_->serial_ns.store(serial_ns, std::memory_order_relaxed);
  if (before > 0 && !core.explains()) // a first run pays for page faults and cold caches
    set_threshold(*site_, now, static_cast<double>(serial_ns));
}

std::size_t call::try_gpu() {
  if (where_ != backend::gpu)
    return 0;
  auto& devices = runtime_->core().devices();
  queued_work const queued(devices, device_index_, last_decision().chosen);
  bool const insists = asked_ == target::gpu;
  try {
    auto device = devices.at(device_index_);
    launch_->run(device);
    return n_;
  } catch (gpu::error const& why) {
    if (insists)
      throw;
    fall_back(why.what(), true);
    return why.completed();
  } catch (error const& why) { // it cannot run this call; others it may
    if (insists)
      throw;
    fall_back(why.what(), false);
  } catch (std::bad_alloc const& why) {
    if (insists)
      throw;
    fall_back(why.what(), true);
  } catch (std::system_error const& why) { // no thread to be had
    if (insists)
      throw;
    fall_back(why.what(), true);
  }
  return 0;
}

cpu::execution call::cpu() const noexcept {
  return {.workers = where_ == backend::serial ? nullptr : &runtime_->core().pool()};
}

void call::fall_back(char const* why, bool device_is_to_blame) noexcept {
  if (device_is_to_blame)
    runtime_->core().devices().failed(device_index_, why);
  note_fallback(runtime_->core(), *site_, device_index_);
  auto const verdict = device_is_to_blame ? reason::device_failed : reason::unsupported_kernel;
  where_ = backend::parallel;
  fell_back_ = true;
  auto const& last = last_call();
  if (last.site != site_ || last.plain_loop) // a nested call has been noted meanwhile
    return;
  auto& made = last_decision();
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].device == device_index_)
      made.candidates[i].possible = false, made.candidates[i].why = verdict;
  bool const parallel = made.candidate_count > 1 && made.candidates[1].where == backend::parallel;
  made.chosen = made.candidates[parallel ? 1 : 0];
  made.why = verdict;
}

} // namespace tandem::detail
