#pragma once

#include <tandem/config.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tandem::detail {

/// What one prediction was about: call site (or kernel), backend, device, power of two of n, residency.
struct learning_key {
  void const* site;
  int device; ///< −2: serial, −1: parallel, else the device's index; settle() and settled() do not look at it
  std::size_t n;
  bool resident;
};

/// What one key has learned.
struct lesson {
  float factor = 1;     ///< as learner::factor()
  float lowest = 1;     ///< of the ratios
  float newest = 1;     ///< of the ratios
  unsigned samples = 0; ///< as learner::samples()
};

/// Corrects predictions by what was measured: the factor of a key is the median of its last five ratios
/// measured / predicted and two virtual ones (at 1; once there are five, at the factor so far), so that one or
/// two spikes move nothing and four slow runs in a row are believed. Lock-free and of fixed size: 4096 keys; when it is full, further keys keep the
/// factor 1.
class TANDEM_API learner {
 public:
  learner();
  ~learner();

  /// 1 until something was observed.
  double factor(learning_key const& key) const noexcept;

  void observe(learning_key const& key, double predicted_us, double measured_us) noexcept;
  /// Whether observe_split() has ever been here: else a decision need not look for the sides of splits.
  bool knows_splits() const noexcept { return knows_splits_.load(std::memory_order_relaxed); }
  void note_split() noexcept {
    if (!knows_splits())
      knows_splits_.store(true, std::memory_order_relaxed);
  }

  /// How many observations the key holds, at most five.
  unsigned samples(learning_key const& key) const noexcept;

  /// What the keys of one call have in common, so that a decision need not work it out for each device.
  static std::uint64_t place_of(void const* site, std::size_t n, bool resident) noexcept;
  /// factor() and samples() of the key of that place and device.
  lesson recall(std::uint64_t place, int device) const noexcept;

  /// Told each time a backend lost that would win by the model alone, or was never measured: true when it is
  /// time to try it once (of the 1st, 64th, 128th, 256th … such time those from `patience` on), so that a
  /// device that has recovered is noticed, and a profile that is wrong.
  bool worth_a_probe(learning_key const& key, double patience = 0) noexcept;

  /// What served the last call of the key's site, size and residency: a device, or −1 for the CPU (at first).
  void settle(learning_key const& key, int device) noexcept;
  int settled(learning_key const& key) const noexcept;
  void settle(std::uint64_t place, int device) noexcept;
  int settled(std::uint64_t place) const noexcept;

 private:
  struct slot {
    std::atomic<std::uint64_t> key{0};
    std::atomic<std::uint64_t> ratios{0}; ///< five of 12 bits, newest lowest; 0: none
    std::atomic<std::uint32_t> passed_over{0};
    std::atomic<float> factor{1}; ///< of `ratios`: made when those change, read by every decision
    std::atomic<float> lowest{1}; ///< likewise
    std::atomic<float> newest{1}; ///< likewise
  };
  static constexpr std::size_t slot_count = 4096;
  static constexpr std::size_t longest_search = 16;

  slot const* find(std::uint64_t hashed) const noexcept;
  slot* find_or_claim(std::uint64_t hashed) noexcept;
  static void renew_factor(slot& changed) noexcept;

  std::unique_ptr<std::array<slot, slot_count>> slots_;
  std::atomic<bool> knows_splits_{false};
};

} // namespace tandem::detail
