#include <catch2/catch.hpp>

#include <measure.hpp>
#include <tandem/gpu.hpp>
#include <tandem/tandem.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

using namespace tandem;

namespace {

class scratch_folder {
 public:
  scratch_folder()
      : path_(std::filesystem::temp_directory_path() / ("tandem-calibrate-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ / "profile.json"; }

 private:
  std::filesystem::path path_;
};

std::string contents(std::string const& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A clock that only the measured function moves.
struct fake_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<fake_clock>;
  static inline duration passed{};
  static time_point now() { return time_point{passed}; }
};

struct heard {
  int calls = 0;
  int stop_at = 1 << 30;
  double last = 0;
  bool in_order = true;
};

bool hear(void* context, double fraction, char const* what) {
  auto& all = *static_cast<heard*>(context);
  all.in_order = all.in_order && fraction >= all.last && fraction <= 1 && what != nullptr;
  all.last = fraction;
  return ++all.calls < all.stop_at;
}

runtime_options on_cpu_only(std::string const& file) {
  runtime_options options;
  options.device = "cpu";
  options.threads = 2;
  options.profile = file;
  return options;
}

} // namespace

TEST_CASE("A measurement drops the first run, and spikes do not move it", "[calibrate]") {
  int run = 0;
  auto const took = detail::time_of<fake_clock>(
      1e-3, [&] { // every fifth run is ten times as long, the first a hundred times
        fake_clock::passed += std::chrono::microseconds(run == 0 ? 1000 : run % 5 == 4 ? 100 : 10);
        ++run;
      });
  REQUIRE(took.median_us == Approx(10));
  REQUIRE(took.fastest_us == Approx(10));
  REQUIRE(took.samples >= 30);
}

TEST_CASE("A noisy measurement goes on for twice its budget and no longer", "[calibrate]") {
  int run = 0;
  auto const start = fake_clock::passed;
  auto const took = detail::time_of<fake_clock>(
      1e-3, [&] { fake_clock::passed += std::chrono::microseconds(10 + 10 * (run++ % 3)); });
  REQUIRE(took.samples >= 95); // 20 µs each on average, 2 ms
  REQUIRE(fake_clock::passed - start < std::chrono::microseconds(2200));
}

TEST_CASE("A call longer than the budget is measured three times", "[calibrate]") {
  auto const took =
      detail::time_of<fake_clock>(1e-6, [] { fake_clock::passed += std::chrono::milliseconds(5); });
  REQUIRE(took.samples == 3);
}

TEST_CASE("Calibration fills the profile, tells how far it is, and is stored", "[calibrate]") {
  scratch_folder folder;
  runtime machine(on_cpu_only(folder.file()));
  REQUIRE(machine.current_profile().cpu.origin == source::assumed);
  heard all;
  REQUIRE(machine.calibrate(0.05, hear, &all));
  REQUIRE(all.calls > 10);
  REQUIRE(all.in_order);
  auto const cpu = machine.current_profile().cpu;
  REQUIRE(cpu.origin == source::measured);
  REQUIRE(cpu.bandwidth.size() == 6);
  for (auto const& sample : cpu.bandwidth) // whatever else ran on the machine meanwhile
    CHECK(sample.gb_per_s_parallel >= sample.gb_per_s_serial);
  REQUIRE(cpu.ns_per_operation > 0);
  for (auto const factor : cpu.factors)
    REQUIRE(factor > 0);
  runtime later(on_cpu_only(folder.file()));
  REQUIRE(later.current_profile().cpu.origin == source::stored);
  REQUIRE(later.current_profile().cpu.fork_us == Approx(cpu.fork_us));
}

TEST_CASE("A calibration that is stopped leaves the old profile, whenever that is", "[calibrate]") {
  scratch_folder folder;
  runtime machine(on_cpu_only(folder.file()));
  REQUIRE(machine.calibrate(0.02));
  auto const before = contents(folder.file());
  auto const fork_us = machine.current_profile().cpu.fork_us;
  REQUIRE_FALSE(before.empty());
  for (int const stop_at : {1, 2, 5, 9}) {
    heard all{.stop_at = stop_at};
    REQUIRE_FALSE(machine.calibrate(0.02, hear, &all));
    REQUIRE(all.calls == stop_at); // nobody is asked again after saying no
    REQUIRE(contents(folder.file()) == before);
    REQUIRE(machine.current_profile().cpu.fork_us == fork_us);
  }
}

TEST_CASE("A damaged profile is told about once, through the sink and in explain()", "[calibrate]") {
  scratch_folder folder;
  std::ofstream(folder.file()) << "{ no JSON";
  int told = 0;
  auto options = on_cpu_only(folder.file());
  options.explain = [](void* count, char const* line) {
    *static_cast<int*>(count) += std::string(line).find("is damaged") != std::string::npos;
  };
  options.explain_context = &told;
  runtime machine(options);
  REQUIRE(told == 1);
  machine.find_device(); // looks at the file again
  REQUIRE(told == 1);
}

TEST_CASE("A cache folder that cannot be used is told about once, and costs nothing else",
          "[calibrate][settings]") {
  scratch_folder folder;
  std::ofstream(folder.file()) << "a file in the way";
  int told = 0;
  runtime_options options;
  options.device = "cpu";
  options.threads = 2;
  options.cache_dir = folder.file() + "/cache";
  options.explain = [](void* count, char const* line) {
    *static_cast<int*>(count) += std::string(line).find("cache folder") != std::string::npos;
  };
  options.explain_context = &told;
  {
    runtime where(options);
    CHECK(told == 1);
    where.find_device();
    CHECK(told == 1);
    std::vector<int> a(100, 1);
    parallel_map(on_cpu.with(where), a, a, [](int x) { return x + 1; });
    CHECK(a == std::vector<int>(100, 2));
    CHECK_THAT(where.explain(), Catch::Contains("note: cache folder") && Catch::Contains("is not a folder"));
  }
  options.cache_dir = folder.file() + ".folder/not/there/yet"; // is made when there is something to keep
  runtime where(options);
  CHECK(told == 1);
  CHECK_FALSE(std::filesystem::exists(folder.file() + ".folder"));
  gpu::set_cache_directory("");
}
