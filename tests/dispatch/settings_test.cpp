#include <tandem/map.hpp>
#include <tandem/runtime.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using tandem::runtime;
using tandem::runtime_options;

namespace {

/// Sets an environment variable for a scope.
class environment {
 public:
  environment(char const* name, char const* value) : name_(name) { ::setenv(name, value, 1); }
  ~environment() { ::unsetenv(name_); }
  environment(environment const&) = delete;
  environment& operator=(environment const&) = delete;

 private:
  char const* name_;
};

std::string complaint(runtime_options const& options = {}) {
  try {
    runtime made{options};
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return {};
}

} // namespace

TEST_CASE("TANDEM_NUM_THREADS and its option set the pool's size", "[settings]") {
  REQUIRE(runtime{{.threads = 3}}.threads() == 3);
  environment const four{"TANDEM_NUM_THREADS", "4"};
  REQUIRE(runtime{}.threads() == 4);
  REQUIRE(runtime{{.threads = 2}}.threads() == 2); // the option wins
}

TEST_CASE("A setting with an unknown value is an error that names it and what is valid", "[settings]") {
  for (auto const* bad : {"0", "-1", "two", "3x", "5000", "99999999999999999999"}) {
    environment const setting{"TANDEM_NUM_THREADS", bad};
    CAPTURE(bad, complaint());
    CHECK_THAT(complaint(),
               Catch::Contains("TANDEM_NUM_THREADS") && Catch::Contains(bad) && Catch::Contains("1 to 4096"));
  }
  for (auto const* name : {"TANDEM_EXPLAIN", "TANDEM_VALIDATION", "TANDEM_REQUIRE_GPU"}) {
    environment const setting{name, "yes"};
    CHECK_THAT(complaint(), Catch::Contains(name) && Catch::Contains("'yes'") && Catch::Contains("0, 1"));
  }
  {
    environment const level{"TANDEM_ISA", "v9"};
    CHECK_THAT(complaint(), Catch::Contains("TANDEM_ISA is 'v9'") && Catch::Contains("baseline, v2, v3, v4"));
  }
  environment const cost{"TANDEM_COST", "thawed"};
  CHECK_THAT(complaint(), Catch::Contains("TANDEM_COST") && Catch::Contains("'thawed'") &&
                              Catch::Contains("learning, frozen"));
  CHECK_THAT(complaint({.cost = "cold"}), Catch::Contains("'cold'"));
}

TEST_CASE("An empty variable counts as unset", "[settings]") {
  environment const threads{"TANDEM_NUM_THREADS", ""};
  environment const cost{"TANDEM_COST", ""};
  REQUIRE(complaint().empty());
}

TEST_CASE("TANDEM_EXPLAIN=1 logs a line for every decision; without it nothing is logged",
          "[settings][explain]") {
  std::ostringstream log;
  auto* const before = std::clog.rdbuf(log.rdbuf());
  std::vector<float> const a(100, 1.0f);
  auto const call = [&a](runtime& where) {
    for (int i = 0; i < 3; ++i)
      static_cast<void>(tandem::parallel_map(tandem::on_cpu.with(where), a, [](float x) { return x + 1; }));
  };
  {
    environment const setting{"TANDEM_EXPLAIN", "1"};
    runtime talking;
    call(talking);
  }
  auto const text = log.str();
  runtime silent;
  call(silent);
  auto const all = log.str();
  std::clog.rdbuf(before);
  CHECK(all == text);
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK_THAT(text, Catch::Contains("tandem: map of 100 elements") && Catch::Contains("because"));
}
