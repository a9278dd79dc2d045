#pragma once

#include <tandem/config.hpp>
#include <tandem/gpu/error.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::gpu {

namespace detail {
class engine;

/// Makes glslang ready on a background thread, as device::open does, for those who list devices before they
/// open one: it takes as long as loading the drivers. Does nothing where kernels are cached on disk or no
/// driver is installed.
TANDEM_API void prepare_to_compile();
} // namespace detail

/// What sort of machine a Vulkan device is; `cpu` is software (lavapipe, SwiftShader).
enum class device_kind : unsigned char { discrete, integrated, virtualised, cpu, other };

/// "discrete", "integrated", "virtual", "cpu" or "other".
TANDEM_API char const* name_of(device_kind kind) noexcept;

/// What the device's arithmetic promises, found by running it (once per device and driver, then kept on
/// disk).
struct arithmetic_report {
  bool tested = false; ///< false until the device has been opened once: nothing below means anything
  bool exact_division32 = false;   ///< float / is correctly rounded on normal values
  bool exact_sqrt32 = false;       ///< float sqrt is correctly rounded on normal values
  bool fused_fma32 = false;        ///< GLSL's fma() on floats rounds once
  bool keeps_subnormals32 = false; ///< float subnormals go in and come out unflushed
  bool exact_division64 = false;   ///< the same four for double; false without has_float64
  /// double sqrt is correctly rounded on normal values
  bool exact_sqrt64 = false;
  /// GLSL's fma() on doubles rounds once
  bool fused_fma64 = false;
  /// double subnormals go in and come out unflushed
  bool keeps_subnormals64 = false;
};

/// Optional abilities of a device.
struct device_features {
  /// 64-bit integers in shaders
  bool int64 = false;
  /// doubles in shaders
  bool float64 = false;
  /// 16-bit integers in shaders
  bool int16 = false;
  /// half floats in shaders
  bool float16 = false;
  /// 8-bit integers in shaders
  bool int8 = false;
  bool storage16 = false; ///< 16-bit values in buffers
  bool storage8 = false;  ///< 8-bit values in buffers
  /// atomics on 64-bit integers in buffers
  bool atomic_int64 = false;
  /// sums over a subgroup
  bool subgroup_arithmetic = false;
  /// votes of a subgroup as bits
  bool subgroup_ballot = false;
  /// values exchanged within a subgroup
  bool subgroup_shuffle = false;
  bool full_subgroups = false; ///< a pipeline may insist that every subgroup is full
  /// the device can time its own work
  bool timestamps = false;
  bool unified_memory = false; ///< the host reads and writes device memory directly, cached
  bool host_import = false;    ///< host memory can be lent to the device (VK_EXT_external_memory_host)
  /// descriptors without sets (VK_KHR_push_descriptor)
  bool push_descriptors = false;
};

/// Limits of a device, in the units their names say.
struct device_limits {
  std::array<std::uint32_t, 3> max_groups{};     ///< workgroups of one dispatch, by axis
  std::array<std::uint32_t, 3> max_group_size{}; ///< invocations of one workgroup, by axis
  /// invocations of one workgroup in all
  std::uint32_t max_group_invocations = 0;
  /// shared memory of one workgroup
  std::uint32_t shared_memory_bytes = 0;
  /// bytes of push constants
  std::uint32_t push_constant_bytes = 0;
  /// invocations of a subgroup
  std::uint32_t subgroup_size = 0;
  /// the smallest subgroup a pipeline may get
  std::uint32_t min_subgroup_size = 0;
  /// the largest subgroup a pipeline may get
  std::uint32_t max_subgroup_size = 0;
  std::uint32_t max_loop_iterations =
      0; ///< loop iterations one invocation may run in all; past it results are wrong. 0: no limit known
  /// one allocation
  std::uint64_t max_allocation_bytes = 0;
  std::uint64_t max_storage_buffer_bytes =
      0; ///< a buffer bound to a descriptor; addresses are not bound by it
  /// alignment of host memory lent to the device
  std::uint64_t import_alignment_bytes = 0;
  /// nanoseconds between two ticks of a timestamp
  double timestamp_period_ns = 0.0;
};

/// One Vulkan device of this machine, as list_devices() and device::info() describe it.
struct device_info {
  unsigned index = 0; ///< position in list_devices(), best first
  /// As the driver says.
  std::string name;
  std::string vendor; ///< "NVIDIA", "AMD", "Intel", "Mesa" … or the PCI id in hexadecimal
  std::string driver; ///< the driver's name
  /// As the driver says.
  std::string driver_version;
  std::string uuid; ///< 32 hexadecimal digits in the usual groups
  /// The Vulkan version it offers.
  std::string api_version;
  /// What sort of machine it is.
  device_kind kind = device_kind::other;
  std::uint64_t device_memory_bytes = 0; ///< the device-local heaps together
  std::uint64_t shared_memory_bytes = 0; ///< the other heaps together
  /// What it can.
  device_features features;
  /// How much it can.
  device_limits limits;
  /// What its arithmetic promises.
  arithmetic_report arithmetic;
  std::string refused; ///< why tandem cannot use it; empty when it can

