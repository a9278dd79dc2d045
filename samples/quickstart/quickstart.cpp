// One lambda on real recordings: on the CPU, on a GPU, and where tandem thinks it finishes first. The three results are
// compared bit by bit, and the choice is explained.
//
//     quickstart [recording.wav…]        default: the spoken channel names of Debian's alsa-utils

#include "../support/wav.hpp"

#include <tandem/tandem.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <vector>

namespace {

constexpr char const* default_folder = "/usr/share/sounds/alsa";

std::vector<std::filesystem::path> files_from(int argc, char** argv) {
  std::vector<std::filesystem::path> files(argv + 1, argv + argc);
  if (files.empty() && std::filesystem::is_directory(default_folder))
    for (auto const& entry : std::filesystem::directory_iterator(default_folder))
      if (entry.path().extension() == ".wav")
        files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw std::runtime_error(std::string("no recordings: install alsa-utils (") + default_folder +
                             "), or name .wav files");
  return files;
}

struct outcome {
  std::vector<float> samples;
  float energy = 0;
  float peak = 0;
  double milliseconds = 0;
};

/// Drives the signal into a soft limiter, then measures it: one map and two reductions.
outcome process(auto where, std::vector<float> const& recorded, float gain) {
  auto const start = std::chrono::steady_clock::now();
  outcome result;
  result.samples = tandem::parallel_map(where, recorded, [gain](auto x) { return tandem::tanh(gain * x); });
  result.energy =
      tandem::parallel_map_reduce(where, result.samples, 0.0f, tandem::plus{}, [](auto y) { return y * y; });
  result.peak = tandem::parallel_map_reduce(where, result.samples, 0.0f, tandem::maximum{},
                                            [](auto y) { return tandem::abs(y); });
  result.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return result;
}

void print_row(char const* where, outcome const& result) {
  auto const rms = std::sqrt(result.energy / static_cast<float>(result.samples.size()));
  std::printf("  %-10s %9.2f dB %9.4f %11.3f ms\n", where, 20 * std::log10(static_cast<double>(rms)),
              static_cast<double>(result.peak), result.milliseconds);
}

bool same_bits(outcome const& a, outcome const& b) {
  return a.samples.size() == b.samples.size() &&
         std::memcmp(a.samples.data(), b.samples.data(), a.samples.size() * sizeof(float)) == 0 &&
         std::memcmp(&a.energy, &b.energy, sizeof a.energy) == 0 &&
         std::memcmp(&a.peak, &b.peak, sizeof a.peak) == 0;
}

int run(int argc, char** argv) {
  std::vector<float> recorded;
  auto const files = files_from(argc, argv);
  for (auto const& file : files) {
    auto const one = samples::read_wav(file);
    recorded.insert(recorded.end(), one.samples.begin(), one.samples.end());
  }
  std::printf("%zu recordings, %zu samples: soft limiter tanh(4 x), then loudness and peak\n\n", files.size(),
              recorded.size());
  std::printf("  %-10s %12s %9s %14s\n", "where", "loudness", "peak", "time");

  constexpr float gain = 4;
  auto const cpu = process(tandem::on_cpu, recorded, gain);
  print_row("CPU", cpu);
  auto const chosen = process(tandem::automatic, recorded, gain);
  print_row("automatic", chosen);
  if (!same_bits(cpu, chosen))
    throw std::runtime_error("the CPU and the automatic result differ");
  auto const why = tandem::explain();
  try {
    process(tandem::on_gpu, recorded, gain); // compiles the kernels
    auto const gpu = process(tandem::on_gpu, recorded, gain);
    print_row("GPU", gpu);
    if (!same_bits(cpu, gpu))
      throw std::runtime_error("the CPU and the GPU result differ");
    std::printf("\nAll three agree bit for bit: %zu samples, the loudness and the peak.\n", recorded.size());
  } catch (tandem::no_device_error const& none) {
    std::printf("  %-10s not run: %s\n\nThe two results agree bit for bit.\n", "GPU", none.what());
  }
  std::printf("\nWhy 'automatic' ran its last call (the peak) where it did:\n%s", why.c_str());
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (std::exception const& failure) {
    std::fprintf(stderr, "quickstart: %s\n", failure.what());
    return 1;
  }
}
