#pragma once

#include <tandem/config.hpp>
#include <tandem/counters.hpp>
#include <tandem/cpu/pool.hpp>
#include <tandem/decision.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {

namespace gpu {
class device;
}
namespace detail {
class runtime_core;
}

/// Receives one line per decision (see runtime_options::explain_sink). Called from the deciding thread; must
/// be thread-safe.
using explain_sink = void (*)(void* context, char const* line);

/// How a runtime is set up. An empty string or zero takes the environment variable named beside it, then the
/// default.
struct runtime_options {
  /// Threads of the pool, the calling one included. TANDEM_NUM_THREADS; default: the CPUs this process may
  /// run on.
  unsigned threads = 0;
  /// Name of the pool's threads, as debuggers show it (15 bytes on Linux).
  std::string thread_name = {};
  /// Pins each thread of the pool to one CPU.
  bool pin = false;
  /// TANDEM_DEVICE: "auto", "cpu", "gpu", an index, a UUID or a part of a device's name, or several of the
  /// last three, separated by commas. Default: "auto".
  std::string device = {};
  /// TANDEM_PROFILE: file with the calibrated profile. Default: profile.json in the cache folder.
  std::string profile = {};
  /// TANDEM_CACHE_DIR: folder of kernels and profiles. Default: $XDG_CACHE_HOME/tandem or ~/.cache/tandem.
  /// Where compiled kernels are kept holds for the whole process (gpu::set_cache_directory): the last runtime
  /// that names a folder counts. One that cannot be used costs a note in explain() and compiling again.
  std::string cache_dir = {};
  /// TANDEM_COST: "learning" or "frozen" (decisions depend on the profile alone: nothing is learned or
  /// probed). Default: "learning".
  std::string cost = {};
  /// TANDEM_TRACE: file for a trace of calls, transfers, kernels and compiles (chrome://tracing,
  /// ui.perfetto.dev). It holds what the whole process did since the first runtime that asked for one, and is
  /// written when this runtime is destroyed; for the default runtime, when the program ends. Default: none.
  std::string trace = {};
  /// TANDEM_GPU_TIMEOUT: seconds that a device may go without finishing anything before it counts as hung and
  /// the CPU serves. 0: the environment variable, else 60 for hardware and no limit for software devices.
  /// Holds for the whole process (gpu::set_wait_limit).
  double gpu_timeout_s = 0;
  /// Receives a line per decision; default: std::clog when TANDEM_EXPLAIN=1, else nobody.
  explain_sink explain = nullptr;
  /// Handed to the explain sink as it is.
  void* explain_context = nullptr;
};

/// A thread pool, the devices it may use, and what is known of their speed. Calls without a bound runtime use
/// `default_runtime()`. All members may be called from several threads at once. Destruction waits for
/// background work of the runtime; calls that still use it are the caller's to finish first.
class TANDEM_API runtime {
 public:
  /// Throws std::invalid_argument for a setting with an unknown value, naming the setting, the value and the
  /// valid ones.
  explicit runtime(runtime_options const& options = {});
  ~runtime();
  runtime(runtime const&) = delete;
  runtime& operator=(runtime const&) = delete;

  /// Threads that a parallel call may use, the calling one included.
  unsigned threads() const noexcept;

  /// The decision of the last tandem call that the calling thread made on this runtime.
  /// Throws std::logic_error if it has made none.
  decision last_decision() const;

  /// `last_decision()` in words, every term in µs with its source.
  std::string explain() const;

  /// What is known of the machine: measured, stored or assumed speeds of the CPU and of each device.
  tandem::profile current_profile() const;

  /// The machine's devices as `automatic` sees them now.
  machine current_machine() const;

  /// Looks for devices and opens the one the settings ask for, now rather than in the background. Returns its
  /// name, or an empty string when there is none for `automatic`.
  std::string find_device();

  /// Measures the CPU and the devices in about `budget_seconds` and stores the profile. `progress` (may be
  /// null) is called with a fraction from 0 to 1 and what is being measured, and returns false to stop early,
  /// keeping what was known before.
  bool calibrate(double budget_seconds = 1.5, bool (*progress)(void*, double, char const*) = nullptr,
                 void* context = nullptr);

  /// Runs f inside this runtime's pool: tandem's calls without a bound runtime that f makes, and TBB's algorithms, use its threads.
  /// Returns what f returns; exceptions come back.
  template <class F>
  decltype(auto) install(F&& f);

  /// What was done where, by call site: calls, elements, bytes, time, fallbacks. May be asked at any time;
  /// sorted by time spent. Calls too small for anything but a plain loop are counted for all runtimes
  /// together, without their time.
  std::vector<call_counter> counters() const;

  /// Writes the trace so far, as runtime_options::trace describes it. Without that setting only what happened
  /// since the first call of start_trace() is in it. Throws tandem::error naming the file when it cannot be
  /// written.
  void write_trace(std::string const& file) const;
  /// Begins to trace, in the whole process.
  void start_trace();

  /// The pool, for tandem's own algorithms.
  cpu::pool& workers() const noexcept;
  /// The inside, for tandem's own algorithms.
  detail::runtime_core& core() const noexcept { return *core_; }

 private:
  std::unique_ptr<detail::runtime_core> core_;
};

template <class F>
decltype(auto) runtime::install(F&& f) {
  using result = std::invoke_result_t<F&&>;
  if constexpr (std::is_void_v<result>) {
    workers().execute([&] { std::forward<F>(f)(); });
  } else if constexpr (std::is_reference_v<result>) {
    std::remove_reference_t<result>* place = nullptr;
    workers().execute([&] {
      auto&& made = std::forward<F>(f)();
      place = std::addressof(made);
    });
    return static_cast<result>(*place);
  } else {
    std::optional<result> value;
    workers().execute([&] { value.emplace(std::forward<F>(f)()); });
    return result(std::move(*value));
  }
}

/// The runtime of calls whose policy has none, outside of any runtime's threads; made at first use from the environment's settings.
TANDEM_API runtime& default_runtime();

/// The runtime of a call whose policy has none: the one on whose threads the caller is running (inside of `install`, of a scope's task, or of a
/// function that a call of that runtime spreads over its threads), else `default_runtime()`. So nested calls share the threads of the outer one.
TANDEM_API runtime& current_runtime();

/// current_runtime().explain()
TANDEM_API std::string explain();

} // namespace tandem
