#include "learner.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tandem::detail {
namespace {

constexpr unsigned kept = 5;
constexpr unsigned bits_per_ratio = 12;
constexpr std::uint64_t ratio_mask = (1u << bits_per_ratio) - 1;
constexpr double steps_per_octave = 128; // a ratio is stored to within 0.3 %
constexpr double middle = 2048;
constexpr std::uint32_t first_retry = 64;
constexpr std::uint32_t longest_between_retries = 4096;
constexpr int no_device = -3; // of the slot that remembers who served last

std::uint64_t packed(double ratio) {
  auto const code = std::round(std::log2(ratio) * steps_per_octave + middle);
  return static_cast<std::uint64_t>(std::clamp(code, 1.0, static_cast<double>(ratio_mask)));
}

double unpacked(std::uint64_t code) {
  return std::exp2((static_cast<double>(code) - middle) / steps_per_octave);
}

/// splitmix64's finaliser (Steele, Lea, Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// Never 0, which marks a free slot.
std::uint64_t hash_of(std::uint64_t place, int device) {
  return mixed(place + (static_cast<std::uint64_t>(device + 3) << 1)) | 1u;
}

std::uint64_t hash_of(learning_key const& key) {
  return hash_of(learner::place_of(key.site, key.n, key.resident), key.device);
}

unsigned count_of(std::uint64_t ratios) {
  return static_cast<unsigned>((std::bit_width(ratios) + static_cast<int>(bits_per_ratio) - 1) /
                               static_cast<int>(bits_per_ratio));
}

double lowest_of(std::uint64_t ratios) {
  auto lowest = ratio_mask;
  for (; ratios != 0; ratios >>= bits_per_ratio)
    lowest = std::min(lowest, ratios & ratio_mask);
  return unpacked(lowest);
}

/// The median of the ratios and two virtual ones: at 1, and once there are five, at what was believed so far, so that
/// two spikes do not bring a wrong model back.
double factor_of(std::uint64_t ratios, double believed) {
  std::array<std::uint64_t, kept + 2> codes{};
  auto const prior = count_of(ratios) < kept ? static_cast<std::uint64_t>(middle) : packed(believed);
  codes[0] = codes[1] = prior;
  std::size_t count = 2;
  for (unsigned i = 0; i < kept && ratios != 0; ++i, ratios >>= bits_per_ratio) {
    auto at = count++;
    for (auto const code = ratios & ratio_mask; at > 0 && codes[at - 1] > code; --at)
      codes[at] = codes[at - 1];
    codes[at] = ratios & ratio_mask;
  }
  if (count % 2 == 1)
    return unpacked(codes[count / 2]);
  return std::sqrt(unpacked(codes[count / 2 - 1]) * unpacked(codes[count / 2]));
}

} // namespace

std::uint64_t learner::place_of(void const* site, std::size_t n, bool resident) noexcept {
  auto const size_class = static_cast<std::uint64_t>(std::bit_width(n));
  return mixed(reinterpret_cast<std::uintptr_t>(site)) + ((size_class << 9) | (resident ? 1u : 0u));
}

learner::learner() : slots_(std::make_unique<std::array<slot, slot_count>>()) {}
learner::~learner() = default;

learner::slot const* learner::find(std::uint64_t hashed) const noexcept {
  for (std::size_t i = 0; i < longest_search; ++i) {
    auto const& candidate = (*slots_)[(hashed / 2 + i) % slot_count];
    auto const key = candidate.key.load(std::memory_order_relaxed);
    if (key == hashed)
      return &candidate;
    if (key == 0)
      return nullptr;
  }
  return nullptr;
}

learner::slot* learner::find_or_claim(std::uint64_t hashed) noexcept {
  for (std::size_t i = 0; i < longest_search; ++i) {
    auto& candidate = (*slots_)[(hashed / 2 + i) % slot_count];
    auto key = candidate.key.load(std::memory_order_relaxed);
    if (key == 0 && candidate.key.compare_exchange_strong(key, hashed, std::memory_order_relaxed))
      return &candidate;
    if (key == hashed)
      return &candidate;
  }
  return nullptr;
}

double learner::factor(learning_key const& key) const noexcept {
  auto const* const found = find(hash_of(key));
  return found == nullptr ? 1 : static_cast<double>(found->factor.load(std::memory_order_relaxed));
}

unsigned learner::samples(learning_key const& key) const noexcept {
  auto const* const found = find(hash_of(key));
  return found == nullptr ? 0 : count_of(found->ratios.load(std::memory_order_relaxed));
}

lesson learner::recall(std::uint64_t place, int device) const noexcept {
  auto const* const found = find(hash_of(place, device));
  if (found == nullptr)
    return {};
  return {.factor = found->factor.load(std::memory_order_relaxed),
          .lowest = found->lowest.load(std::memory_order_relaxed),
          .newest = found->newest.load(std::memory_order_relaxed),
          .samples = count_of(found->ratios.load(std::memory_order_relaxed))};
}

/// Until it belongs to the ratios that are there: other threads may observe the same.
void learner::renew_factor(slot& changed) noexcept {
  auto const believed = static_cast<double>(changed.factor.load());
  auto ratios = changed.ratios.load();
  for (;;) {
    changed.factor.store(static_cast<float>(factor_of(ratios, believed)));
    changed.lowest.store(static_cast<float>(lowest_of(ratios)));
    changed.newest.store(static_cast<float>(unpacked(ratios & ratio_mask)));
    auto const now = changed.ratios.load();
    if (now == ratios)
      return;
    ratios = now;
  }
}

void learner::observe(learning_key const& key, double predicted_us, double measured_us) noexcept {
  if (!(predicted_us > 0) || !(measured_us > 0))
    return;
  auto* const found = find_or_claim(hash_of(key));
  if (found == nullptr)
    return;
  auto const newest = packed(measured_us / predicted_us);
  constexpr auto all = (std::uint64_t{1} << (kept * bits_per_ratio)) - 1;
  auto before = found->ratios.load(std::memory_order_relaxed);
  while (!found->ratios.compare_exchange_weak(before, ((before << bits_per_ratio) | newest) & all)) {
  }
  renew_factor(*found);
}

bool learner::worth_a_probe(learning_key const& key, double patience) noexcept {
  auto* const found = find_or_claim(hash_of(key));
  if (found == nullptr)
    return false;
  auto const times = found->passed_over.fetch_add(1, std::memory_order_relaxed);
  if (times < patience)
    return false;
  return times == 0 || (times >= first_retry && std::has_single_bit(times)) ||
         times % longest_between_retries == 0;
}

void learner::settle(learning_key const& key, int device) noexcept {
  settle(place_of(key.site, key.n, key.resident), device);
}

int learner::settled(learning_key const& key) const noexcept {
  return settled(place_of(key.site, key.n, key.resident));
}

void learner::settle(std::uint64_t place, int device) noexcept {
  if (settled(place) == device)
    return; // the usual case, which writes nothing
  auto const served = static_cast<std::uint32_t>(device + 1);
  if (auto* const found = find_or_claim(hash_of(place, no_device)); found != nullptr)
    found->passed_over.store(served, std::memory_order_relaxed);
}

int learner::settled(std::uint64_t place) const noexcept {
  auto const* const found = find(hash_of(place, no_device));
  return found == nullptr ? -1 : static_cast<int>(found->passed_over.load(std::memory_order_relaxed)) - 1;
}

} // namespace tandem::detail
