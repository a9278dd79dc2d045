// Runs the same work on the CPU and on a GPU and compares the results bit by bit.
#pragma once

#include <tandem/tandem.hpp>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace samples {

/// `work(policy)` returns a std::vector. Prints a line for each side; without a GPU, why there is none.
/// Returns the CPU's result.
template <class Work>
auto on_both_sides(char const* title, Work work) {
  auto const timed = [&](char const* where, auto policy) {
    auto const start = std::chrono::steady_clock::now();
    auto result = work(policy);
    double const ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::printf("  %-4s %10.2f ms\n", where, ms);
    return result;
  };
  std::printf("%s\n", title);
  auto const cpu = timed("CPU", tandem::on_cpu);
  try {
    work(tandem::on_gpu); // compiles the kernels
    auto const gpu = timed("GPU", tandem::on_gpu);
    bool const same =
        cpu.size() == gpu.size() && std::memcmp(cpu.data(), gpu.data(), cpu.size() * sizeof cpu[0]) == 0;
    std::printf("  %s\n", same ? "the same bits on both" : "the results differ");
  } catch (tandem::no_device_error const& error) {
    std::printf("  no GPU: %s\n", error.what());
  }
  return cpu;
}

} // namespace samples
