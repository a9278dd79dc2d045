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

/// Bytes that a call would have to move: to a GPU what is not resident, back what is needed; to the CPU what
/// is valid on a GPU only.
struct traffic {
  double upload_bytes = 0;
  double download_bytes = 0;
  double resident_bytes = 0;     ///< valid on a device
  double fetched_bytes = 0;      ///< of these, not valid on the host
  double merged_bytes = 0;       ///< moved once more to join the parts, if the call is split
  std::uint64_t resident_on = 0; ///< that device's id
  bool on_host = true;           ///< all results go to the host, and all inputs are valid there
};

/// The GPU side of one call, as the decision sees it. Parts of a split call: the device takes the first
/// elements.
class TANDEM_API launch {
 public:
  /// Whether the CPU and a device may each do a part.
  virtual bool divisible() const noexcept { return false; }
  /// Readies the first `elements` for run_part(), on the calling thread: where the operands are.
  virtual void prepare_part(gpu::device&, std::size_t elements);
  /// Runs what was readied, on another thread, while the CPU does the rest. Throws as run() does; nothing
  /// else of the caller is touched but the leading elements of the output, or memory of the launch's own.
  virtual void run_part(gpu::device&);
  /// Weighted operations per element, from recording the lambda once; 0 if it cannot be recorded.
  virtual float work() { return 0; }
  /// Whether the kernel is ready on the device; if not, starts compiling it in the background.
  virtual kernel_state kernel(gpu::device&) { return kernel_state::unknown; }
  /// Runs the whole call. Throws tandem::error; gpu::error::completed() leading elements of the output are
  /// then right.
  virtual void run(gpu::device&);

 protected:
  ~launch() = default;
};

/// The device's part of a split call under way.
class running_part;

/// Notes a call that ran as a plain loop, so that last_decision() can tell about it.
TANDEM_API void note_plain_loop(runtime* bound, call_site const& site, std::size_t n) noexcept;

/// A call under way.
class TANDEM_API call {
 public:
  /// Decides. Throws no_device_error under `on_gpu` without a device.
  call(runtime* bound, target asked, call_site& site, std::size_t n, traffic const& moved, launch& on_gpu);
  /// Waits for the device's part, if one is still under way.
  ~call() {
    if (part_ != nullptr) [[unlikely]]
      abandon_part();
  }
  call(call const&) = delete;
  call& operator=(call const&) = delete;
  /// Learns from the time the call took, unless it ended in an exception.
  void finish() noexcept;

  cpu::execution cpu() const noexcept;
  runtime& owner() const noexcept { return *runtime_; }

  /// The first elements of an elementwise call whose cost is unknown: run these serially, call `measured`, go
  /// on with the rest.
  std::size_t probe_size() const noexcept { return probe_; }
  void measured(std::size_t elements) noexcept;

  /// Runs on the GPU if that was chosen. Returns how many leading elements are done: all, or those finished
  /// before the GPU failed, and then the call goes on on the CPU (under `on_gpu` the error is thrown).
  std::size_t try_gpu();

  /// If the call is to be split: starts the device's part, the first elements, and returns how many they are;
  /// else 0.
  std::size_t start_part();
  /// To be called after the CPU's part: waits for the device and returns how many of its elements are done,
  /// from the first one on.
  std::size_t finish_part() noexcept;

 private:
  void complete_request(request& asked_now, traffic const& moved) const;
  bool settle_kernel(request& asked_now) noexcept;
  void abandon_part() noexcept;
  void decide_now(request asked_now);
  void fall_back(char const* why, bool device_is_to_blame) noexcept;
  void force_device(decision& made);

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
  running_part* part_ = nullptr;
  bool fell_back_ = false;
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
void run_elementwise(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu,
                     launch&& on_gpu) {
  if (runs_as_plain_loop(where, site, n))
    return on_cpu(cpu::execution{}, std::size_t{0}, n);
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  if constexpr (Target == target::automatic || Target == target::both)
    if (auto const split = now.start_part(); split != 0) [[unlikely]] {
      on_cpu(now.cpu(), split, n);
      if (auto const done = now.finish_part(); done < split)
        on_cpu(now.cpu(), done, split);
      return now.finish();
    }
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

/// The same for algorithms whose parts have to be joined: on_cpu(execution, 0, n) does the whole,
/// parts.rest(execution, first, last) a part, from one block's start to another's or to n, and
/// parts.join(execution) makes the result of all parts.
template <target Target, class OnCpu, class Parts>
void run_divisible(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu,
                   Parts& parts, launch&& on_gpu) {
  if (runs_as_plain_loop(where, site, n))
    return on_cpu(cpu::execution{}, std::size_t{0}, n);
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  if constexpr (Target == target::automatic || Target == target::both)
    if (auto const split = now.start_part(); split != 0) [[unlikely]] {
      parts.rest(now.cpu(), split, n);
      if (auto const done = now.finish_part(); done < split)
        parts.rest(now.cpu(), done, split);
      parts.join(now.cpu());
      return now.finish();
    }
  if (now.try_gpu() != n)
    on_cpu(now.cpu(), std::size_t{0}, n);
  now.finish();
}

/// The same for algorithms that are all or nothing: on_cpu is asked for [0, n) only.
template <target Target, class OnCpu>
void run_whole(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu,
               launch&& on_gpu) {
  if (runs_as_plain_loop(where, site, n))
    return on_cpu(cpu::execution{}, std::size_t{0}, n);
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  if (now.try_gpu() != n)
    on_cpu(now.cpu(), std::size_t{0}, n);
  now.finish();
}

} // namespace tandem::detail
