#include "learned_decision.hpp"

#include "crossover.hpp"
#include "decide_into.hpp"
#include "split_candidate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tandem::detail {
namespace {

// A candidate never measured is tried when it is predicted to take at most this many times as long as the
// best: with a profile that is 15 % off on either side it may then be the best one, and costs less than twice
// as much where it is not.
constexpr double worth_measuring = 1.35;
// Up to so many times the best it is tried too, since the profile may be that wrong; but only after this many
// calls for each time that it is slower, so that to be sure of a right profile costs 1.6 % of its calls' time.
constexpr double believed_wrong = 12;
constexpr double calls_before_doubt = 64;
// As many measurements the learner believes against the two virtual ones.
constexpr unsigned samples_believed = 3;
// What speaks against more of them must do so by this factor.
constexpr double clearly = 1.15;

// Places in learning_key::device for the two sides of a split with device 0.
constexpr int cpu_side_of_split = 64;
constexpr int device_side_of_split = 128;

learning_key split_key(int side, int device, request const& asked, void const* site) {
  return {.site = site, .device = side + device, .n = asked.n, .resident = asked.upload_bytes == 0};
}

learning_key key_of(candidate const& way, request const& asked, void const* site) {
  auto const device = way.where == backend::gpu ? way.device : (way.where == backend::parallel ? -1 : -2);
  return {.site = site, .device = device, .n = asked.n, .resident = asked.upload_bytes == 0};
}

double uncorrected_us(candidate const& way) {
  return way.total_us - static_cast<double>(way.microseconds[static_cast<std::size_t>(term::correction)]);
}

/// The keys of one request.
std::uint64_t place_of(request const& asked, void const* site) {
  return learner::place_of(site, asked.n, asked.upload_bytes == 0);
}

/// What was learned of each way, as far as a decision needs it.
struct lessons {
  lesson serial;
  lesson parallel;
  std::array<lesson, max_devices> device;
};

lessons recall_all(learner const& learned, std::uint64_t place, std::size_t devices) {
  lessons all{.serial = learned.recall(place, -2), .parallel = learned.recall(place, -1), .device = {}};
  for (std::size_t i = 0; i < devices; ++i)
    all.device[i] = learned.recall(place, static_cast<int>(i));
  return all;
}

lesson const& lesson_of(candidate const& way, lessons const& known) {
  if (way.where == backend::gpu)
    return known.device[static_cast<std::size_t>(way.device)];
  return way.where == backend::parallel ? known.parallel : known.serial;
}

/// Whether the newest measurement speaks for a way, clearly, against what is believed; one of few, whichever it is.
bool was_faster(lesson const& taught, double plain, double best) {
  if (taught.samples >= samples_believed)
    return plain * static_cast<double>(taught.newest) * clearly < best;
  return taught.samples != 0 && plain * static_cast<double>(taught.lowest) < best;
}

/// Whether it is time to try something not chosen: that was just measured to be faster; that the model alone, or one
/// of its measurements, would choose; or that was not measured often enough to be believed. (One measurement may have
/// met a busy machine.)
bool is_to_be_tried(candidate const& way, decision const& made, lessons const& known, learner& learned,
                    void const* site) {
  if (!way.possible || (way.where == made.chosen.where && way.device == made.chosen.device) ||
      way.where == backend::both)
    return false;
  auto const best = made.chosen.total_us;
  auto const plain = uncorrected_us(way);
  auto const& taught = lesson_of(way, known);
  auto const likely = plain * static_cast<double>(taught.lowest);
  if (taught.samples >= samples_believed && plain >= best && likely >= best) // the usual case
    return false;
  if (was_faster(taught, plain, best))
    return true;
  if (taught.samples >= samples_believed) {
    bool const promises = likely < best || (plain < best && way.where != backend::serial);
    return promises && learned.worth_a_probe(key_of(way, made.asked, site));
  }
  if (taught.samples == 0 && likely >= believed_wrong * best)
    return false;
  auto const patience = likely < worth_measuring * best ? 0 : calls_before_doubt * likely / best;
  return learned.worth_a_probe(key_of(way, made.asked, site), patience);
}

/// Puts into `asked` what earlier calls of its size taught. True if that says anything of splits.
bool inform(request& asked, lessons const& known, learner const& learned, std::uint64_t place,
            std::size_t devices) {
  asked.serial_correction = known.serial.factor;
  asked.parallel_correction = known.parallel.factor;
  for (std::size_t i = 0; i < devices; ++i)
    asked.device_correction[i] = known.device[i].factor;
  bool learned_of_splits = false;
  bool const may_know = asked.divisible && learned.knows_splits();
  for (std::size_t i = 0; may_know && i < devices; ++i) {
    auto const device = static_cast<int>(i);
    asked.beside_device[i] = learned.recall(place, cpu_side_of_split + device).factor;
    asked.device_beside[i] = learned.recall(place, device_side_of_split + device).factor;
    learned_of_splits = learned_of_splits || asked.beside_device[i] != 1 || asked.device_beside[i] != 1;
  }
  return learned_of_splits;
}

/// A split that the model would choose and experience rejects is tried again now and then.
bool probes_split(decision& made, machine const& state, profile const& known, learner& learned,
                  void const* site) {
  auto const* const split = split_of(made);
  if (split == nullptr || split->possible || split->why != reason::no_gain)
    return false;
  auto asked = made.asked;
  asked.beside_device.fill(1);
  asked.device_beside.fill(1);
  auto again = decide_quickly(asked, state, known);
  auto const key = split_key(device_side_of_split, again.chosen.device, asked, site);
  if (again.chosen.where != backend::both || !learned.worth_a_probe(key))
    return false;
  made = again;
  made.why = reason::probe;
  return true;
}

} // namespace

