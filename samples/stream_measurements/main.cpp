// A file of measurements, larger than the memory this program allows itself, is calibrated and filtered; what
// is left goes into a file and a SQLite database at once. Ctrl-C leaves neither half-written.
//
//   stream_measurements [MiB of measurements, default 64] [folder, default: a temporary one]
#include "../support/arguments.hpp"
#include "../support/progress_bar.hpp"
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

namespace {

struct measurement {
  std::uint32_t sensor;
  float raw;
};

struct reading {
  std::uint32_t sensor;
  float celsius;
};

measurement simulated(std::uint64_t i) {
  bool const broken = i % 97 == 0;
  return {static_cast<std::uint32_t>(i % 64), broken ? -1.0f : static_cast<float>(i * 2654435761u % 4096)};
}

} // namespace

int main(int argc, char** argv) try {
  std::uint64_t const mib = samples::number_argument(argc, argv, 1, "MiB of measurements", 64, 1 << 20);
  std::optional<samples::temporary_folder> own;
  std::filesystem::path const folder = argc > 2 ? argv[2] : own.emplace("tandem-measurements").path();
  std::filesystem::create_directories(folder);
  auto const in = (folder / "measurements.bin").string();
  auto const out = (folder / "readings.bin").string();
  auto const database = (folder / "hot.db").string();
  std::uint64_t const count = (mib << 20) / sizeof(measurement);
  tandem::run(tandem::generate(count, simulated) | tandem::write_file(in));

  // Ctrl-C asks the stream to stop; it then cleans up after itself.
  asio::io_context signals(1);
  tandem::graceful_shutdown shutdown(signals.get_executor());
  std::jthread const listener([&] { signals.run(); });
  std::shared_ptr<void> const stops_listening(nullptr, [&](void*) { signals.stop(); });

  samples::progress_line bar;
  auto const report = tandem::run(
      tandem::read_file<measurement>(in) | tandem::filter([](measurement const& m) { return m.raw >= 0; }) |
          tandem::map([](measurement const& m) {
            return reading{m.sensor, m.raw * 0.0625f - 60.0f};
          }) |
          tandem::filter([](reading const& r) { return r.celsius > 194.0f; }) |
          tandem::fan_out(tandem::write_file(out),
                          tandem::write_sqlite(database, "hot", tandem::sqlite_options{.replace = true},
                                               tandem::column("sensor", &reading::sensor),
                                               tandem::column("celsius", &reading::celsius))),
      {.credits = 4, .stop = shutdown.token(), .progress = samples::draw_progress});
  bar.end();

  std::cout << report.to_string() << report.items_in << " measurements, " << report.items_out
            << " hot readings, " << (report.buffer_bytes >> 20) << " MiB of buffers for " << mib
            << " MiB of input\n";
  auto const stored = std::filesystem::file_size(out) / sizeof(reading);
  std::cout << (stored == report.items_out && report.items_in == count ? "complete" : "INCOMPLETE") << '\n';
} catch (std::exception const& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
