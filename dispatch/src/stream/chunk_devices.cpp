#include "chunk_devices.hpp"

#include "../devices.hpp"
#include "../runtime_core.hpp"

#include <algorithm>
#include <cstring>

namespace tandem::detail {

namespace {

constexpr std::size_t gpu_lanes = 2; // one chunk is moved while another is computed
constexpr std::size_t default_cpu_lanes = 2;
constexpr auto first_time_out = std::chrono::seconds(1);

runtime& owner_of(chunk_place const& place) {
  return place.bound ? *place.bound : default_runtime();
}

void raise_to(std::atomic<std::size_t>& most, std::size_t now) noexcept {
  std::size_t seen = most.load(std::memory_order_relaxed);
  while (seen < now && !most.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
}

} // namespace

std::size_t earliest_finish(std::span<device_load const> loads) noexcept {
  std::size_t best = loads.size();
  double best_ns = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (!loads[i].usable)
      continue;
    double const ns = loads[i].ns_per_chunk * static_cast<double>(loads[i].assigned + 1) /
                      static_cast<double>(loads[i].lanes);
    if (best == loads.size() || ns < best_ns) {
      best = i;
      best_ns = ns;
    }
  }
  return best == loads.size() ? 0 : best;
}

void recent_times::add(std::chrono::nanoseconds time) noexcept {
  unsigned const i = count_.fetch_add(1, std::memory_order_relaxed);
  last_[i % last_.size()].store(time.count(), std::memory_order_relaxed);
}

double recent_times::median() const noexcept {
  std::size_t const n = std::min<std::size_t>(count_.load(std::memory_order_relaxed), last_.size());
  if (n == 0)
    return 0;
  std::array<std::int64_t, 5> sorted{};
  for (std::size_t i = 0; i < n; ++i)
    sorted[i] = last_[i].load(std::memory_order_relaxed);
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(n));
  return static_cast<double>(sorted[n / 2]);
}

device_load chunk_device::load() const noexcept {
  return {times_.median(), assigned_.load(std::memory_order_relaxed), lanes_, usable()};
}

void chunk_device::begin() noexcept {
  raise_to(most_running_, running_.fetch_add(1, std::memory_order_relaxed) + 1);
}

void chunk_device::end(packet const& p, std::size_t items, clock::time_point begun) noexcept {
  --running_;
  --assigned_;
  if (items == 0)
    return;
  auto const time = clock::now() - begun;
  times_.add(time);
  busy_ns_ += static_cast<std::uint64_t>(time.count());
  if (is_gpu() && !p.on_gpu)
    return; // it was given back to the CPU
  ++chunks_;
  items_ += items;
  if (p.on_gpu)
    failures_.store(0, std::memory_order_relaxed);
}

void chunk_device::become_ready(std::chrono::nanoseconds per_chunk) noexcept {
  times_.add(per_chunk);
  ready_.store(true, std::memory_order_release);
}

void chunk_device::failed(std::string const& why) {
  set_note(why);
  unsigned const before = std::min(failures_.fetch_add(1), 8u);
  out_until_.store((clock::now() + first_time_out * (1u << before)).time_since_epoch().count());
}

bool chunk_device::usable() const noexcept {
  if (!ready_.load(std::memory_order_acquire))
    return false;
  clock::rep const until = out_until_.load(std::memory_order_relaxed);
  return until == 0 || clock::now().time_since_epoch().count() >= until;
}

std::string chunk_device::name() const {
  if (!is_gpu())
    return "CPU";
  auto const found = owner_of(place_).core().devices().states();
  auto const index = static_cast<std::size_t>(gpu_);
  return index < found.size() ? found[index].name : "GPU";
}

device_report chunk_device::report() const {
  return {.name = name(),
          .kind = place_.where,
          .chunks = chunks_,
          .items = items_,
          .busy = std::chrono::nanoseconds(busy_ns_),
          .most_at_once = most_running_,
          .note = note_};
}

std::vector<std::unique_ptr<chunk_device>> make_devices(std::span<std::unique_ptr<stream_stage> const> stages,
                                                        stream_options const& options) {
  bool const can_use_gpu =
      options.where != target::cpu &&
      std::any_of(stages.begin(), stages.end(), [](auto const& s) { return s->gpu_capable(); });
  bool const forced = options.where == target::gpu;
  chunk_place const cpu{target::cpu, forced, options.on_runtime};
  chunk_place const gpu{target::gpu, forced, options.on_runtime};
  std::size_t const gpus = can_use_gpu ? std::min(owner_of(gpu).core().devices().expected(), max_devices) : 0;
  std::size_t const cpu_lanes = options.lanes ? options.lanes : default_cpu_lanes;
  std::size_t const credits = options.credits ? options.credits : cpu_lanes + gpus * gpu_lanes + 4;
  std::vector<std::unique_ptr<chunk_device>> devices;
  devices.push_back(std::make_unique<chunk_device>(cpu, -1, cpu_lanes, credits, !(forced && can_use_gpu)));
  for (std::size_t i = 0; i < gpus; ++i)
    devices.push_back(std::make_unique<chunk_device>(gpu, static_cast<int>(i), gpu_lanes, credits, forced));
  return devices;
}

namespace {

// Each stage once; the buffers are zero before it, for what a lambda makes of zeros may be anything.
void run_on_scratch(packet& p, chunk_place const& where,
                    std::span<std::unique_ptr<stream_stage> const> stages, std::size_t items) {
  for (auto const& s : stages) {
    if (!s->gpu_capable())
      continue;
    std::memset(p.items<std::byte>().data(), 0, p.capacity_bytes());
    p.set_count(items);
    s->process(p, where);
  }
}

} // namespace

bool warm_up(chunk_device& gpu, std::span<std::unique_ptr<stream_stage> const> stages, std::size_t items,
             std::size_t source_item_bytes) {
  try {
    runtime& owner = owner_of(gpu.place());
    owner.core().devices().look_in_background();
    auto const found = owner.core().devices().states();
    auto const index = static_cast<std::size_t>(gpu.gpu());
    if (index >= found.size() || !found[index].admitted || found[index].failed) {
      gpu.set_note(index >= found.size()   ? "no device was found in time"
                   : found[index].admitted ? "the device failed lately"
                                           : "the device is software, and was not asked for");
      return false;
    }
    std::size_t item_bytes = source_item_bytes;
    for (auto const& s : stages)
      item_bytes = std::max(item_bytes, s->item_bytes());
    device_choice const only_here(gpu.gpu());
    packet scratch;
    scratch.allocate(items * item_bytes, true);
    run_on_scratch(scratch, gpu.place(), stages, items); // compiles
    auto const begun = chunk_device::clock::now();
    run_on_scratch(scratch, gpu.place(), stages, items);
    gpu.become_ready(chunk_device::clock::now() - begun);
    return true;
  } catch (gpu::error const& e) {
    report_failure(gpu, e.what());
    gpu.set_note(e.what());
  } catch (std::exception const& e) {
    gpu.set_note(e.what());
  }
  return false;
}

void report_failure(chunk_device const& gpu, char const* why) noexcept {
  try {
    auto& devices = owner_of(gpu.place()).core().devices();
    if (devices.known() && static_cast<std::size_t>(gpu.gpu()) < devices.expected())
      devices.failed(gpu.gpu(), why);
  } catch (...) {
    // No runtime could be made: nothing that could be left alone.
  }
}

} // namespace tandem::detail