  /// True if tandem can use it.
  bool usable() const noexcept { return refused.empty(); }
  /// True for lavapipe, SwiftShader and their like.
  bool software() const noexcept { return kind == device_kind::cpu; }
};

/// Every Vulkan device of this machine, best first (discrete, integrated, virtual, other, software; by memory
/// within a kind, refused ones last), each with the reason if tandem cannot use it. Loads the Vulkan loader
/// and the drivers at the first call. Empty when there is no loader or no driver; `why_no_devices()` says
/// which.
TANDEM_API std::vector<device_info> list_devices();

/// Why list_devices() is empty: no Vulkan loader, no driver, or a build without a GPU side. Empty if there
/// are devices.
TANDEM_API std::string why_no_devices();

/// What a device has done since it was opened; for tests and for people who look for the cost of a call.
struct device_statistics {
  std::uint64_t device_allocations = 0; ///< vkAllocateMemory calls; a steady loop of calls adds none
  std::uint64_t device_bytes = 0;       ///< bytes now held from the driver, in use or pooled
  std::uint64_t bytes_in_use = 0;       ///< of these, bytes in live allocations
  std::uint64_t host_imports = 0;       ///< calls that lent host memory to the device instead of copying
  std::uint64_t command_buffers = 0;    ///< created; a steady loop of calls adds none
  /// submissions to its queue
  std::uint64_t submissions = 0;
  /// pipelines made, from cache or anew
  std::uint64_t pipelines_created = 0;
  std::uint64_t kernel_memory_hits = 0; ///< kernels found ready in this process
  std::uint64_t kernel_disk_hits = 0;   ///< SPIR-V found in the disk cache
  std::uint64_t kernels_compiled = 0;   ///< runs of glslang
  std::uint64_t bad_cache_entries = 0;  ///< damaged files in the disk cache, treated as absent
};

/// How often glslang has run in this process, warming up included: 0 when the disk cache had everything.
TANDEM_API std::uint64_t glslang_runs() noexcept;

/// A shared handle to an opened device; copies are cheap and refer to the same one. The device stays open
/// until the process ends or, once lost, until its last handle goes.
class TANDEM_API device {
 public:
  /// Opens a device, or returns the one already open. `selection`: "auto" (the best usable one, software
  /// last), "gpu" (the best usable one that is not software), "cpu" (a software device), an index into
  /// list_devices(), a UUID (or its first 8 or more digits), or part of a name, case ignored. Throws
  /// no_device_error listing every device and why it was passed over; std::invalid_argument when nothing
  /// matches `selection`, listing what would.
  static device open(std::string_view selection = "auto");

  /// As open(), with the value of TANDEM_DEVICE ("auto" if unset or empty).
  static device open_default();

  /// What the device is.
  device_info const& info() const noexcept;
  /// What it has done so far.
  device_statistics statistics() const;

  /// Blocks until everything submitted so far is done.
  void wait_idle() const;

  /// True once the driver has reported the device lost; every later call throws gpu::error, open() gives a
  /// fresh one.
  bool lost() const noexcept;

  /// A number that no other opened device of this process has had; one that was lost and opened anew gets
  /// another.
  std::uint64_t id() const noexcept;

  /// True for handles of the same opened device.
  friend bool operator==(device const&, device const&) = default;

  /// @cond internal
  explicit device(std::shared_ptr<detail::engine> engine) noexcept : engine_(std::move(engine)) {}
  detail::engine& engine() const noexcept { return *engine_; }
  std::shared_ptr<detail::engine> const& shared_engine() const noexcept { return engine_; }
  /// @endcond

 private:
  std::shared_ptr<detail::engine> engine_;
};

/// Keeps compiled kernels under `path` from now on, instead of where TANDEM_CACHE_DIR or XDG_CACHE_HOME say;
/// empty: back to those.
TANDEM_API void set_cache_directory(std::string_view path);

/// How long a device may go without finishing any submission before waiting for it is given up: a gpu::error
/// of VK_TIMEOUT, and the device counts as lost; what it may still be using is kept for the life of the
/// process. 0: no limit; negative: back to TANDEM_GPU_TIMEOUT, which is 60 s for hardware, and no limit for
/// software devices, unless set. Work on host memory that was lent to a (software) device is always waited
/// for.
TANDEM_API void set_wait_limit(double seconds);

/// What the validation layer has said since the last call; it runs when TANDEM_VALIDATION is 1 at the first
/// use of Vulkan.
TANDEM_API std::vector<std::string> take_validation_messages();

/// Chooses from `devices` what device::open(selection) would open: its position. Pure; throws as device::open
/// does.
TANDEM_API std::size_t select_device(std::vector<device_info> const& devices, std::string_view selection);

/// The same for a selection that may name several devices, separated by commas: their positions, each once,
/// in the order of the selection. Of such a list device::open() opens the first.
TANDEM_API std::vector<std::size_t> select_devices(std::vector<device_info> const& devices,
                                                   std::string_view selection);

} // namespace tandem::gpu
