#include <runtime/background.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace tandem::gpu::detail;

TEST_CASE("finishing waits for what tasks hand over while they run, too") {
  std::atomic<int> done{0};
  run_in_background([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    run_in_background([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      run_in_background([&] { ++done; });
      ++done;
    });
    ++done;
    throw std::runtime_error("dropped");
  });
  finish_background();
  CHECK(done == 3);
  finish_background(); // with nothing to wait for
  stop_background();
  run_in_background([&] { ++done; });
  finish_background();
  CHECK(done == 3);
}
