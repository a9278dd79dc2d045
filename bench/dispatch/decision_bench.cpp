// What a decision costs, warm: the pure function, the same with what was learned as a call makes it, and a
// whole small call. The profile is as full as a calibrated one.
#include <tandem/tandem.hpp>

#include <learned_decision.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

using namespace tandem;

namespace {

// So many, each taking what was predicted, and every way worth measuring has been.
constexpr int calls_to_learn = 8192;

double volatile kept; // results have to go somewhere

/// The fastest of several rounds, ns a call.
template <class F>
double fastest_ns(F const& f) {
  using clock = std::chrono::steady_clock;
  double best = 1e300;
  for (int round = 0; round < 15; ++round) {
    constexpr int calls = 20000;
    auto const start = clock::now();
    for (int i = 0; i < calls; ++i)
      f();
    best = std::min(best, std::chrono::duration<double, std::nano>(clock::now() - start).count() / calls);
  }
  return best;
}

request map_of(std::size_t n, bool divisible) {
  auto const bytes = 4.0 * static_cast<double>(n);
  return {.kind = algorithm::map,
          .n = n,
          .read_bytes = bytes,
          .written_bytes = bytes,
          .work_per_element = 20,
          .upload_bytes = bytes,
          .download_bytes = bytes,
          .kernel = kernel_state::ready,
          .traceable = true,
          .device_types = true,
          .divisible = divisible};
}

profile calibrated(std::size_t devices) {
  profile known;
  for (double bytes = 16 << 10; bytes < 2e8; bytes *= 8)
    known.cpu.bandwidth.push_back({bytes, 15, 30});
  for (std::size_t i = 0; i < devices; ++i) {
    device_profile device{.name = "a GPU", .uuid = {}, .driver = {}};
    for (double bytes = 4 << 10; bytes < 1e8; bytes *= 16)
      device.upload.push_back({bytes, 10 + bytes / 10e3});
    device.download = device.upload;
    known.devices.push_back(device);
  }
  return known;
}

} // namespace

int main() {
  static int site = 0;
  detail::learner learned;
  for (std::size_t devices = 0; devices <= 2; ++devices) {
    machine state{.threads = 8, .devices = {}};
    auto const known = calibrated(devices);
    for (std::size_t i = 0; i < devices; ++i)
      state.devices.push_back({.name = "a GPU"});
    for (std::size_t const n : {std::size_t{1000}, std::size_t{1} << 20})
      for (bool const divisible : {false, true}) {
        auto const asked = map_of(n, divisible);
        auto const plain = fastest_ns([&] { kept = decide_quickly(asked, state, known).chosen.total_us; });
        decision made; // as a call keeps one from time to time
        auto const decide_as_a_call_does = [&] {
          made.asked = asked;
          detail::decide_learned_into(made, state, known, learned, &site);
          kept = made.chosen.total_us;
        };
        for (int i = 0; i < calls_to_learn; ++i) {
          decide_as_a_call_does();
          detail::observe(made, learned, &site, made.chosen.total_us);
        }
        auto const with_learning = fastest_ns(decide_as_a_call_does);
        std::printf("%zu devices, n = %7zu%s: decide_quickly %5.0f ns, decide_learned %5.0f ns\n", devices, n,
                    divisible ? ", divisible" : "", plain, with_learning);
      }
  }
  std::vector<float> a(64, 1.0f), b(64);
  auto const f = [](auto x) { return x * 2.0f; };
  for (int i = 0; i < 1000; ++i)
    parallel_map(a, b, f);
  std::printf("a whole call on 64 floats: %.0f ns\n", fastest_ns([&] { parallel_map(a, b, f); }));
}
