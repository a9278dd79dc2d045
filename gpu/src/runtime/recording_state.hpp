// What one recording holds, from its first command until its results have been fetched.
#pragma once

#include "allocation.hpp"
#include "context.hpp"

namespace tandem::gpu::detail {

/// Host memory to be filled once the work is done, and where the device leaves it.
struct pending_output {
  memory source;
  void* host;
  std::size_t size_bytes;
};

/// A copy from device memory to host-visible memory, recorded last.
struct pending_readback {
  memory from;
  memory to;
  std::size_t size_bytes;
};

class submission_state {
 public:
  explicit submission_state(std::shared_ptr<engine> owner);
  ~submission_state();
  submission_state(submission_state const&) = delete;
  submission_state& operator=(submission_state const&) = delete;

  vk::raii::CommandBuffer const& commands() const noexcept { return slot->commands; }
  /// Everything before, visible to everything after.
  void barrier() const;
  /// The barrier that recorded transfers still owe to what comes next.
  void settle();
  /// For a trace, if there is one: notes on the device when the first kernel starts; submit() then notes when
  /// the last has ended.
  void watch_kernels();
  memory keep(memory kept);
  void submit();
  void wait();
  void fetch_outputs();
  std::vector<double> intervals_ns();
  void tell_of_kernels();

  std::shared_ptr<engine> owner;
  std::unique_ptr<command_slot> slot;
  ticket when = 0; ///< 0: not submitted
  bool transfers_pending = false;
  bool after_earlier = false; ///< ordered after earlier submissions by the semaphore, not by a barrier
  std::uint32_t timestamp_count = 0;
  bool watching = false;         ///< both timestamps of a trace are in this recording
  std::int64_t submitted_ns = 0; ///< when, if somebody watched
  std::vector<memory> kept;      ///< until submitted; from then on their own notes of last use protect them
  std::vector<lent_memory> lent;
  std::vector<pending_readback> readbacks;
  std::vector<pending_output> outputs;
};

} // namespace tandem::gpu::detail
