// The main function of every test program: Catch2's, with skips that ctest can see (exit status 77).
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "support/skip.hpp"

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace {
std::atomic<int> skip_count = 0;
}

namespace tandem_test {

void note_skip(std::string const& reason) {
  std::cout << "SKIPPED: " << reason << std::endl;
  ++skip_count;
}

void note_missing_gpu(std::string const& reason) {
  if (char const* required = std::getenv("TANDEM_REQUIRE_GPU");
      required && std::string_view{required} == "1") {
    throw std::runtime_error("TANDEM_REQUIRE_GPU=1, and yet: " + reason);
  }
  note_skip(reason);
}

} // namespace tandem_test

int main(int argc, char* argv[]) {
  int const failures = Catch::Session{}.run(argc, argv);
  if (failures != 0) {
    return 1;
  }
  return skip_count > 0 ? 77 : 0;
}
