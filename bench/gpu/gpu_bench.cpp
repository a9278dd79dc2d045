// How fast each GPU algorithm is: with its data in device memory, and with transfers; the bytes an element
// takes to and from memory beside the fewest it could; beside CUB where its figures are given. Every result
// is checked before it is timed.
//
//     gpu_bench [--sizes 65536,1048576] [--only NAME] [--peer cub.json] [--json out.json]
#include "gpu_suite.hpp"

#include "format.hpp"
#include "measure.hpp"
#include "output_files.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace tandem_bench;
namespace gpu = tandem::gpu;

struct options {
  std::vector<std::size_t> sizes;
  std::string only;
  std::string peer_file;
  std::string json_file;
};

/// Sizes that fill the device's memory by a sixteenth at most; small ones on software devices.
std::vector<std::size_t> sizes_for(gpu::device_info const& info) {
  if (info.software())
    return {std::size_t{1} << 16, std::size_t{1} << 20, std::size_t{1} << 22, 10'000'000};
  std::vector<std::size_t> sizes;
  for (unsigned power = 16; power <= 28; power += 4)
    if ((std::size_t{1} << power) * 4 * 16 <= info.device_memory_bytes)
      sizes.push_back(std::size_t{1} << power);
  return sizes;
}

/// Median time of a call, or nothing when its result is wrong.
std::optional<double> time_of(gpu_trial const& trial) {
  trial.refill();
  trial.run();
  if (!trial.right())
    return std::nullopt;
  contender const one{"", trial.run, trial.refill};
  measure_options how;
  how.budget_ns = 300e6;
  how.sample_ns = 1; // every sample is one call on fresh data
  how.least_samples = 3;
  how.most_samples = 21;
  return measure({&one, 1}, how)[0].median_ns;
}

/// Times of a peer's calls by algorithm and size, as the host sees them, like tandem's; nothing where it was not
/// measured.
class peer_times {
 public:
  explicit peer_times(std::string const& file) {
    if (file.empty())
      return;
    std::ifstream in(file);
    if (!in)
      throw std::runtime_error("cannot read " + file);
    all_ = nlohmann::json::parse(in);
  }
  bool any() const { return !all_.empty(); }
  std::optional<double> nanoseconds(std::string const& name, std::size_t n) const {
    for (auto const& each : all_)
      if (each.at("algorithm") == name && each.at("n") == n)
        return each.at("call_ms").get<double>() * 1e6;
    return std::nullopt;
  }

 private:
  nlohmann::json all_ = nlohmann::json::array();
};

