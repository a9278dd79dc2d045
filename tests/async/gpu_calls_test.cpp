#include "support.hpp"

#include "support/skip.hpp"

#include <tandem/gpu.hpp>
#include <tandem/math.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <future>
#include <vector>

using namespace tandem;

TEST_CASE("async calls: many in flight on a GPU give the bits of the CPU", "[gpu][async][calls]") {
  bool there = false;
  for (auto const& device : gpu::list_devices())
    there = there || device.usable();
  if (!there)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  std::vector<std::vector<float>> inputs;
  for (std::size_t i = 0; i < 12; ++i) {
    inputs.emplace_back(30000 + 1000 * i);
    for (std::size_t k = 0; k < inputs[i].size(); ++k)
      inputs[i][k] = static_cast<float>(k % 1000) * 0.37f + static_cast<float>(i);
  }
  auto const curve = [](auto v) { return exp(v * -0.01f) * v; };
  std::vector<std::future<std::vector<float>>> mapped;
  std::vector<std::future<float>> sums;
  for (auto const& x : inputs) {
    mapped.push_back(async_map(on_gpu, x, curve, asio::use_future));
    sums.push_back(async_map_reduce(on_gpu, x, 0.0f, plus{}, curve, asio::use_future));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CAPTURE(i);
    auto const expected = parallel_map(on_cpu, inputs[i], curve);
    auto const got = mapped[i].get();
    CHECK((got.size() == expected.size() &&
           std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)) == 0));
    auto const sum = sums[i].get(),
               expected_sum = parallel_map_reduce(on_cpu, inputs[i], 0.0f, plus{}, curve);
    CHECK(std::memcmp(&sum, &expected_sum, sizeof sum) == 0);
  }
}
