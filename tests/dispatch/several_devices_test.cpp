// Two Vulkan devices at once: lavapipe and SwiftShader in one process.
#include "eager_device.hpp"
#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace tandem;
using namespace tandem_test;

namespace {

/// Indices of the devices that can be used, as a selector.
std::string all_devices() {
  std::string list;
  for (auto const& device : gpu::list_devices())
    if (device.usable())
      list += (list.empty() ? "" : ",") + std::to_string(device.index);
  return list;
}

bool there_are_two() {
  return all_devices().find(',') != std::string::npos;
}

std::vector<float> ramp(std::size_t n) {
  std::vector<float> values(n);
  std::iota(values.begin(), values.end(), 0.5f);
  return values;
}

auto const doubled = [](auto x) { return x * 2.0f + 1.0f; };

} // namespace

#define NEEDS_TWO                                                                                            \
  if (!there_are_two())                                                                                      \
  TANDEM_SKIP_NO_GPU("there are not two Vulkan devices")

TEST_CASE("A list names the devices among which is chosen", "[gpu][devices]") {
  NEEDS_TWO;
  runtime where{{.device = all_devices()}};
  where.find_device();
  auto const devices = where.current_machine().devices;
  REQUIRE(devices.size() == 2);
  CHECK(devices[0].name != devices[1].name);
  CHECK((devices[0].admitted && devices[1].admitted));
  runtime by_name{{.device = "swiftshader, llvmpipe"}};
  by_name.find_device();
  CHECK(by_name.current_machine().devices.size() == 2);
  CHECK_THAT(by_name.current_machine().devices[0].name, Catch::Contains("SwiftShader"));
  CHECK_THROWS_AS(gpu::select_devices(gpu::list_devices(), "llvmpipe,nonesuch"), std::invalid_argument);
}

TEST_CASE("automatic and on_gpu take the faster device, and array data follow", "[gpu][devices]") {
  NEEDS_TWO;
  auto const host = ramp(20000);
  auto const expected = parallel_map(on_cpu, host, doubled);
  scratch_folder first_folder, second_folder;
  runtime first{eager_options(first_folder, all_devices(), 0)},
      second{eager_options(second_folder, all_devices(), 1)};
  for (auto* const where : {&first, &second}) {
    where->find_device();
    int const wanted = where == &first ? 0 : 1;
    REQUIRE(until_on_gpu(*where,
                         [&] { CHECK(parallel_map(automatic.with(*where), host, doubled) == expected); }));
    CHECK(where->last_decision().chosen.device == wanted);
    CHECK(parallel_map(on_gpu.with(*where), host, doubled) == expected);
    CHECK(where->last_decision().chosen.device == wanted);
    CHECK(parallel_map(on_both.with(*where), host, doubled) == expected);
    CHECK(where->last_decision().where() == backend::both);
    CHECK(where->last_decision().chosen.device == wanted);
  }
  array<float> x(host);
  std::vector<float> by_hand = host;
  for (int i = 0; i < 3; ++i)
    for (auto* const where : {&first, &second}) {
      parallel_map(on_gpu.with(*where), x, x, doubled);
      for (auto& value : by_hand)
        value = value * 2.0f + 1.0f;
    }
  auto const moved = second.last_decision().asked.device_moved_bytes;
  CHECK(moved[0] == 0.0f);     // it came from the first one
  CHECK(moved[1] == 80000.0f); // and had to be moved to the second
  CHECK(x.to_vector() == by_hand);
}

TEST_CASE("When one device is lost, the other goes on", "[gpu][devices][fault]") {
  NEEDS_TWO;
  auto const arm = find_switch();
  auto const choose = reinterpret_cast<choose_function>(fault_layer_symbol("tandem_fault_choose"));
  if (arm == nullptr || choose == nullptr)
    TANDEM_SKIP_NO_GPU("the fault layer is not loaded");
  auto const host = ramp(20000);
  auto const expected = parallel_map(on_cpu, host, doubled);
  scratch_folder folder;
  auto const options = eager_options(folder, all_devices());
  runtime where{options};
  where.find_device();
  auto const call = [&] { CHECK(parallel_map(automatic.with(where), host, doubled) == expected); };
  REQUIRE(until_on_gpu(where, call));
  auto const used = where.last_decision().chosen.device;
  auto const name = where.current_machine().devices[static_cast<std::size_t>(used)].name;
  // Devices choose when they are opened: lose all, and only the one comes back under the layer's hand.
  choose(name.c_str());
  arm(1, -4, true);
  call();
  arm(0, 0, false);
  CHECK(where.last_decision().where() != backend::gpu);
  REQUIRE(until_on_gpu(where, call));
  CHECK(where.last_decision().chosen.device != used);
  choose("");
}
