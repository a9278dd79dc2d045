#pragma once

#include <tandem/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tandem {

/// What ran, or would run, a call.
enum class backend : std::uint8_t { serial, parallel, gpu, both };

/// The algorithm classes of the cost model; each knows how many passes over memory it makes.
enum class algorithm : std::uint8_t {
  map,
  generate,
  for_each,
  reduce,
  map_reduce,
  scan,
  filter,
  find,
  histogram,
  radix_sort,
  comparison_sort,
  by_key
};
inline constexpr std::size_t algorithm_count = 12; ///< how many classes there are

/// How much slower than its model each algorithm class ran in calibration; 1 where that was not measured.
using class_factors = std::array<float, algorithm_count>;
inline constexpr class_factors as_modelled{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; ///< all as the model says

/// The parts a predicted time is made of, all in microseconds.
enum class term : std::uint8_t {
  fork,
  memory,
  work,
  queue,
  submit,
  upload,
  kernel,
  download,
  compile,
  correction,
  merge
};
/// How many terms there are.
inline constexpr std::size_t term_count = 11;

/// Why a backend was chosen, or why it could not be.
enum class reason : std::uint8_t {
  fastest,            ///< it has the smallest predicted time
  too_small,          ///< below the size where starting threads pays
  forced,             ///< the policy or TANDEM_DEVICE asked for it
  cpu_lambda,         ///< the lambda's parameters have concrete types, so no GPU can run it
  host_element_type,  ///< an element type that no GPU stores
  missing_feature,    ///< the device lacks an element type's arithmetic
  no_gpu_algorithm,   ///< this algorithm has no GPU implementation
  no_device,          ///< no GPU that `automatic` may use
  device_unknown,     ///< devices are still being looked for in the background
  kernel_compiling,   ///< the kernel is being compiled in the background
  device_failed,      ///< the device failed lately and is left alone for a while
  slower,             ///< another backend is predicted to finish earlier
  within_hysteresis,  ///< faster, but by too little to switch
  probe,              ///< predicted to be close or wrongly judged before: tried once to learn
  unsupported_kernel, ///< the device cannot run this kernel (loops too long for it, memory too small)
  indivisible, ///< the call cannot be split between the CPU and a GPU: its algorithm, its size, or data kept
               ///< on a device
  no_gain      ///< using both at once would gain less than 15 %
};

/// Most devices that one decision compares.
inline constexpr std::size_t max_devices = 6;

/// Whether a kernel can run now: not known, being compiled in the background, or ready.
enum class kernel_state : std::uint8_t { unknown, compiling, ready, unusable };

/// Everything about one call that the decision depends on. Byte counts are totals for the call.
struct request {
  /// The class of the algorithm.
  algorithm kind = algorithm::map;
  /// Elements.
  std::size_t n = 0;
  double read_bytes = 0;            ///< read from memory by one pass
  double written_bytes = 0;         ///< written to memory by one pass
  double work_per_element = 1;      ///< weighted operations of the lambda; one float multiplication is 1
  double serial_ns_per_element = 0; ///< measured on this machine for this call site; 0: use the model
  double upload_bytes = 0;          ///< not yet on the device
  double download_bytes = 0;        ///< needed back on the host
  /// Whether the kernel is ready.
  kernel_state kernel = kernel_state::unknown;
  bool traceable = false;    ///< the lambda can become a kernel
  bool device_types = false; ///< every element type can live on a GPU
  /// The call computes with 64-bit integers.
  bool needs_int64 = false;
  /// The call computes with doubles.
  bool needs_float64 = false;
  bool gpu_algorithm = true; ///< tandem has this algorithm for GPUs
  bool cpu_only = false;     ///< the policy asked for the CPU
  bool divisible = false;    ///< the CPU and a GPU may each do a part of this call
  bool both_wanted =
      false; ///< the policy asked for both at once: split even where it gains little, wait for the kernel
  double fetched_bytes = 0; ///< valid on a device only: the CPU has to fetch them first
  double merged_bytes = 0;  ///< moved once more to join the parts of a split call
  bool gpu_only = false;    ///< the policy asked for a GPU: a kernel that is not there yet is waited for
  std::int8_t settled =
      -1; ///< the device that served the last such call, or −1: only a clear gain displaces it
  float serial_correction = 1;   ///< measured / predicted time of earlier calls like this one, on one thread
  float parallel_correction = 1; ///< measured / predicted time of earlier calls like this one, on all threads
  std::array<float, max_devices> device_correction{1, 1, 1, 1, 1, 1}; ///< the same for each device
  std::array<float, max_devices> beside_device{
      1, 1, 1, 1, 1, 1}; ///< how much slower the CPU was while that device had a part
  std::array<float, max_devices> device_beside{
      1, 1, 1, 1, 1, 1}; ///< how much slower the device was while the CPU had a part
  std::array<kernel_state, max_devices> device_kernel{}; ///< where it is known better than by `kernel`
  std::array<float, max_devices>
      device_queue_us{}; ///< predicted time of the calls that the device has not finished
  std::array<float, max_devices> device_moved_bytes{}; ///< inputs valid on another device only
  std::array<float, max_devices>
      device_compile_us{}; ///< building a kernel, as measured in this process; 0: as the profile says
};

/// A sample of a curve: time for that many bytes.
struct transfer_sample {
  /// Size of the transfer.
  double bytes = 0;
  /// Time it took.
  double microseconds = 0;
};

/// Bandwidth of one pass whose working set is `bytes`, by one thread and by all.
struct bandwidth_sample {
  /// Working set: bytes read and written by one pass.
  double bytes = 0;
  /// By one thread.
  double gb_per_s_serial = 0;
  /// By all threads.
  double gb_per_s_parallel = 0;
};

/// Where a number of a profile comes from.
enum class source : std::uint8_t { assumed, measured, stored };

/// What one CPU does, as measured by calibration or assumed.
struct cpu_profile {
  /// The processor's name.
  std::string name;
  /// Threads of the pool it was measured with.
  unsigned threads = 1;
  double ns_per_operation = 0.1; ///< one weighted operation on one thread, vectorised
  double fork_us = 5;            ///< starting and joining the pool
  /// Speed-up by threads, from 0 (none) to 1 (linear).
  double parallel_efficiency = 0.95;
  /// Samples by growing working set.
  std::vector<bandwidth_sample> bandwidth = {};
  class_factors factors = as_modelled; ///< how far the classes of algorithms are from the model
  /// Where the numbers come from.
  source origin = source::assumed;
};

/// What one GPU does.
struct device_profile {
  /// The device's name.
  std::string name;
  /// The device's UUID.
  std::string uuid;
  /// The driver's name and version.
  std::string driver;
  double submit_us = 20; ///< submit and wait of an empty kernel
  double minimum_kernel_us =
      3;                 ///< the shortest useful kernel; an algorithm of several passes pays it for each
  double gb_per_s = 200; ///< one pass over device memory
  double ns_per_operation = 1e-3;    ///< one weighted operation, whole device busy
  double full_occupancy_n = 1 << 17; ///< elements that keep the whole device busy
  /// Building one kernel.
  double compile_us = 3000;
  /// Samples from host to device, by growing size.
  std::vector<transfer_sample> upload = {};
  /// Samples from device to host, by growing size.
  std::vector<transfer_sample> download = {};
  class_factors factors = as_modelled; ///< how far the classes of algorithms are from the model
  /// Where the numbers come from.
  source origin = source::assumed;
};

/// What is known of a machine's speed.
struct profile {
  /// The CPU.
  cpu_profile cpu;
  /// The devices, in the order of machine::devices.
  std::vector<device_profile> devices;
};

/// The state of one device now.
struct device_state {
  /// The device's name.
  std::string name;
  /// It computes with 64-bit integers.
  bool has_int64 = true;
  /// It computes with doubles.
  bool has_float64 = true;
  bool admitted = true; ///< `automatic` may use it: real hardware, or asked for by name
  bool failed = false;  ///< failed lately
  double queued_us = 0; ///< work submitted and not finished
};

/// The machine as it is now; `devices[i]` is described by `profile::devices[i]`.
struct machine {
  /// Threads of the pool, the calling one included.
  unsigned threads = 1;
  /// False while devices are still being looked for.
  bool devices_known = true;
  /// What may be chosen among.
  std::vector<device_state> devices;
};

/// One way to run the call: its predicted terms, or why it is impossible.
struct candidate {
  /// The way.
  backend where = backend::serial;
  /// Index into machine::devices; −1 on the CPU.
  int device = -1;
  /// False if this call cannot run so.
  bool possible = false;
  /// Why it cannot, or that another is faster.
  reason why = reason::slower;
  /// The predicted terms, indexed by `term`.
  std::array<float, term_count> microseconds{};
  /// Their sum.
  double total_us = 0;
  /// Where the numbers come from.
  source origin = source::assumed;
  std::size_t device_elements =
      0;                    ///< of backend::both: the first so many are the device's, the rest the CPU's
  float device_part_us = 0; ///< of backend::both: predicted time of the device's part
  float cpu_part_us = 0;    ///< of backend::both: predicted time of the CPU's part
};

/// What was chosen, what everything would have cost, and why.
struct decision {
  /// Most ways that one decision compares.
  static constexpr std::size_t max_candidates = max_devices + 3;

  /// What was asked.
  request asked;
  /// What was chosen.
  candidate chosen;
  /// Every way that was compared.
  std::array<candidate, max_candidates> candidates{};
  /// How many of `candidates` are filled.
  std::size_t candidate_count = 0;
  /// Why it was chosen.
  reason why = reason::fastest;
  double margin = 1;           ///< second best over best predicted time
  std::size_t crossover_n = 0; ///< smallest n at which a GPU is predicted to win; 0: none up to 2^40

  /// The way that was chosen.
  backend where() const noexcept { return chosen.where; }
  /// Its predicted time.
  double predicted_us() const noexcept { return chosen.total_us; }
};

/// Chooses for `asked` on `state` described by `known`: a pure function (same arguments, same answer; no
/// clock, no device). Complexity: linear in the number of devices, plus a bisection for the crossover. Throws
/// std::invalid_argument when `state` and `known` list different numbers of devices.
TANDEM_API decision decide(request const& asked, machine const& state, profile const& known);

/// Predicted times alone, without the crossover: what a call pays for its decision.
TANDEM_API decision decide_quickly(request const& asked, machine const& state, profile const& known) noexcept;

/// A text for people: every candidate with its terms in µs, the source of the numbers, the margin and the
/// crossover.
TANDEM_API std::string explain(decision const& made, profile const& known);

/// "serial", "parallel", "gpu" or "both".
TANDEM_API char const* name_of(backend where) noexcept;
/// "map", "reduce" …
TANDEM_API char const* name_of(algorithm kind) noexcept;
/// "fork", "upload" …
TANDEM_API char const* name_of(term part) noexcept;
/// A clause in words: "it is predicted to finish first".
TANDEM_API char const* in_words(reason why) noexcept;

} // namespace tandem
