// Compute, queue, database: batches of simulated sensors are reduced wherever that finishes first, wait in a bounded queue, and one writer
// puts them into SQLite. The queue decouples the two: a burst of results does not wait for the disk, and a slow disk stops the computing
// before memory fills.
//
//     hybrid_pipeline [database]      default: a temporary one, gone at the end
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>
#include <tandem/tandem.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

namespace {

constexpr std::uint32_t batches = 200;
constexpr std::size_t samples_in_batch = 20'000;

struct summary {
  std::uint32_t batch = 0;
  float mean = 0;
  float peak = 0;
  float energy = 0;
};

/// One batch: a damped wave with the batch's own frequency, and what is worth keeping of it.
summary compute(std::uint32_t batch, std::vector<float>& wave) {
  float const step = 0.001f * static_cast<float>(batch + 1);
  tandem::parallel_generate(wave, [step](auto i) {
    auto const t = tandem::cast<float>(i) * step;
    return tandem::exp(-0.01f * t) * tandem::sin(t);
  });
  auto const n = static_cast<float>(wave.size());
  return {batch, tandem::parallel_reduce(wave, 0.0f, tandem::plus{}) / n,
          tandem::parallel_map_reduce(wave, 0.0f, tandem::maximum{}, [](auto x) { return tandem::abs(x); }),
          tandem::parallel_map_reduce(wave, 0.0f, tandem::plus{}, [](auto x) { return x * x; })};
}

} // namespace

int main(int argc, char** argv) {
  std::optional<samples::temporary_folder> own;
  std::string const database = argc > 1 ? argv[1] : own.emplace("hybrid_pipeline").file("batches.sqlite");
  for (auto const* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(database + ending);

  tandem::queue<summary> results(8);
  tandem::stream_report stored;
  std::jthread writer([&] {
    stored = tandem::run(tandem::from(results) |
                         tandem::write_sqlite(database, "batches", tandem::column("batch", &summary::batch),
                                              tandem::column("mean", &summary::mean),
                                              tandem::column("peak", &summary::peak),
                                              tandem::column("energy", &summary::energy)));
  });
  std::vector<float> wave(samples_in_batch);
  double energy = 0;
  for (std::uint32_t batch = 0; batch < batches; ++batch) {
    auto const one = compute(batch, wave);
    energy += static_cast<double>(one.energy);
    if (!results.push(one)) // blocks while the queue is full
      break;
  }
  results.close();
  writer.join();
  bool const right = stored.items_out == batches && std::isfinite(energy) && energy > 0;
  std::printf("%u batches of %zu samples, energy %.1f in all, stored in %s: %s\n", batches, samples_in_batch,
              energy, database.c_str(), right ? "right" : "WRONG");
  return right ? 0 : 1;
}
