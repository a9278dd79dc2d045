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
inline constexpr std::size_t algorithm_count = 12;

/// How much slower than its model each algorithm class ran in calibration; 1 where that was not measured.
using class_factors = std::array<float, algorithm_count>;
inline constexpr class_factors as_modelled{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

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

enum class kernel_state : std::uint8_t { unknown, compiling, ready, unusable };

/// Everything about one call that the decision depends on. Byte counts are totals for the call.
struct request {
  algorithm kind = algorithm::map;
  std::size_t n = 0;
  double read_bytes = 0;            ///< read from memory by one pass
  double written_bytes = 0;         ///< written to memory by one pass
  double work_per_element = 1;      ///< weighted operations of the lambda; one float multiplication is 1
  double serial_ns_per_element = 0; ///< measured on this machine for this call site; 0: use the model
  double upload_bytes = 0;          ///< not yet on the device
  double download_bytes = 0;        ///< needed back on the host
  kernel_state kernel = kernel_state::unknown;
  bool traceable = false;    ///< the lambda can become a kernel
  bool device_types = false; ///< every element type can live on a GPU
  bool needs_int64 = false;
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
};

/// A sample of a curve: time for that many bytes.
struct transfer_sample {
  double bytes = 0;
  double microseconds = 0;
};

/// Bandwidth of one pass whose working set is `bytes`, by one thread and by all.
struct bandwidth_sample {
  double bytes = 0;
  double gb_per_s_serial = 0;
  double gb_per_s_parallel = 0;
};

/// Where a number of a profile comes from.
enum class source : std::uint8_t { assumed, measured, stored };

/// What one CPU does, as measured by calibration or assumed.
struct cpu_profile {
  std::string name;
  unsigned threads = 1;
  double ns_per_operation = 0.1; ///< one weighted operation on one thread, vectorised
  double fork_us = 5;            ///< starting and joining the pool
  double parallel_efficiency = 0.95;
  std::vector<bandwidth_sample> bandwidth = {};
  class_factors factors = as_modelled;
  source origin = source::assumed;
};

/// What one GPU does.
struct device_profile {
  std::string name;
  std::string uuid;
  std::string driver;
  double submit_us = 20; ///< submit and wait of an empty kernel
  double minimum_kernel_us =
      3;                 ///< the shortest useful kernel; an algorithm of several passes pays it for each
  double gb_per_s = 200; ///< one pass over device memory
  double ns_per_operation = 1e-3;    ///< one weighted operation, whole device busy
  double full_occupancy_n = 1 << 17; ///< elements that keep the whole device busy
  double compile_us = 3000;
  std::vector<transfer_sample> upload = {};
  std::vector<transfer_sample> download = {};
  class_factors factors = as_modelled;
  source origin = source::assumed;
};

struct profile {
  cpu_profile cpu;
  std::vector<device_profile> devices;
};

/// The state of one device now.
struct device_state {
  std::string name;
  bool has_int64 = true;
  bool has_float64 = true;
  bool admitted = true; ///< `automatic` may use it: real hardware, or asked for by name
  bool failed = false;  ///< failed lately
  double queued_us = 0; ///< work submitted and not finished
};

/// The machine as it is now; `devices[i]` is described by `profile::devices[i]`.
struct machine {
  unsigned threads = 1;
  bool devices_known = true;
  std::vector<device_state> devices;
};

/// One way to run the call: its predicted terms, or why it is impossible.
struct candidate {
  backend where = backend::serial;
  int device = -1;
  bool possible = false;
  reason why = reason::slower;
  std::array<float, term_count> microseconds{};
  double total_us = 0;
  source origin = source::assumed;
  std::size_t device_elements =
      0;                    ///< of backend::both: the first so many are the device's, the rest the CPU's
  float device_part_us = 0; ///< of backend::both: predicted time of the device's part
  float cpu_part_us = 0;    ///< of backend::both: predicted time of the CPU's part
};

/// What was chosen, what everything would have cost, and why.
struct decision {
  static constexpr std::size_t max_candidates = max_devices + 3;

  request asked;
  candidate chosen;
  std::array<candidate, max_candidates> candidates{};
  std::size_t candidate_count = 0;
  reason why = reason::fastest;
  double margin = 1;           ///< second best over best predicted time
  std::size_t crossover_n = 0; ///< smallest n at which a GPU is predicted to win; 0: none up to 2^40

  backend where() const noexcept { return chosen.where; }
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
TANDEM_API char const* name_of(algorithm kind) noexcept;
TANDEM_API char const* name_of(term part) noexcept;
/// A clause in words: "it is predicted to finish first".
TANDEM_API char const* in_words(reason why) noexcept;

} // namespace tandem
