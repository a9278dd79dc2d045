// One recording of GPU work: what to bring in, what to run, what to bring back.
#pragma once

#include "engine.hpp"

#include <type_traits>

namespace tandem::gpu::detail {

/// Submitted work and what must outlive it. Dropping it does not wait; memory goes back to the pool by the
/// timeline.
class TANDEM_API submission {
 public:
  submission() noexcept;
  explicit submission(std::shared_ptr<submission_state> state) noexcept;
  submission(submission&&) noexcept;
  submission& operator=(submission&&) noexcept;
  /// Waits, if wait() has not been called, without copying outputs: host memory stays as it is.
  ~submission();

  bool empty() const noexcept { return state_ == nullptr; }
  ticket when() const noexcept;
  bool done() const;
  /// Waits for the device, then copies outputs into host memory (once). Throws gpu::error, in which case
  /// nothing was copied.
  void wait();
  /// Time between consecutive recorder::timestamp() calls, in nanoseconds; waits first.
  std::vector<double> intervals_ns();
  std::shared_ptr<submission_state> const& shared() const noexcept { return state_; }

 private:
  std::shared_ptr<submission_state> state_;
};

/// Whether the device may write host memory directly. It must not where the output overlaps an input or is
/// otherwise still needed if the device fails half-way.
enum class host_write : unsigned char { when_complete, direct };

/// Records work for one submission. Everything named in it (memory, host ranges of inputs) must stay valid
/// until submit() returns; host ranges of outputs, and inputs of 64 KiB or more, until submission::wait()
/// returns. Addresses are aligned to 256 bytes, except those of host ranges lent to the device: they have the
/// alignment of the host pointer.
///
///     recorder work = engine.record();
///     push_block push{work.input(in, bytes), work.output(out, bytes), n};
///     work.dispatch(pipeline, push, groups);
///     work.run();
class TANDEM_API recorder {
 public:
  explicit recorder(engine& owner);
  recorder(recorder&&) noexcept;
  recorder& operator=(recorder&&) = delete;
  ~recorder();

  /// Device address of resident memory; keeps it alive and notes its use, so that its upload() and download()
  /// wait for this work.
  std::uint64_t address(memory const& resident, std::size_t offset_bytes = 0);
  /// Device memory for this recording only, undefined at first.
  memory scratch(std::size_t size_bytes);
  /// Device address of a copy of host bytes (or of the bytes themselves, where lending them is faster).
  std::uint64_t input(void const* host, std::size_t size_bytes);
  /// Device address of memory that submission::wait() copies to `host`.
  std::uint64_t output(void* host, std::size_t size_bytes, host_write how = host_write::when_complete);
  /// Device address of a copy of host bytes that submission::wait() copies back.
  std::uint64_t input_output(void* host, std::size_t size_bytes);

  /// Runs a pipeline over workgroups. `push` is at most 128 bytes, a multiple of 4. A zero count records
  /// nothing.
  void dispatch(pipeline const& what, void const* push, std::size_t push_bytes, std::uint32_t groups_x,
                std::uint32_t groups_y = 1, std::uint32_t groups_z = 1);
  template <class Push>
  void dispatch(pipeline const& what, Push const& push, std::uint32_t groups_x, std::uint32_t groups_y = 1,
                std::uint32_t groups_z = 1) {
    static_assert(!std::is_pointer_v<Push> && std::is_trivially_copyable_v<Push> && sizeof(Push) <= 128 &&
                  sizeof(Push) % 4 == 0);
    dispatch(what, &push, sizeof(Push), groups_x, groups_y, groups_z);
  }
  /// What was recorded before is finished and visible to what is recorded after. (Between inputs' copies and
  /// the first dispatch, and before outputs' copies, barriers come by themselves.)
  void barrier();
  /// Copies between device memories. Offsets and size are in bytes, of any alignment.
  void copy(memory const& from, std::size_t from_offset_bytes, memory const& to, std::size_t to_offset_bytes,
            std::size_t size_bytes);
  /// Fills with a 32-bit pattern; offset and size must be multiples of 4.
  void fill(memory const& where, std::size_t offset_bytes, std::size_t size_bytes, std::uint32_t pattern = 0);
  /// A timestamp after everything recorded so far; at most 64 a recording; ignored on a device without
  /// timestamps.
  void timestamp();

  /// Hands the work to the device. The recorder is empty afterwards.
  submission submit();
  /// submit() and wait().
  void run();

  std::shared_ptr<submission_state> const& state() const noexcept { return state_; }

 private:
  engine* engine_;
  std::shared_ptr<submission_state> state_;
};

} // namespace tandem::gpu::detail
