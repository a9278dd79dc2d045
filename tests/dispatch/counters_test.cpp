#include <catch2/catch.hpp>

#include <counter_table.hpp>
#include <tandem/map.hpp>
#include <tandem/reduce.hpp>
#include <tandem/runtime.hpp>
#include <trace_log.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace tandem;
using tandem::detail::call_site;
using tandem::detail::counter_table;

namespace {

constinit call_site first_site{
    {.name = "first", .kind = algorithm::map, .read_bytes_per_element = 4, .written_bytes_per_element = 8}};
constinit call_site second_site{
    {.name = "second", .kind = algorithm::map, .read_bytes_per_element = 4, .written_bytes_per_element = 0}};

runtime_options on_cpu_only() {
  runtime_options options;
  options.device = "cpu";
  options.threads = 2;
  return options;
}

std::uint64_t calls_of(std::vector<call_counter> const& all, std::string const& name) {
  return std::accumulate(
      all.begin(), all.end(), std::uint64_t{0},
      [&](std::uint64_t sum, call_counter const& one) { return sum + (one.call == name ? one.calls : 0); });
}

std::uint64_t elements_of(std::vector<call_counter> const& all, std::string const& name) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, call_counter const& one) {
                           return sum + (one.call == name ? one.elements : 0);
                         });
}

std::filesystem::path scratch(char const* name) {
  return std::filesystem::temp_directory_path() / (std::string{name} + std::to_string(::getpid()) + ".json");
}

} // namespace

TEST_CASE("Counters add up by call site and place", "[counters]") {
  counter_table table;
  table.add(first_site, detail::all_threads, {.calls = 1, .elements = 10, .nanoseconds = 5});
  table.add(first_site, detail::all_threads, {.calls = 1, .elements = 20, .nanoseconds = 6});
  table.add(first_site, 1, {.calls = 1, .elements = 7, .fallbacks = 1});
  table.add(second_site, detail::one_thread, {.calls = 3});
  auto const all = table.read({"zeroth", "a device"});
  REQUIRE(all.size() == 3);
  for (auto const& one : all) {
    if (one.call == "second") {
      REQUIRE(one.where == "CPU, one thread");
      REQUIRE(one.calls == 3);
    } else if (one.where == "a device") {
      REQUIRE(one.fallbacks == 1);
      REQUIRE(one.elements == 7);
    } else {
      REQUIRE(one.where == "CPU, all threads");
      REQUIRE(one.calls == 2);
      REQUIRE(one.elements == 30);
      REQUIRE(one.bytes == 360);
      REQUIRE(one.nanoseconds == 11);
      REQUIRE(one.site == &first_site);
    }
  }
}

TEST_CASE("Threads count at once and nothing is lost", "[counters]") {
  counter_table table;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&table] {
      for (int i = 0; i < 20000; ++i)
        table.add(i % 2 == 0 ? first_site : second_site, i % 5 - 2, {.calls = 1, .elements = 2});
    });
  for (auto& thread : threads)
    thread.join();
  auto const all = table.read({});
  REQUIRE(all.size() == 10);
  REQUIRE(calls_of(all, "first") + calls_of(all, "second") == 80000);
}

TEST_CASE("A runtime counts every call, plain loops of other threads included", "[counters]") {
  runtime machine(on_cpu_only());
  auto const f = [](auto x) { return x * 3 + 1; }; // a call site of this test's own
  std::vector<int> in(50, 1), out(50);
  auto const run = [&] {
    for (int i = 0; i < 1000; ++i)
      parallel_map(on_cpu.with(machine), in, out, f);
  };
  auto const before = calls_of(machine.counters(), "parallel_map");
  auto const elements_before = elements_of(machine.counters(), "parallel_map");
  run();
  std::vector<int> other_out(50);
  std::thread([&] {
    std::vector<int> mine(50);
    for (int i = 0; i < 500; ++i)
      parallel_map(on_cpu.with(machine), in, mine, f);
  }).join();
  auto const after = machine.counters();
  REQUIRE(calls_of(after, "parallel_map") - before == 1500);
  REQUIRE(elements_of(after, "parallel_map") - elements_before == 75000);
  std::vector<int> large(3'000'000, 1), large_out(large.size());
  parallel_map(on_cpu.with(machine), large, large_out, f);
  auto const timed = machine.counters();
  REQUIRE(timed.front().nanoseconds > 0);
  REQUIRE(std::is_sorted(timed.begin(), timed.end(),
                         [](auto const& a, auto const& b) { return a.nanoseconds > b.nanoseconds; }));
}

TEST_CASE("A first call, some elements of which are timed by themselves, counts all of them", "[counters]") {
  runtime machine(on_cpu_only());
  auto const before = machine.counters(); // plain loops are counted for the process
  std::vector<float> in(100'000, 1.0f), out(in.size());
  parallel_map(on_cpu.with(machine), in, out, [](float x) { return 1 / (x + 2.0f); }); // of unknown cost
  auto const after = machine.counters();
  REQUIRE(calls_of(after, "parallel_map") - calls_of(before, "parallel_map") == 1);
  REQUIRE(elements_of(after, "parallel_map") - elements_of(before, "parallel_map") == 100'000);
}

TEST_CASE("A trace is JSON of complete events, written when its runtime ends", "[trace]") {
  auto const file = scratch("tandem-trace-");
  {
    auto options = on_cpu_only();
    options.trace = file.string();
    runtime machine(options);
    std::vector<float> in(2'000'000, 1.0f), out(in.size());
    parallel_map(on_cpu.with(machine), in, out, [](auto x) { return x + 2.0f; });
    REQUIRE_FALSE(std::filesystem::exists(file));
  }
  detail::trace_log::instance().stop();
  std::ifstream in(file);
  auto const trace = nlohmann::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  int maps = 0;
  for (auto const& event : trace.at("traceEvents")) {
    if (event.at("ph") == "M")
      continue;
    REQUIRE(event.at("ph") == "X");
    REQUIRE(event.at("dur").get<double>() >= 0);
    if (event.at("name") == "parallel_map") {
      ++maps;
      REQUIRE(event.at("cat") == "call");
      REQUIRE(event.at("args").at("elements") ==
              2'000'000 - (event.at("args").at("elements") == 2'000'000 ? 0 : 512));
    }
  }
  REQUIRE(maps == 1);
  detail::trace_log::instance().clear();
  std::filesystem::remove(file);
}

TEST_CASE("Nothing is traced unless somebody asks", "[trace]") {
  auto& log = detail::trace_log::instance();
  log.stop();
  log.clear();
  runtime machine(on_cpu_only());
  std::vector<float> in(100'000, 1.0f), out(in.size());
  auto const f = [](auto x) { return x + 4.0f; };
  parallel_map(on_cpu.with(machine), in, out, f);
  REQUIRE(log.json().find("parallel_map") == std::string::npos);
  machine.start_trace();
  parallel_map(on_cpu.with(machine), in, out, f);
  auto const file = scratch("tandem-trace-now-");
  machine.write_trace(file.string());
  REQUIRE(std::filesystem::file_size(file) > 100);
  std::filesystem::remove(file);
  log.stop();
  log.clear();
}

TEST_CASE("A trace that cannot be written names the file", "[trace]") {
  runtime machine(on_cpu_only());
  REQUIRE_THROWS_WITH(machine.write_trace("/proc/no/such/trace.json"),
                      Catch::Contains("/proc/no/such/trace.json"));
}
