#include "learned_decision.hpp"

#include "crossover.hpp"
#include "split_candidate.hpp"

#include <algorithm>

namespace tandem::detail {
namespace {

// A candidate never measured is tried when it is predicted to take at most this many times as long as the
// best: with a profile that is 15 % off on either side it may then be the best one, and costs less than twice
// as much where it is not.
constexpr double worth_measuring = 1.35;

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

/// Something not chosen that the model alone would choose, or that is close and was never measured.
bool is_suspect(candidate const& way, decision const& made, learner const& learned, void const* site) {
  if (!way.possible || (way.where == made.chosen.where && way.device == made.chosen.device) ||
      way.where == backend::serial || way.where == backend::both)
    return false;
  auto const best = made.chosen.total_us;
  if (uncorrected_us(way) < best)
    return true;
  return uncorrected_us(way) < worth_measuring * best && learned.samples(key_of(way, made.asked, site)) == 0;
}

/// What earlier splits taught about either side.
void recall_splits(request& asked, std::size_t devices, learner const& learned, void const* site) {
  for (std::size_t i = 0; i < devices; ++i) {
    auto const device = static_cast<int>(i);
    asked.beside_device[i] =
        static_cast<float>(learned.factor(split_key(cpu_side_of_split, device, asked, site)));
    asked.device_beside[i] =
        static_cast<float>(learned.factor(split_key(device_side_of_split, device, asked, site)));
  }
}

/// `asked` with what earlier calls of its size taught.
request informed(request asked, learner const& learned, void const* site, std::size_t devices) noexcept {
  auto const resident = asked.upload_bytes == 0;
  auto const factor = [&](int device) {
    return static_cast<float>(learned.factor({site, device, asked.n, resident}));
  };
  asked.serial_correction = factor(-2);
  asked.parallel_correction = factor(-1);
  for (std::size_t i = 0; i < std::min(devices, max_devices); ++i)
    asked.device_correction[i] = factor(static_cast<int>(i));
  if (asked.divisible)
    recall_splits(asked, std::min(devices, max_devices), learned, site);
  return asked;
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

decision decide_learned(request asked, machine const& state, profile const& known, learner& learned,
                        void const* site) noexcept {
  asked = informed(asked, learned, site, state.devices.size());
  learning_key const here{site, -1, asked.n, asked.upload_bytes == 0};
  asked.settled = static_cast<std::int8_t>(learned.settled(here));
  auto made = decide_quickly(asked, state, known);
  if (asked.both_wanted)
    return made;
  if (made.candidate_count > 1)
    learned.settle(here, made.chosen.device);
  if (probes_split(made, state, known, learned, site))
    return made;
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

std::size_t learned_crossover(request const& asked, machine const& state, profile const& known,
                              learner const& learned, void const* site) noexcept {
  return crossover_of(asked, [&](request const& other) {
    return decide_quickly(informed(other, learned, site, state.devices.size()), state, known);
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
  learned.observe(split_key(device_side_of_split, way.device, made.asked, site),
                  predicted(way.device_part_us, made.asked.device_beside[index]), device_us);
  learned.observe(split_key(cpu_side_of_split, way.device, made.asked, site),
                  predicted(way.cpu_part_us, made.asked.beside_device[index]), cpu_us);
}

void observe(decision const& made, learner& learned, void const* site, double measured_us) noexcept {
  learned.observe(key_of(made.chosen, made.asked, site), uncorrected_us(made.chosen), measured_us);
}

} // namespace tandem::detail
