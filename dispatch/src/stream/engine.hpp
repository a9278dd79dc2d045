// Runs one stream: a thread for the source, one for each lane of computation, the caller's for the sink.
#pragma once

#include "chunk_devices.hpp"
#include "latency.hpp"

#include <tandem/async/queue.hpp>
#include <tandem/stream/run.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace tandem::detail {

/// Lets packets through one at a time, in order of their index.
class turnstile {
 public:
  void enter(std::uint64_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return next_ == index; });
  }
  void leave() {
    {
      std::lock_guard const lock(mutex_);
      ++next_;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;
};

class stream_engine {
 public:
  stream_engine(pipeline& p, stream_options const& options);
  stream_report run();

 private:
  using clock = std::chrono::steady_clock;

  struct counters {
    std::atomic<std::uint64_t> chunks{0}, items_in{0}, items_out{0}, busy_ns{0}, waiting_ns{0};
    std::atomic<std::size_t> inside{0}, high_water{0};
    void enter() noexcept { raise(inside.fetch_add(1, std::memory_order_relaxed) + 1); }
    void leave() noexcept { inside.fetch_sub(1, std::memory_order_relaxed); }
    void raise(std::size_t now) noexcept {
      std::size_t seen = high_water.load(std::memory_order_relaxed);
      while (seen < now && !high_water.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
      }
    }
  };
  struct stage_slot {
    stream_stage* stage = nullptr;
    counters count;
    turnstile turn;
  };

  std::size_t plan_buffers();
  void make_packets(std::size_t bytes);
  void read_all();
  bool admit(packet& p);
  void assign(packet& p);
  void compute_all(chunk_device& here);
  void prepare_gpu(chunk_device& gpu);
  clock::duration pass_through(packet& p, chunk_device& here); ///< how long it had to wait for its turns
  void apply(stage_slot& s, packet& p, chunk_device& here);
  void compute(stage_slot& s, packet& p, chunk_device& here);
  void write_all();
  void write(packet& p);
  void finish(packet& p);
  void report_progress(bool now);
  void fail(std::string stage, std::uint64_t chunk);
  void stop_everything() noexcept;
  stream_progress progress() const;
  stream_report make_report();
  static void add(std::atomic<std::uint64_t>& counter, clock::time_point since) {
    counter += static_cast<std::uint64_t>((clock::now() - since).count());
  }

  pipeline& pipeline_;
  stream_options const& options_;
  std::vector<std::unique_ptr<chunk_device>> devices_;
  std::size_t const threads_; // of the runtime
  std::size_t const lanes_;   // of all devices
  std::size_t const credits_;
  std::size_t capacity_ = 0; // of a chunk, in items of the source
  std::size_t buffer_bytes_ = 0;
  std::vector<std::unique_ptr<packet>> packets_;
  queue<packet*> free_;
  queue<packet*> done_;
  std::vector<std::unique_ptr<stage_slot>> stages_;
  counters source_count_;
  counters sink_count_;
  std::atomic<std::size_t> lanes_running_{0};
  std::atomic<std::size_t> threads_busy_{0}; // reading, computing or writing
  std::atomic<std::uint64_t> skipped_{0}, retried_{0}, on_gpu_{0};
  std::atomic<std::uint64_t> sink_wait_ns_{0};
  std::uint64_t next_written_ = 0;
  std::vector<packet*> waiting_; // by index, for the order at the sink
  std::size_t in_flight_most_ = 0;
  latency_histogram latency_;
  clock::time_point started_;
  clock::time_point last_progress_;

  std::mutex error_mutex_;
  std::exception_ptr error_;
  std::string error_stage_;
  std::uint64_t error_chunk_ = 0;
  std::stop_source stop_;
  std::atomic<bool> stopping_{false};
};

} // namespace tandem::detail
