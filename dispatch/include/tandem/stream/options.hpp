#pragma once

#include <tandem/config.hpp>
#include <tandem/error.hpp>
#include <tandem/policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem {

class runtime;

/// What happens when computing one chunk fails. Errors of sources and sinks always end the stream.
enum class on_error : unsigned char {
  fail,        ///< the stream ends with that error
  skip,        ///< the chunk is dropped and counted; the stream goes on
  retry_on_cpu ///< the stage is repeated for that chunk on the CPU; if that fails too, the stream ends
};

/// How regular files are read and written.
enum class file_access : unsigned char {
  as_set,   ///< what TANDEM_FILE_IO says (auto, blocking or io_uring; auto: see docs/streams.md)
  blocking, ///< pread and pwrite
  io_uring  ///< Linux's io_uring; an error where this build or this machine has none
};

/// How far a stream is; handed to the progress callback.
struct stream_progress {
  /// Items the source has given.
  std::uint64_t items_read = 0;
  /// Items the sink has taken.
  std::uint64_t items_written = 0;
  /// Bytes the source has given.
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;   ///< of the source; 0 when it cannot be known
  std::uint64_t chunks_on_gpu = 0; ///< computed there, wholly or in part
  /// Time since the start.
  std::chrono::duration<double> elapsed{};
  /// Bytes read per second, so far.
  double rate() const noexcept {
    return elapsed.count() > 0 ? static_cast<double>(bytes_read) / elapsed.count() : 0;
  }
  /// From 0 to 1; 0 when the total is not known.
  double fraction() const noexcept {
    return bytes_total ? static_cast<double>(bytes_read) / static_cast<double>(bytes_total) : 0;
  }
  /// Seconds still to go at this rate; 0 when the total is not known.
  double seconds_left() const noexcept {
    return bytes_total > bytes_read && rate() > 0 ? static_cast<double>(bytes_total - bytes_read) / rate()
                                                  : 0;
  }
};

/// How a stream runs.
struct stream_options {
  /// Size of a chunk of source elements. Each credit holds two buffers of this size (more where a stage
  /// widens).
  std::size_t chunk_bytes = std::size_t{1} << 20;
  /// Chunks in flight; 0: all lanes + 4. Memory is bounded by credits × buffers, whatever the length of the
  /// input.
  std::size_t credits = 0;
  /// Chunks computed at the same time on the CPU; 0: 2 (one fills the gaps that another leaves). A GPU has
  /// two more, so that one chunk is moved while another is computed.
  std::size_t lanes = 0;
  /// Results reach the sink in the order of the source; false: as they are ready.
  bool ordered = true;
  /// What to do with a chunk that cannot be computed.
  on_error errors = on_error::fail;
  /// Where the stages compute: automatic (each chunk on the device with the earliest predicted finish, so
  /// that the CPU and a GPU work at once; a GPU that fails leaves its chunks to the CPU), cpu, or gpu (stages
  /// that have no GPU algorithm run on the CPU; a failure is an error, see `errors`).
  target where = target::automatic;
  /// The runtime whose threads and device are used; null: the default one.
  runtime* on_runtime = nullptr;
  /// Requesting stop cancels the stream, wherever it waits.
  std::stop_token stop = {};
  /// Called from the sink's thread, at most once per interval, and once at the end.
  std::function<void(stream_progress const&)> progress = {};
  /// How often `progress` is called at most.
  std::chrono::milliseconds progress_interval{100};
};

/// One source, stage or sink in a report.
struct stage_report {
  /// The stage.
  std::string name;
  /// Chunks it has handled.
  std::uint64_t chunks = 0;
  /// Items that came in.
  std::uint64_t items_in = 0;
  /// Items that went on.
  std::uint64_t items_out = 0;
  /// Bytes that went on.
  std::uint64_t bytes_out = 0;
  std::chrono::nanoseconds busy{}; ///< summed over lanes
  std::chrono::nanoseconds
      waiting{}; ///< source: for a credit; ordered stages: for their turn; sink: for a chunk
  /// Most chunks at once: read and waiting for a lane (source), being computed (stage), waiting to be written
  /// (sink).
  std::size_t high_water = 0;
};

/// What one device computed.
struct device_report {
  std::string name;                ///< "CPU", or the GPU's name
  target kind = target::cpu;       ///< CPU or GPU
  std::uint64_t chunks = 0;        ///< chunks it computed
  std::uint64_t items = 0;         ///< items it computed
  std::chrono::nanoseconds busy{}; ///< summed over its lanes
  std::size_t most_at_once = 0;    ///< chunks in its lanes at the same time
  std::string note = {};           ///< why it was not, or no longer, used; empty otherwise
};

/// What a stream did, and what held it up.
struct stream_report {
  /// Items read.
  std::uint64_t items_in = 0;
  /// Items written.
  std::uint64_t items_out = 0;
  /// Bytes read.
  std::uint64_t bytes_in = 0;
  /// Bytes written.
  std::uint64_t bytes_out = 0;
  /// Chunks read.
  std::uint64_t chunks = 0;
  /// Chunks dropped by on_error::skip.
  std::uint64_t chunks_skipped = 0;
  /// Chunks computed again by on_error::retry_on_cpu.
  std::uint64_t chunks_retried = 0;
  std::uint64_t chunks_on_gpu = 0; ///< chunks with at least one stage on a GPU
  /// From start to end.
  std::chrono::duration<double> elapsed{};
  std::chrono::nanoseconds waiting_for_credit{}; ///< of the source
  std::chrono::nanoseconds waiting_for_sink{};   ///< of computed chunks, summed
  std::chrono::nanoseconds latency_p50{};        ///< of a chunk, from read to written; within 1/8
  /// Time of a chunk from source to sink that 99 % keep.
  std::chrono::nanoseconds latency_p99{};
  /// Buffers that went round.
  std::size_t credits = 0;
  std::size_t credits_returned = 0;   ///< equals credits whenever the stream has ended, however it ended
  std::size_t buffer_bytes = 0;       ///< all buffers together
  std::size_t most_in_flight = 0;     ///< chunks between source and sink at once
  std::vector<stage_report> stages;   ///< source, stages, sink
  std::vector<device_report> devices; ///< the CPU first
  std::string bottleneck;             ///< the one that was busiest

  /// A table for people.
  TANDEM_API std::string to_string() const;
};

/// A stream that failed: where, at which chunk, and why. The cause can be rethrown.
class TANDEM_API stream_error : public error {
 public:
  /// For the implementation.
  stream_error(std::string stage, std::uint64_t chunk, std::exception_ptr cause, stream_report report);
  ~stream_error() override;
  /// The stage that failed.
  std::string const& stage() const noexcept { return stage_; }
  /// The chunk it failed on, from 0.
  std::uint64_t chunk() const noexcept { return chunk_; }
  /// What it threw.
  std::exception_ptr const& cause() const noexcept { return cause_; }
  /// What had been done until then.
  stream_report const& report() const noexcept { return *report_; }

 private:
  std::string stage_;
  std::uint64_t chunk_;
  std::exception_ptr cause_;
  std::shared_ptr<stream_report const> report_;
};

/// A stream that was cancelled through its stop_token or its handler's cancellation slot.
class TANDEM_API stream_cancelled : public error {
 public:
  /// For the implementation.
  explicit stream_cancelled(stream_report report);
  ~stream_cancelled() override;
  /// What was done until then.
  stream_report const& report() const noexcept { return *report_; }

 private:
  std::shared_ptr<stream_report const> report_;
};

} // namespace tandem
