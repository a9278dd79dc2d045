// What a stream is made of, with element types erased: packets that travel, and the source, stages and sink
// they travel through.
#pragma once

#include <tandem/config.hpp>
#include <tandem/policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace tandem {
class runtime;
}

namespace tandem::detail {

/// Where one chunk is computed.
struct chunk_place {
  target where = target::cpu;
  bool forced = false;      ///< the user asked for the GPU: what cannot run there is an error
  runtime* bound = nullptr; ///< null: the default runtime
};

/// Elements live in raw reused buffers and move by memcpy.
template <class T>
concept Streamable =
    std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> && !std::is_const_v<T>;

/// A page-aligned piece of memory (so that a GPU driver can import it), allocated once per credit.
class TANDEM_API staging_buffer {
 public:
  static constexpr std::size_t alignment = 4096;
  staging_buffer() = default;
  explicit staging_buffer(std::size_t bytes);
  staging_buffer(staging_buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  staging_buffer& operator=(staging_buffer&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~staging_buffer();
  std::byte* data() const noexcept { return data_; }
  /// How many there are in the process.
  static long alive() noexcept;

 private:
  std::byte* data_ = nullptr;
};

/// One chunk on its way, and at the same time one credit: there is a fixed number of them, and a source can
/// read only into a free one.
class packet {
 public:
  std::uint64_t index = 0;
  bool last = false;    ///< the empty packet after all others: stages let go of what they hold back
  bool dropped = false; ///< skipped after an error
  bool on_gpu = false;
  std::size_t device = 0; ///< the one that it was given to
  std::chrono::steady_clock::time_point admitted;
  std::chrono::steady_clock::time_point computed;
  std::unique_ptr<char[]> text; ///< what string_views point into, for sources of text
  std::size_t text_capacity = 0;

  void allocate(std::size_t bytes, bool two) {
    front_ = staging_buffer(bytes);
    if (two)
      back_ = staging_buffer(bytes);
    capacity_bytes_ = bytes;
  }

  template <class T>
  std::span<T> items() const noexcept {
    return {reinterpret_cast<T*>(front_.data()), count_};
  }
  std::size_t count() const noexcept { return count_; }
  void set_count(std::size_t n) noexcept { count_ = n; }
  std::size_t capacity_bytes() const noexcept { return capacity_bytes_; }

  /// Room for what a stage makes; commit() puts it in place of what it was made from.
  template <class T>
  std::span<T> output() const noexcept {
    return {reinterpret_cast<T*>(back_.data()), capacity_bytes_ / sizeof(T)};
  }
  void commit(std::size_t n) noexcept {
    std::swap(front_, back_);
    count_ = n;
  }

 private:
  staging_buffer front_;
  staging_buffer back_;
  std::size_t capacity_bytes_ = 0;
  std::size_t count_ = 0;
};

/// Where chunks come from. All calls come from one thread at a time; errors are thrown.
class stream_source {
 public:
  virtual ~stream_source() = default;
  virtual std::string name() const = 0;
  virtual std::size_t item_bytes() const noexcept = 0;
  /// Bytes of text that a packet must be able to hold beside its elements.
  virtual std::size_t text_bytes(std::size_t /*chunk_bytes*/) const noexcept { return 0; }
  /// Bytes that will be read, if known; 0 otherwise.
  virtual std::uint64_t total_bytes() const noexcept { return 0; }
  /// Opens what is to be read. A source that waits must give up when stop is requested.
  virtual void open(std::stop_token) {}
  /// Fills a packet with up to `capacity` items (at least one unless at the end) and sets its count; false:
  /// the end.
  virtual bool read(packet& p, std::size_t capacity) = 0;
  /// Bytes read so far, if they are not items × size.
  virtual std::uint64_t bytes_read(std::uint64_t items) const noexcept { return items * item_bytes(); }
};

/// What happens to each chunk; called from several threads at once, for different packets, unless ordered().
class stream_stage {
 public:
  virtual ~stream_stage() = default;
  virtual std::string name() const = 0;
  virtual std::size_t item_bytes() const noexcept = 0; ///< of what comes out
  /// Most items that come out when n go in.
  virtual std::size_t most_out(std::size_t n) const noexcept { return n; }
  /// True: one packet at a time, in the order of the source.
  virtual bool ordered() const noexcept { return false; }
  /// A GPU can do it.
  virtual bool gpu_capable() const noexcept { return false; }
  /// Must leave the input as it is when it throws, so that it can be repeated. True if a GPU did it.
  virtual bool process(packet& p, chunk_place const& where) = 0;
};

/// Where chunks go. Called from one thread.
class stream_sink {
 public:
  virtual ~stream_sink() = default;
  virtual std::string name() const = 0;
  /// A sink that waits must give up when stop is requested.
  virtual void open(std::stop_token) {}
  virtual void write(packet const& p) = 0;
  /// All has been written: make it final.
  virtual void close() {}
  /// Something failed: leave nothing half-done behind.
  virtual void abort() noexcept {}
};

} // namespace tandem::detail
