#pragma once

#include <tandem/counters.hpp>
#include <tandem/detail/call.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tandem::detail {

/// Places of a call in the counters: a device's index, or one of these.
inline constexpr int one_thread = -2;
inline constexpr int all_threads = -1;

/// What one call adds.
struct counted_call {
  std::uint64_t calls = 0;
  std::uint64_t elements = 0;
  std::uint64_t nanoseconds = 0;
  std::uint64_t fallbacks = 0;
};

/// Counters by call site and place. Lock-free and of fixed size: 2048 pairs; what comes when it is full is
/// not counted.
class TANDEM_API counter_table {
 public:
  counter_table();
  ~counter_table();

  void add(call_site const& site, int place, counted_call const& what) noexcept;

  /// Whether such a call has ended there.
  bool has(call_site const& site, int place) noexcept;

  /// Adds all of this to `sum`.
  void add_to(counter_table& sum) const noexcept;

  /// Names of devices by index. In no order.
  std::vector<call_counter> read(std::vector<std::string> const& devices) const;

 private:
  struct slot {
    std::atomic<call_site const*> site{nullptr};
    std::atomic<int> place{0};
    std::atomic<bool> ready{false}; ///< `place` is set
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> elements{0};
    std::atomic<std::uint64_t> nanoseconds{0};
    std::atomic<std::uint64_t> fallbacks{0};
  };
  static constexpr std::size_t slot_count = 2048;

  /// Null where there is none: none left, or none yet and not to be claimed.
  slot* find(call_site const& site, int place, bool claim) noexcept;

  std::unique_ptr<std::array<slot, slot_count>> slots_;
};

} // namespace tandem::detail
