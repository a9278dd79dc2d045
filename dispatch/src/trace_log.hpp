#pragma once

#include <tandem/config.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::detail {

/// One bar of a trace. The strings are literals.
struct trace_event {
  char const* name = "";
  char const* category = "";
  char const* where = "";    ///< "CPU", "GPU" …; may be empty
  std::int64_t start_ns = 0; ///< CLOCK_MONOTONIC
  std::int64_t duration_ns = 0;
  std::uint64_t elements = 0;
  std::uint64_t bytes = 0;
  std::uint32_t thread = 0; ///< filled in by add()
};

/// The trace of this process, for all its runtimes: devices do not know which runtime gave them work. Off
/// until start(); then every call, transfer, kernel and compile is kept in memory, up to a million of them.
class TANDEM_API trace_log {
 public:
  static trace_log& instance();

  static bool on() noexcept { return on_.load(std::memory_order_relaxed); }

  void start();
  void stop() noexcept;
  void add(trace_event event) noexcept;

  /// As JSON in the Trace Event Format, which chrome://tracing and ui.perfetto.dev read.
  std::string json() const;
  /// json() to a file; complete or not at all. Throws tandem::error naming the file.
  void write(std::filesystem::path const& file) const;

  void clear() noexcept;

 private:
  static std::atomic<bool> on_;

  std::mutex mutable mutex_;
  std::vector<trace_event> events_;
  std::uint64_t dropped_ = 0;
};

} // namespace tandem::detail
