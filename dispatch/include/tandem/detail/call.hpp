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

/// Notes a call that ran as a plain loop, so that last_decision() can tell about it.
TANDEM_API void note_plain_loop(runtime* bound, call_site const& site, std::size_t n) noexcept;

/// A call under way.
class TANDEM_API call {
 public:
  /// Decides. Throws no_device_error under `on_gpu` without a device.
  call(runtime* bound, target asked, call_site& site, std::size_t n, traffic moved, kernel_state kernel);
  /// Learns from the time the call took, unless it ended in an exception.
  void finish() noexcept;

  bool on_gpu() const noexcept { return where_ == backend::gpu; }
  gpu::device& device() const;
  cpu::execution cpu() const noexcept;
  runtime& owner() const noexcept { return *runtime_; }

  /// The first elements of an elementwise call whose cost is unknown: run these serially, call `measured`, go on with the rest.
  std::size_t probe_size() const noexcept { return probe_; }
  void measured(std::size_t elements) noexcept;

  /// The GPU failed: rethrows under `on_gpu`, otherwise marks the device and moves the call to the CPU.
  void fall_back(error const& why);

 private:
  void decide_now(request const& asked_now);
  static void force_device(decision& made, int index) noexcept;

  runtime* runtime_;
  call_site* site_;
  target asked_;
  backend where_;
  std::size_t n_;
  std::size_t done_ = 0;
  std::size_t probe_ = 0;
  int device_index_ = -1;
  double predicted_us_ = 0;
  std::int64_t started_ns_;
};

/// Runs [0, n) of an elementwise algorithm. on_cpu(execution, first, last) does a part; on_gpu(device) does all of it.
template <target Target, class OnCpu, class OnGpu>
void run_elementwise(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu&& on_cpu, OnGpu&& on_gpu) {
  if constexpr (Target == target::automatic || Target == target::cpu) {
    if (n < site.serial_below.load(std::memory_order_relaxed)) [[likely]] {
      note_plain_loop(where.bound_runtime(), site, n);
      on_cpu(cpu::execution{}, std::size_t{0}, n);
      return;
    }
  }
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu.kernel()};
  std::size_t first = 0;
  if constexpr (Target != target::cpu) {
    if (now.on_gpu()) {
      try {
        on_gpu(now.device());
        first = n;
      } catch (gpu::error const& why) {
        now.fall_back(why);
        first = why.completed();
      } catch (error const& why) {
        now.fall_back(why);
      }
    }
  }
  if (auto const probe = now.probe_size(); probe != 0 && first == 0) {
    on_cpu(cpu::execution{}, first, probe);
    now.measured(probe);
    first = probe;
  }
  if (first < n)
    on_cpu(now.cpu(), first, n);
  now.finish();
}

} // namespace tandem::detail
