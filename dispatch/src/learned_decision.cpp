#include "learned_decision.hpp"

#include <algorithm>

namespace tandem::detail {
namespace {

// A candidate never measured is tried when it is predicted to take at most this many times as long as the best.
constexpr double worth_measuring = 1.5;

learning_key key_of(candidate const& way, request const& asked, void const* site) {
  auto const device = way.where == backend::gpu ? way.device : (way.where == backend::parallel ? -1 : -2);
  return {.site = site, .device = device, .n = asked.n, .resident = asked.upload_bytes == 0};
}

double uncorrected_us(candidate const& way) {
  return way.total_us - static_cast<double>(way.microseconds[static_cast<std::size_t>(term::correction)]);
}

/// Something not chosen that the model alone would choose, or that is close and was never measured.
bool is_suspect(candidate const& way, decision const& made, learner const& learned, void const* site) {
  if (!way.possible || (way.where == made.chosen.where && way.device == made.chosen.device) || way.where == backend::serial)
    return false;
  auto const best = made.chosen.total_us;
  if (uncorrected_us(way) < best)
    return true;
  return uncorrected_us(way) < worth_measuring * best && learned.samples(key_of(way, made.asked, site)) == 0;
}

} // namespace

decision decide_learned(request asked, machine const& state, profile const& known, learner& learned, void const* site) noexcept {
  auto const resident = asked.upload_bytes == 0;
  asked.parallel_correction = static_cast<float>(learned.factor({site, -1, asked.n, resident}));
  auto const devices = std::min(state.devices.size(), max_devices);
  for (std::size_t i = 0; i < devices; ++i)
    asked.device_correction[i] = static_cast<float>(learned.factor({site, static_cast<int>(i), asked.n, resident}));
  auto made = decide_quickly(asked, state, known);
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (is_suspect(way, made, learned, site) && learned.worth_a_probe(key_of(way, asked, site))) {
      made.chosen = way;
      made.why = reason::probe;
      break;
    }
  }
  return made;
}

void observe(decision const& made, learner& learned, void const* site, double measured_us) noexcept {
  learned.observe(key_of(made.chosen, made.asked, site), uncorrected_us(made.chosen), measured_us);
}

} // namespace tandem::detail
