#include "gpu_support.hpp"

using gpu_dispatch::same_bits;
using gpu_dispatch::there_is_a_device;
using gpu_dispatch::why_not;

namespace {

std::vector<std::size_t> const sizes{0,   1,   3,    4,    5,    7,    8,     9,     255,
                                     256, 257, 1023, 4095, 4096, 4097, 65537, 200003};

template <class T>
std::vector<T> random_values(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(n);
  for (auto& value : values)
    if constexpr (std::is_floating_point_v<T>)
      value = static_cast<T>(std::uniform_real_distribution<double>(-1000, 1000)(random));
    else
      value = static_cast<T>(random());
  return values;
}

} // namespace

#define NEEDS_DEVICE_FOR(T)                                                                                  \
  if (!there_is_a_device())                                                                                  \
    TANDEM_SKIP_NO_GPU("no Vulkan device");                                                                  \
  if (auto const why = why_not<T>(); !why.empty())                                                           \
  TANDEM_SKIP(why)

TEMPLATE_TEST_CASE("on_gpu gives the bits of on_cpu: map", "[gpu][map]", std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t, float, double) {
  NEEDS_DEVICE_FOR(TestType);
  TestType const captured = 7;
  auto const f = [captured](auto x, auto y) { return x * captured - y / (captured + 1); };
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const a = random_values<TestType>(n, 1);
    auto const b = random_values<TestType>(n, 2);
    REQUIRE(same_bits(tandem::parallel_map(tandem::on_gpu, a, b, f),
                      tandem::parallel_map(tandem::on_cpu, a, b, f)));
  }
}

TEMPLATE_TEST_CASE("on_gpu gives the bits of on_cpu: reductions", "[gpu][reduce]", std::int32_t,
                   std::uint32_t, std::int64_t, std::uint64_t, float, double) {
  NEEDS_DEVICE_FOR(TestType);
  auto const same = [](TestType a, TestType b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  auto const left = [](auto x, auto y) {
    return x * TestType(3) + y;
  }; // taken as associative only: the ordered tree
  auto const product = [](auto x, auto y) { return x * y; };
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const a = random_values<TestType>(n, 3);
    auto const b = random_values<TestType>(n, 4);
    TestType const init = 5;
    CHECK(same(tandem::parallel_reduce(tandem::on_gpu, a, init, tandem::plus{}),
               tandem::parallel_reduce(tandem::on_cpu, a, init, tandem::plus{})));
    CHECK(same(tandem::parallel_reduce(tandem::on_gpu, a, init, tandem::maximum{}),
               tandem::parallel_reduce(tandem::on_cpu, a, init, tandem::maximum{})));
    CHECK(same(tandem::parallel_reduce(tandem::on_gpu, a, init, left),
               tandem::parallel_reduce(tandem::on_cpu, a, init, left)));
    CHECK(same(tandem::parallel_map_reduce(tandem::on_gpu, a, b, init, tandem::plus{}, product),
               tandem::parallel_map_reduce(tandem::on_cpu, a, b, init, tandem::plus{}, product)));
  }
}

TEST_CASE("on_gpu gives the bits of on_cpu: generate, mixed types, comparisons", "[gpu][map]") {
  NEEDS_DEVICE_FOR(float);
  for (auto const n : sizes) {
    CAPTURE(n);
    std::vector<float> a(n), b(n);
    auto const f = [](auto i) { return tandem::cast<float>(i) * 0.25f - 3.0f; };
    tandem::parallel_generate(tandem::on_gpu, a, f);
    tandem::parallel_generate(tandem::on_cpu, b, f);
    REQUIRE(same_bits(a, b));
    auto const counts = random_values<std::int32_t>(n, 5);
    auto const mixed = [](auto x, auto k) { return x + tandem::cast<float>(k % 10); };
    REQUIRE(same_bits(tandem::parallel_map(tandem::on_gpu, a, counts, mixed),
                      tandem::parallel_map(tandem::on_cpu, a, counts, mixed)));
    auto const positive = [](auto x) { return x > 0; };
    REQUIRE(same_bits(tandem::parallel_map(tandem::on_gpu, a, positive),
                      tandem::parallel_map(tandem::on_cpu, a, positive)));
  }
}

TEST_CASE("Captures by reference and globals are seen as they are at each call", "[gpu][map]") {
  NEEDS_DEVICE_FOR(float);
  static float global = 1;
  float by_reference = 1;
  auto const a = random_values<float>(1000, 6);
  auto const f = [&by_reference](auto x) { return x * by_reference + global; };
  for (int i = 0; i < 5; ++i) {
    by_reference = static_cast<float>(i);
    global = static_cast<float>(10 - i);
    REQUIRE(
        same_bits(tandem::parallel_map(tandem::on_gpu, a, f), tandem::parallel_map(tandem::on_cpu, a, f)));
  }
}

