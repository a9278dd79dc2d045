// select_device on invented machines: no driver needed.
#include <tandem/gpu/device.hpp>

#include <catch2/catch.hpp>

using namespace tandem::gpu;

namespace {

device_info invent(unsigned index, std::string name, device_kind kind, std::string uuid,
                   std::string refused = {}) {
  device_info info;
  info.index = index;
  info.name = std::move(name);
  info.kind = kind;
  info.uuid = std::move(uuid);
  info.refused = std::move(refused);
  return info;
}

std::vector<device_info> machine() {
  return {invent(0, "Quick Card 9000", device_kind::discrete, "aaaaaaaa-0000-0000-0000-000000000001"),
          invent(1, "Small Card", device_kind::integrated, "bbbbbbbb-0000-0000-0000-000000000002"),
          invent(2, "llvmpipe (LLVM)", device_kind::cpu, "cccccccc-0000-0000-0000-000000000003"),
          invent(3, "Old Card", device_kind::discrete, "dddddddd-0000-0000-0000-000000000004",
                 "it has no timeline semaphores")};
}

std::string message_of(std::vector<device_info> const& devices, std::string_view selection) {
  try {
    select_device(devices, selection);
  } catch (std::exception const& failure) {
    return failure.what();
  }
  return {};
}

} // namespace

TEST_CASE("a selection finds its device") {
  auto const [selection, index] = GENERATE(table<std::string, std::size_t>({
      {"auto", 0},
      {"AUTO", 0},
      {"gpu", 0},
      {"cpu", 2},
      {"0", 0},
      {"1", 1},
      {"2", 2},
      {"quick", 0},
      {"SMALL card", 1},
      {"LLVMpipe", 2},
      {"bbbbbbbb-0000-0000-0000-000000000002", 1},
      {"BBBBBBBB", 1},
      {"cccccccc0000", 2},
  }));
  CAPTURE(selection);
  CHECK(select_device(machine(), selection) == index);
}

TEST_CASE("a refused device is passed over, and named when asked for") {
  auto devices = machine();
  devices[0].refused = "it has Vulkan 1.0.3, tandem needs 1.2";
  CHECK(select_device(devices, "auto") == 1);
  CHECK(select_device(devices, "gpu") == 1);
  CHECK_THROWS_AS(select_device(devices, "0"), tandem::no_device_error);
  CHECK_THROWS_AS(select_device(devices, "quick"), tandem::no_device_error);
  CHECK_THROWS_AS(select_device(devices, "3"), tandem::no_device_error);
  auto const message = message_of(devices, "quick");
  CHECK(message.find("it has Vulkan 1.0.3") != std::string::npos);
  CHECK(message.find("it has no timeline semaphores") != std::string::npos);
}

TEST_CASE("a selection that names nothing lists what would") {
  auto const selection = GENERATE(std::string{}, "4", "99", "geforce", "eeeeeeee", "-1", "gpu0");
  CAPTURE(selection);
  CHECK_THROWS_AS(select_device(machine(), selection), std::invalid_argument);
  auto const message = message_of(machine(), selection);
  for (auto const& device : machine()) {
    CHECK(message.find(device.name) != std::string::npos);
    CHECK(message.find(device.uuid) != std::string::npos);
  }
  CHECK(message.find("'" + selection + "'") != std::string::npos);
}

TEST_CASE("no device of the kind asked for") {
  std::vector<device_info> const only_software{machine()[2]};
  CHECK(select_device(only_software, "auto") == 0);
  CHECK_THROWS_AS(select_device(only_software, "gpu"), tandem::no_device_error);
  std::vector<device_info> const only_real{machine()[0]};
  CHECK_THROWS_AS(select_device(only_real, "cpu"), tandem::no_device_error);
  CHECK_THROWS_AS(select_device({}, "auto"), tandem::no_device_error);
}

TEST_CASE("gpu::error names the operation and the result") {
  error const lost{"vkQueueSubmit", -4, 128};
  CHECK(std::string{lost.what()} == "vkQueueSubmit failed with VK_ERROR_DEVICE_LOST (-4) after 128 elements");
  CHECK(lost.vk_result() == -4);
  CHECK(lost.completed() == 128);
  CHECK(std::string{error{"vkFoo", -77}.what()} == "vkFoo failed with VkResult -77");
}