void decide_learned_into(decision& made, machine const& state, profile const& known, learner& learned,
                         void const* site) noexcept {
  auto& asked = made.asked;
  auto const devices = std::min(state.devices.size(), max_devices);
  auto const place = place_of(asked, site);
  auto const taught = recall_all(learned, place, devices);
  bool const learned_of_splits = inform(asked, taught, learned, place, devices);
  asked.settled = static_cast<std::int8_t>(learned.settled(place));
  decide_into(made, state, known);
  if (asked.both_wanted)
    return;
  if (made.candidate_count > 1 && made.chosen.device != asked.settled)
    learned.settle(place, made.chosen.device);
  if (learned_of_splits && probes_split(made, state, known, learned, site))
    return;
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (is_to_be_tried(way, made, taught, learned, site)) {
      made.chosen = way;
      made.why = reason::probe;
      break;
    }
  }
}

decision decide_learned(request const& asked, machine const& state, profile const& known, learner& learned,
                        void const* site) noexcept {
  decision made;
  made.asked = asked;
  decide_learned_into(made, state, known, learned, site);
  return made;
}

std::size_t learned_crossover(request const& asked, machine const& state, profile const& known,
                              learner const& learned, void const* site) noexcept {
  auto const devices = std::min(state.devices.size(), max_devices);
  return crossover_of(asked, [&](request other) {
    auto const place = place_of(other, site);
    inform(other, recall_all(learned, place, devices), learned, place, devices);
    return decide_quickly(other, state, known);
  });
}

void observe_split(decision const& made, learner& learned, void const* site, double device_us,
                   double cpu_us) noexcept {
  auto const& way = made.chosen;
  auto const index = static_cast<std::size_t>(way.device);
  if (way.where != backend::both || index >= max_devices)
    return;
  auto const predicted = [](float us, float factor) {
    return static_cast<double>(us) / static_cast<double>(std::max(factor, 1e-3f));
  };
  learned.note_split();
  learned.observe(split_key(device_side_of_split, way.device, made.asked, site),
                  predicted(way.device_part_us, made.asked.device_beside[index]), device_us);
  learned.observe(split_key(cpu_side_of_split, way.device, made.asked, site),
                  predicted(way.cpu_part_us, made.asked.beside_device[index]), cpu_us);
}

void observe(decision const& made, learner& learned, void const* site, double measured_us) noexcept {
  learned.observe(key_of(made.chosen, made.asked, site), uncorrected_us(made.chosen), measured_us);
}

} // namespace tandem::detail
