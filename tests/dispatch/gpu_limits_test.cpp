// What a device has no room for goes to the CPU under `automatic`, and is a typed error under `on_gpu`.
#include "eager_device.hpp"
#include "support/skip.hpp"

#include <runtime/engine.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <numeric>

using namespace tandem;
using namespace tandem_test;

namespace {

constexpr std::size_t n = 100001;

/// As if the device could not allocate more than this at once.
class small_allocations {
 public:
  small_allocations(std::string const& device, std::uint64_t bytes)
      : device_(gpu::device::open(device)), before_(device_.engine().limits()) {
    auto lowered = before_;
    lowered.max_memory_bytes = bytes;
    device_.engine().set_limits(lowered);
  }
  ~small_allocations() { device_.engine().set_limits(before_); }
  small_allocations(small_allocations const&) = delete;
  small_allocations& operator=(small_allocations const&) = delete;

 private:
  gpu::device device_;
  gpu::detail::work_limits before_;
};

array<std::uint32_t> numbers() {
  array<std::uint32_t> values(n);
  std::iota(values.begin(), values.end(), 7u);
  for (auto& value : values)
    value *= 2654435761u;
  return values;
}

struct array_call {
  char const* name;
  std::function<std::vector<std::uint32_t>(runtime&, bool insist)> run;
};

template <class Call>
array_call named(char const* name, Call call) {
  return {name, [call](runtime& where, bool insist) {
            return insist ? call(on_gpu.with(where)) : call(automatic.with(where));
          }};
}

std::vector<array_call> calls() {
  return {named("map",
                [](auto where) {
                  return parallel_map(where, numbers(), [](auto x) { return x * 3u; }).to_vector();
                }),
          named("scan in place",
                [](auto where) {
                  auto data = numbers();
                  parallel_inclusive_scan(where, data, data, plus{});
                  return data.to_vector();
                }),
          named("sort", [](auto where) {
            auto data = numbers();
            parallel_sort(where, data);
            return data.to_vector();
          })};
}

} // namespace

TEST_CASE("An array that is larger than any allocation of the device", "[gpu][array][limits]") {
  auto const device = first_device();
  if (device.empty())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  scratch_folder folder;
  auto const options = eager_options(folder, device);
  runtime cpu_only{on_the_cpu(options)};
  small_allocations const lowered(device, n * sizeof(std::uint32_t) - 1);
  for (auto const& call : calls()) {
    CAPTURE(call.name);
    runtime where{options};
    where.find_device();
    auto const expected = call.run(cpu_only, false);
    bool refused = false;
    auto const last = std::chrono::steady_clock::now() + std::chrono::seconds{120};
    while (!refused && std::chrono::steady_clock::now() < last) { // the CPU serves while kernels compile
      REQUIRE(call.run(where, false) == expected);
      refused = where.last_decision().why == reason::unsupported_kernel;
      std::this_thread::sleep_for(std::chrono::milliseconds{refused ? 0 : 5});
    }
    CHECK(refused);
    CHECK(where.last_decision().where() != backend::gpu);
    CHECK_THROWS_AS(call.run(where, true), gpu::unsupported_error);
    CHECK(call.run(where, false) == expected); // and the device is not blamed for it
    CHECK_THAT(where.explain(), !Catch::Contains("tried again later"));
  }
}