std::string decimals(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

class report {
 public:
  report(gpu::device const& where, peer_times const& peer)
      : where_(where), peer_(peer), rows_({"", "n", "resident", "ns/element", "GB/s", "of copy", "bytes",
                                           "optimum", "with transfers", "CUB", "CUB / tandem"}) {}

  /// False when a result was wrong.
  bool add(gpu_entry const& entry, std::size_t n, double copy_rate) {
    auto const resident = time_of(entry.make(where_, n, true));
    auto const transferred = time_of(entry.make(where_, n, false));
    if (!resident || !transferred) {
      std::cerr << entry.name << ": WRONG RESULT for " << n << " elements\n";
      return false;
    }
    auto const count = static_cast<double>(n);
    double const bytes = entry.moved_bytes(where_, n);
    double const optimum = entry.optimum_bytes != 0 ? entry.optimum_bytes : bytes;
    double const rate = bytes * count / *resident; // bytes a nanosecond: GB/s
    auto const theirs = peer_.nanoseconds(entry.name, n);
    rows_.add({entry.name, format_count(count), format_time(*resident), decimals(*resident / count, 3),
               decimals(rate, 2), decimals(100 * rate / copy_rate, 0) + " %", decimals(bytes, 0),
               decimals(optimum, 0), format_time(*transferred), theirs ? format_time(*theirs) : "",
               theirs ? format_ratio(*theirs / *resident) : ""});
    nlohmann::json line{{"algorithm", entry.name},    {"n", n},
                        {"ms", *resident / 1e6},      {"with_transfers_ms", *transferred / 1e6},
                        {"bytes_per_element", bytes}, {"optimum_bytes_per_element", optimum},
                        {"copy_gb_per_s", copy_rate}};
    if (theirs)
      line["cub_ms"] = *theirs / 1e6;
    lines_.push_back(std::move(line));
    return true;
  }

  void print() const { rows_.print(std::cout); }
  std::string json() const {
    return nlohmann::json{
               {"device", where_.info().name}, {"driver", where_.info().driver_version}, {"lines", lines_}}
               .dump(1) +
           "\n";
  }

 private:
  gpu::device where_;
  peer_times const& peer_;
  table rows_;
  nlohmann::json lines_ = nlohmann::json::array();
};

/// What one thread of the host needs to sort as many random words, to measure software devices by.
void print_host_sort(std::size_t n) {
  std::vector<std::uint32_t> data(n);
  auto const refill = [&] {
    std::mt19937 engine(1);
    for (std::uint32_t& each : data)
      each = static_cast<std::uint32_t>(engine());
  };
  contender const one{"", [&] { std::sort(data.begin(), data.end()); }, refill};
  measure_options how;
  how.sample_ns = 1;
  how.least_samples = how.most_samples = 3;
  double const time = measure({&one, 1}, how)[0].median_ns;
  std::cout << "std::sort of " << n << " words on one thread: " << format_time(time) << ", "
            << decimals(time / static_cast<double>(n), 2) << " ns an element\n";
}

std::vector<gpu_entry> entries_named(std::string const& part) {
  std::vector<gpu_entry> chosen;
  std::string names;
  for (gpu_entry const& entry : gpu_entries()) {
    if (entry.name.find(part) != std::string::npos)
      chosen.push_back(entry);
    names += "\n  " + entry.name;
  }
  if (chosen.empty())
    throw std::runtime_error("nothing is called '" + part + "'; there are" + names);
  return chosen;
}

int run(options const& chosen) {
  auto const entries = entries_named(chosen.only);
  gpu::device const where = gpu::device::open_default();
  peer_times const peer(chosen.peer_file);
  report results(where, peer);
  std::cout << "device: " << where.info().name << ", " << where.info().driver << ' '
            << where.info().driver_version << "\n";
  bool right = true;
  std::vector<std::size_t> const sizes = chosen.sizes.empty() ? sizes_for(where.info()) : chosen.sizes;
  for (std::size_t n : sizes) {
    double const copy_rate = 8.0 * static_cast<double>(n) / *time_of(device_copy(where, n));
    std::cout << "copy of " << format_count(static_cast<double>(n))
              << " words in device memory: " << format_rate(copy_rate * 1e9) << "\n";
    for (gpu_entry const& entry : entries) {
      std::cerr << entry.name << ' ' << n << "\n";
      right &= results.add(entry, n, copy_rate);
    }
  }
  results.print();
  if (where.info().software() && !sizes.empty())
    print_host_sort(sizes.back());
  if (!chosen.json_file.empty())
    write_file(chosen.json_file, results.json());
  return right ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"Times every GPU algorithm, with its data in device memory and with transfers, and counts the "
               "bytes it moves."};
  app.add_option("--sizes", chosen.sizes, "Numbers of elements, as 65536,1048576")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  app.add_option("--only", chosen.only, "Only algorithms with this in their name");
  app.add_option("--peer", chosen.peer_file, "What cub_bench wrote, to stand beside")
      ->check(CLI::ExistingFile);
  app.add_option("--json", chosen.json_file, "Writes the figures here too");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(chosen);
  } catch (std::exception const& problem) {
    std::cerr << "gpu_bench: " << problem.what() << '\n';
    return 1;
  }
}
