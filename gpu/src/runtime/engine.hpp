// What the GPU algorithms program against: kernels, recordings and completion on one opened device. No Vulkan
// types here.
#pragma once

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/memory.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::gpu::detail {

class device_context; // everything Vulkan about a device: runtime/context.hpp
class pipeline; // a compute pipeline: push constants only, no descriptor sets; lives as long as its engine
class recorder;
class submission_state;

/// A point on a device's timeline: the value its semaphore reaches when one submission is done.
using ticket = std::uint64_t;

/// How to make a pipeline of SPIR-V.
struct pipeline_options {
  std::vector<std::uint32_t> specialisation{}; ///< constant_id 0, 1, 2 …
  bool full_subgroups =
      false; ///< insist on full subgroups where the device can (the group's x must be a multiple)
};

/// Sizes an algorithm must not exceed; start from the device's limits, and tests lower them to reach the
/// chunked paths.
struct work_limits {
  std::uint32_t max_groups = 65535; ///< workgroups of one dispatch along x
  std::uint64_t max_chunk_bytes =
      64ULL << 20; ///< of one operand in one submission, when it comes from or goes to host memory
  std::uint64_t max_memory_bytes = 0; ///< one allocation
  /// Elements that the passes of one submission of a sort look at, all passes together: watchdogs end what takes
  /// seconds.
  std::uint64_t max_submit_elements = 1ULL << 29;
  std::uint32_t max_indices = 1U << 31;  ///< of one reduction with an index
  std::uint32_t max_loop_iterations = 0; ///< of one invocation, all loops together; 0: no limit known
};

/// One opened device. Thread-safe throughout; a recorder belongs to one thread at a time.
class TANDEM_API engine : public std::enable_shared_from_this<engine> {
 public:
  explicit engine(std::unique_ptr<device_context> context);
  ~engine();
  engine(engine const&) = delete;
  engine& operator=(engine const&) = delete;

  /// Never reused in a process: the key for whatever caches things by device (an address might come back).
  std::uint64_t id() const noexcept { return id_; }
  device_info const& info() const noexcept;
  device_statistics statistics() const;
  bool lost() const noexcept;

  work_limits limits() const;
  /// For tests.
  void set_limits(work_limits const& limits);

  // --- kernels
  // -------------------------------------------------------------------------------------------------------------
  /// The pipeline of a module (made once; found again by its words and options). Float controls (subnormals
  /// kept, NaN and signed zeros kept, round to nearest even) are added to the module where the device has
  /// them. Throws gpu::error.
  pipeline const& pipeline_for(std::span<std::uint32_t const> spirv, pipeline_options const& options = {});
  /// The same from GLSL (`#version 460`, compute): from memory, from the disk cache, or compiled now. Throws
  /// kernel_error.
  pipeline const& pipeline_for(std::string_view glsl, pipeline_options const& options = {});
  /// The same, made on the background thread; get() of the result rethrows. Requests for the same kernel
  /// share one build.
  std::shared_future<pipeline const*> request_pipeline(std::string glsl, pipeline_options options = {});
  /// The pipeline if it is ready in memory, else null. Never blocks on a compilation.
  pipeline const* find_pipeline(std::string_view glsl, pipeline_options const& options = {});

  // --- work
  // ----------------------------------------------------------------------------------------------------------------
  /// A new recording. Submissions of one engine run in submission order, each seeing everything written by
  /// those before.
  recorder record();
  /// Blocks until `when` is reached. Throws gpu::error.
  void wait(ticket when);
  bool reached(ticket when);
  ticket last_submitted() const noexcept;
  /// Calls `callback` on the engine's one waiter thread once `when` is reached (or the device is lost). It
  /// must not throw nor block.
  void when_reached(ticket when, std::function<void()> callback);

  // --- memory
  // --------------------------------------------------------------------------------------------------------------
  /// From the pool, as memory's constructor.
  memory allocate(std::size_t size_bytes);
  /// Gives what the pool keeps unused back to the driver.
  void trim();

  device_context& context() noexcept { return *context_; }

 private:
  std::uint64_t id_;
  std::unique_ptr<device_context> context_;
};

} // namespace tandem::gpu::detail
