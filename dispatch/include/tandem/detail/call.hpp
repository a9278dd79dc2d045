#pragma once

// One public call: where it runs, what is learned from it, and the way back to the CPU when a GPU fails.

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/decision.hpp>
#include <tandem/gpu/error.hpp>
#include <tandem/policy.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tandem {
class runtime;
namespace gpu {
class device;
}
} // namespace tandem

namespace tandem::detail {

/// What is fixed at compile time about an algorithm applied to one lambda and its element types.
struct call_facts {
  char const* name;
  algorithm kind;
  float read_bytes_per_element;
  float written_bytes_per_element;
  bool traceable = false;
  bool device_types = false;
  bool gpu_algorithm = false;
  bool needs_int64 = false;
  bool needs_float64 = false;
};

/// The static state of one algorithm × lambda type × element types: what earlier calls taught.
struct call_site {
  call_facts facts;
  /// Calls on fewer elements run as a plain loop without a further thought; 0 until something is known.
  std::atomic<std::size_t> serial_below{0};
  /// Measured time of the serial loop per element, ns; 0: unknown.
  std::atomic<float> serial_ns{0};
  /// Weighted operations per element of the traced lambda; 0: not traced yet.
  std::atomic<float> work{0};
};

/// Bytes that a GPU would have to move for this call: what is not resident, what must come back.
struct traffic {
  double upload_bytes;
  double download_bytes;
};

/// The GPU side of one call, as the decision sees it.
class TANDEM_API launch {
 public:
  /// Weighted operations per element, from recording the lambda once; 0 if it cannot be recorded.
  virtual float work() { return 0; }
  /// Whether the kernel is ready on the device; if not, starts compiling it in the background.
  virtual kernel_state kernel(gpu::device&) { return kernel_state::unknown; }
  /// Runs the whole call. Throws tandem::error; gpu::error::completed() leading elements of the output are then right.
  virtual void run(gpu::device&);

 protected:
  ~launch() = default;
};

/// Notes a call that ran as a plain loop, so that last_decision() can tell about it.
TANDEM_API void note_plain_loop(runtime* bound, call_site const& site, std::size_t n) noexcept;

/// A call under way.
class TANDEM_API call {
 public:
  /// Decides. Throws no_device_error under `on_gpu` without a device.
  call(runtime* bound, target asked, call_site& site, std::size_t n, traffic moved, launch& on_gpu);
  /// Learns from the time the call took, unless it ended in an exception.
  void finish() noexcept;

  cpu::execution cpu() const noexcept;
  runtime& owner() const noexcept { return *runtime_; }

  /// The first elements of an elementwise call whose cost is unknown: run these serially, call `measured`, go on with the rest.
  std::size_t probe_size() const noexcept { return probe_; }
  void measured(std::size_t elements) noexcept;

  /// Runs on the GPU if that was chosen. Returns how many leading elements are done: all, or those finished before the GPU failed,
  /// and then the call goes on on the CPU (under `on_gpu` the error is thrown).
  std::size_t try_gpu();

 private:
  void decide_now(request asked_now);
  void fall_back(error const& why);
  static void force_device(decision& made, int index) noexcept;

  runtime* runtime_;
  call_site* site_;
  launch* launch_;
  target asked_;
  backend where_;
  std::size_t n_;
  std::size_t done_ = 0;
  std::size_t probe_ = 0;
  int device_index_ = -1;
  std::int64_t started_ns_;
};

/// The plain loop for small calls, nothing else.
template <target Target>
bool runs_as_plain_loop(policy<Target> where, call_site const& site, std::size_t n) {
  if constexpr (Target == target::automatic || Target == target::cpu) {
    if (n < site.serial_below.load(std::memory_order_relaxed)) [[likely]] {
      note_plain_loop(where.bound_runtime(), site, n);
      return true;
    }
  }
  return false;
}

/// Runs [0, n) of an algorithm whose elements are independent. on_cpu(execution, first, last) does a part.
template <target Target, class OnCpu>
void run_elementwise(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu, launch&& on_gpu) {
  if (runs_as_plain_loop(where, site, n))
    return on_cpu(cpu::execution{}, std::size_t{0}, n);
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  auto first = now.try_gpu();
  if (auto const probe = now.probe_size(); probe != 0) {
    on_cpu(cpu::execution{}, first, probe);
    now.measured(probe);
    first = probe;
  }
  if (first < n)
    on_cpu(now.cpu(), first, n);
  now.finish();
}

/// The same for algorithms that are all or nothing: on_cpu is asked for [0, n) only.
template <target Target, class OnCpu>
void run_whole(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu, launch&& on_gpu) {
  if (runs_as_plain_loop(where, site, n))
    return on_cpu(cpu::execution{}, std::size_t{0}, n);
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  if (now.try_gpu() != n)
    on_cpu(now.cpu(), std::size_t{0}, n);
  now.finish();
}

} // namespace tandem::detail