TEST_CASE("A native loop unrolled by a captured count is a kernel per count", "[gpu][map]") {
  NEEDS_DEVICE_FOR(float);
  auto const a = random_values<float>(500, 7);
  for (int const count : {0, 1, 5, 2, 5}) {
    auto const f = [count](auto x) {
      auto sum = x * 0.5f;
      for (int i = 0; i < count; ++i)
        sum = sum * 0.75f + x;
      return sum;
    };
    REQUIRE(
        same_bits(tandem::parallel_map(tandem::on_gpu, a, f), tandem::parallel_map(tandem::on_cpu, a, f)));
  }
}

TEST_CASE("An array stays on the device through a chain of calls", "[gpu][array]") {
  NEEDS_DEVICE_FOR(float);
  auto const host = random_values<float>(10000, 8);
  tandem::array<float> const a(host);
  auto const b = tandem::parallel_map(tandem::on_gpu, a, [](auto x) { return x + 1; });
  REQUIRE(a.resident());
  REQUIRE(b.resident());
  auto c = tandem::parallel_map(tandem::on_gpu, b, a, [](auto x, auto y) { return x * y; });
  tandem::parallel_map(tandem::on_gpu, c, c, [](auto x) { return -x; });
  auto const sum = tandem::parallel_reduce(tandem::on_gpu, c, 0.0f, tandem::plus{});
  REQUIRE(c.resident());
  std::vector<float> expected(host.size());
  for (std::size_t i = 0; i < host.size(); ++i)
    expected[i] = -((host[i] + 1) * host[i]);
  REQUIRE(c.to_vector() == expected);
  REQUIRE(sum == tandem::parallel_reduce(tandem::on_cpu, expected, 0.0f, tandem::plus{}));
  c[0] = 99; // the host's copy is now the only right one
  REQUIRE_FALSE(c.resident());
  auto const d = tandem::parallel_map(tandem::on_gpu, c, [](auto x) { return x; });
  REQUIRE(std::as_const(d)[0] == 99);
}

TEST_CASE("automatic may use the device that TANDEM_DEVICE or an option names, and says so",
          "[gpu][automatic]") {
  NEEDS_DEVICE_FOR(float);
  auto const name = tandem::gpu::device::open_default().info().name;
  tandem::runtime runtime{{.device = name}};
  REQUIRE(runtime.find_device() == name);
  auto const a = random_values<float>(5000, 9);
  auto const f = [](auto x) { return tandem::repeat(2000, x, [](auto s) { return s * 0.999f + 0.001f; }); };
  auto const expected = tandem::parallel_map(tandem::on_cpu, a, f);
  for (int i = 0; i < 20; ++i)
    REQUIRE(same_bits(tandem::parallel_map(tandem::automatic.with(runtime), a, f), expected));
  auto const made = runtime.last_decision();
  REQUIRE(made.candidate_count == 3);
  CHECK_THAT(runtime.explain(), Catch::Contains(name.substr(0, 20)));
}

TEST_CASE("automatic leaves software devices alone unless asked", "[gpu][automatic]") {
  NEEDS_DEVICE_FOR(float);
  if (!tandem::gpu::device::open_default().info().software())
    TANDEM_SKIP("this device is real hardware");
  tandem::runtime runtime;
  runtime.find_device();
  std::vector<float> const a(100000, 1);
  for (int i = 0; i < 10; ++i)
    static_cast<void>(tandem::parallel_map(tandem::automatic.with(runtime), a, [](auto x) { return x + 2; }));
  REQUIRE(runtime.last_decision().where() != tandem::backend::gpu);
}

TEST_CASE("device = cpu keeps a runtime off every GPU, and on_gpu says so", "[gpu][errors]") {
  tandem::runtime runtime{{.device = "cpu"}};
  std::vector<float> const a(10, 1);
  CHECK_THROWS_AS(tandem::parallel_map(tandem::on_gpu.with(runtime), a, [](auto x) { return x; }),
                  tandem::no_device_error);
  CHECK_THROWS_WITH(tandem::parallel_map(tandem::on_gpu.with(runtime), a, [](auto x) { return x; }),
                    Catch::Contains("TANDEM_DEVICE=cpu"));
  CHECK(tandem::parallel_map(tandem::automatic.with(runtime), a, [](auto x) { return x; }) == a);
}

TEST_CASE("A missing type is refused by name under on_gpu and served by the CPU otherwise", "[gpu][errors]") {
  NEEDS_DEVICE_FOR(float);
  auto const device = tandem::gpu::device::open_default();
  if (device.info().features.float64)
    TANDEM_SKIP("this device has 64-bit floats");
  tandem::runtime runtime{{.device = device.info().name}};
  std::vector<double> const a(100000, 1.5);
  auto const f = [](auto x) { return x * 2; };
  CHECK_THROWS_WITH(tandem::parallel_map(tandem::on_gpu.with(runtime), a, f),
                    Catch::Contains("double") || Catch::Contains("float64"));
  for (int i = 0; i < 5; ++i)
    CHECK(tandem::parallel_map(tandem::automatic.with(runtime), a, f) == std::vector<double>(a.size(), 3.0));
}
