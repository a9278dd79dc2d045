// The devices that compute a stream's chunks, and which of them gets the next one.
#pragma once

#include <tandem/async/queue.hpp>
#include <tandem/stream/options.hpp>
#include <tandem/stream/packet.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace tandem::detail {

/// How busy a device is.
struct device_load {
  double ns_per_chunk = 0;  ///< in one lane, as measured lately; 0: not known yet
  std::size_t assigned = 0; ///< chunks given to it and not finished
  std::size_t lanes = 1;
  bool usable = true;
};

/// Position of the device that would finish one more chunk first; of equals the first. At least one must be
/// usable.
TANDEM_API std::size_t earliest_finish(std::span<device_load const> loads) noexcept;

/// The median of the last five times.
class recent_times {
 public:
  void add(std::chrono::nanoseconds time) noexcept;
  double median() const noexcept; ///< 0 before the first

 private:
  std::array<std::atomic<std::int64_t>, 5> last_{};
  std::atomic<unsigned> count_{0};
};

/// One device of a stream: the chunks that wait for it, its lanes' counters, and how fast it has been.
class chunk_device {
 public:
  using clock = std::chrono::steady_clock;
  /// `gpu`: which of its runtime's; negative for the CPU.
  chunk_device(chunk_place place, int gpu, std::size_t lanes, std::size_t credits, bool ready)
      : place_(place), gpu_(gpu), lanes_(lanes), ready_(ready), inbox_(credits) {}

  chunk_place const& place() const noexcept { return place_; }
  bool is_gpu() const noexcept { return gpu_ >= 0; }
  int gpu() const noexcept { return gpu_; }
  std::size_t lanes() const noexcept { return lanes_; }
  queue<packet*>& inbox() noexcept { return inbox_; }

  device_load load() const noexcept;
  void assign(packet& p) {
    ++assigned_;
    (void)inbox_.push(&p);
  }
  /// Around the computation of one chunk.
  void begin() noexcept;
  void end(packet const& p, std::size_t items, clock::time_point begun) noexcept;

  /// From now on chunks may be given to it; one took that long.
  void become_ready(std::chrono::nanoseconds per_chunk) noexcept;
  /// Why it is not used.
  void set_note(std::string const& note) {
    std::lock_guard const lock(note_mutex_);
    note_ = note;
  }
  /// It is left alone for a while, twice as long after each failure in a row.
  void failed(std::string const& why);
  bool usable() const noexcept;
  device_report report() const;

 private:
  std::string name() const;

  chunk_place const place_;
  int const gpu_;
  std::size_t const lanes_;
  mutable std::mutex note_mutex_;
  std::string note_;
  std::atomic<bool> ready_;
  std::atomic<unsigned> failures_{0};
  std::atomic<clock::rep> out_until_{0};
  recent_times times_;
  std::atomic<std::size_t> assigned_{0}, running_{0}, most_running_{0};
  std::atomic<std::uint64_t> chunks_{0}, items_{0}, busy_ns_{0};
  queue<packet*> inbox_;
};

/// The CPU first, and the GPUs of the runtime if a stage can use one and `options` admit it.
std::vector<std::unique_ptr<chunk_device>> make_devices(std::span<std::unique_ptr<stream_stage> const> stages,
                                                        stream_options const& options);

/// Runs the stages that a GPU can do on scratch data, so that its kernels are there and it is known how long
/// a chunk takes. True if the device may be used. Does nothing before a device that `automatic` may use is
/// known; throws nothing.
bool warm_up(chunk_device& gpu, std::span<std::unique_ptr<stream_stage> const> stages, std::size_t items,
             std::size_t source_item_bytes);

/// Tells the runtime that its device failed.
void report_failure(chunk_device const& gpu, char const* why) noexcept;

} // namespace tandem::detail
