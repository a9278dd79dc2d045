// gpu::map and gpu::generate: type × size × alignment × aliasing × residency, chunk boundaries, captures,
// refusals.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/gpu/error.hpp>
#include <tandem/gpu/memory.hpp>

#include <numeric>

using namespace tandem_test;

namespace {

constexpr std::size_t sizes[] = {0,   1,   2,   3,    4,    5,    7,    8,    9,    31,    63,    64,    65,
                                 255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 10007, 65537, 300007};

template <class T>
std::vector<T> numbers(std::size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(static_cast<int>(engine() % 2001) - 1000) /
           static_cast<T>(std::is_floating_point_v<T> ? 7 : 1);
  return all;
}

} // namespace

TEMPLATE_TEST_CASE("map over host memory equals the loop for any size", "", std::int32_t, std::uint32_t,
                   float, std::int64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no such type");
  using T = TestType;
  for (std::size_t n : sizes) {
    auto const a = numbers<T>(n, 1);
    auto const b = numbers<T>(n, 2);
    std::vector<T> out(n + 1, T(77));
    auto const f = [k = T(3)](auto x, auto y) { return x * k + y - T(5); };
    map_into<T>(f, out.data(), n, a.data(), b.data());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += !same<T>(out[i], f(a[i], b[i]));
    INFO("n = " << n);
    CHECK(wrong == 0);
    CHECK(out[n] == T(77));
  }
}

TEST_CASE("map starts anywhere and may write one of its inputs") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const f = [](auto x, auto y) { return x * 0.5f + y; };
  for (std::size_t n : {1ul, 5ul, 256ul, 4097ul, 70001ul})
    for (std::size_t in_offset : {0ul, 1ul, 2ul, 3ul})
      for (std::size_t out_offset : {0ul, 1ul, 3ul}) {
        auto const a = numbers<float>(n + 4, 3);
        auto const b = numbers<float>(n + 4, 4);
        std::vector<float> out(n + 4, -1.0f);
        map_into<float>(f, out.data() + out_offset, n, a.data() + in_offset, b.data());
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < n + 4; ++i) {
          bool const inside = i >= out_offset && i < out_offset + n;
          wrong += out[i] != (inside ? f(a[i - out_offset + in_offset], b[i - out_offset]) : -1.0f);
        }
        INFO("n = " << n << ", offsets " << in_offset << " and " << out_offset);
        CHECK(wrong == 0);
        auto in_place = a;
        map_into<float>(f, in_place.data() + in_offset, n, in_place.data() + in_offset, b.data());
        wrong = 0;
        for (std::size_t i = 0; i < n; ++i)
          wrong += in_place[in_offset + i] != f(a[in_offset + i], b[i]);
        CHECK(wrong == 0);
      }
}

TEST_CASE("map over device memory, from any element on") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::size_t const n = 5003;
  auto const a = numbers<float>(n, 5);
  for (std::size_t first : {0ul, 1ul, 4ul, 7ul}) {
    gpu::memory in(device(), n * 4);
    gpu::memory out(device(), n * 4);
    in.upload(a.data(), n * 4);
    out.upload(a.data(), n * 4);
    static constinit gpu::kernel_site site;
    gpu::recording& recorded = gpu::trace<float(float)>([](auto x) { return x + x; });
    gpu::operand const from[] = {gpu::operand::of<float>(in, n - first, first)};
    gpu::map(device(), site, recorded, from, gpu::operand::of<float>(out, n - first, first), n - first);
    std::vector<float> back(n);
    out.download(back.data(), n * 4);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += back[i] != (i < first ? a[i] : a[i] + a[i]);
    CHECK(wrong == 0);
  }
}

TEST_CASE("map reads and writes booleans as bytes, neighbours untouched") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {0ul, 1ul, 2ul, 3ul, 4ul, 5ul, 63ul, 1024ul, 4099ul, 70001ul})
    for (std::size_t offset : {0ul, 1ul, 2ul, 3ul}) {
      auto const a = numbers<float>(n, 6);
      std::vector<unsigned char> flags(n + 8, 1);
      bool* const out = reinterpret_cast<bool*>(flags.data() + offset);
      map_into<bool>([](auto x) { return x > 0.0f; }, out, n, a.data());
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < n + 8; ++i)
        wrong += flags[i] != (i >= offset && i < offset + n ? (a[i - offset] > 0.0f ? 1 : 0) : 1);
      INFO("n = " << n << ", offset " << offset);
      CHECK(wrong == 0);
      std::vector<std::int32_t> counted(n);
      map_into<std::int32_t>([](auto yes, auto x) { return select(yes, 1, -1) + x; }, counted.data(), n,
                             static_cast<bool const*>(out), counted.data());
      for (std::size_t i = 0; i < n; ++i)
        wrong += counted[i] != (a[i] > 0.0f ? 1 : -1);
      map_into<bool>([](auto yes) { return !yes; }, out, n, static_cast<bool const*>(out));
      for (std::size_t i = 0; i < n; ++i)
        wrong += out[i] != !(a[i] > 0.0f);
      CHECK(wrong == 0);
    }
}

TEST_CASE("map takes eight inputs, and parameters beyond the push constants") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::size_t const n = 3001;
  std::vector<std::vector<float>> in;
  for (unsigned k = 0; k < 8; ++k)
    in.push_back(numbers<float>(n, 10 + k));
  std::array<float, 40> weights;
  std::iota(weights.begin(), weights.end(), 0.25f);
  auto const f = [&](auto a, auto b, auto c, auto d, auto e, auto g, auto h, auto i) {
    auto sum = a * weights[0] + b * weights[1] + c * weights[2] + d * weights[3];
    sum = sum + e * weights[4] + g * weights[5] + h * weights[6] + i * weights[7];
    for (std::size_t k = 8; k < weights.size(); ++k)
      sum = sum + a * weights[k];
    return sum;
  };
  for (int round = 0; round < 3; ++round) {
    weights[39] += 1.5f;
    auto const out = map_all<float>(f, in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7]);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += out[i] != f(in[0][i], in[1][i], in[2][i], in[3][i], in[4][i], in[5][i], in[6][i], in[7][i]);
    CHECK(wrong == 0);
  }
}

TEST_CASE("generate gives every element its index") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes) {
    static constinit gpu::kernel_site site;
    std::vector<std::uint32_t> out(n);
    gpu::recording& recorded = gpu::trace<std::uint32_t(std::uint32_t)>([](auto i) { return i * 3u + 1u; });
    gpu::generate(device(), site, recorded, gpu::operand::of(out.data(), n), n);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += out[i] != i * 3 + 1;
    CHECK(wrong == 0);
  }
  if (supports<std::uint64_t>()) {
    static constinit gpu::kernel_site site;
    std::vector<std::uint64_t> out(10001);
    gpu::recording& recorded =
        gpu::trace<std::uint64_t(std::uint64_t)>([](auto i) { return i + (1ull << 40); });
    gpu::generate(device(), site, recorded, gpu::operand::of(out.data(), out.size()), out.size());
    CHECK(out[10000] == (1ull << 40) + 10000);
  }
}

TEST_CASE("map and generate cross every chunk boundary") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_groups = 16;
    limits.max_chunk_bytes = 40000;
  });
  for (std::size_t n : {4095ul, 4096ul, 4097ul, 8192ul, 12289ul, 100003ul}) {
    auto const a = numbers<float>(n, 8);
    auto const out = map_all<float>([](auto x) { return x * 2.0f; }, a);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += out[i] != a[i] * 2.0f;
    auto in_place = a;
    map_into<float>([](auto x) { return x * 2.0f; }, in_place.data(), n, in_place.data());
    for (std::size_t i = 0; i < n; ++i)
      wrong += in_place[i] != a[i] * 2.0f;
    static constinit gpu::kernel_site site;
    std::vector<std::uint32_t> indices(n);
    gpu::recording& recorded = gpu::trace<std::uint32_t(std::uint32_t)>([](auto i) { return i; });
    gpu::generate(device(), site, recorded, gpu::operand::of(indices.data(), n), n);
    for (std::size_t i = 0; i < n; ++i)
      wrong += indices[i] != i;
    INFO("n = " << n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("captures and globals are seen as they are at each call, with one kernel") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static float global = 1.0f;
  float by_reference = 2.0f;
  std::vector<float> const a(1000, 3.0f);
  std::vector<float> out(1000);
  static constinit gpu::kernel_site site;
  auto const before = device().statistics();
  std::uint64_t built_by_first = 0;
  for (int round = 0; round < 20; ++round) {
    global += 0.5f;
    by_reference *= 1.25f;
    gpu::recording& recorded = gpu::trace<float(float)>(
        [&by_reference, k = static_cast<float>(round)](auto x) { return x * by_reference + global * k; });
    gpu::operand const in[] = {gpu::operand::of(a.data(), a.size())};
    gpu::map(device(), site, recorded, in, gpu::operand::of(out.data(), out.size()), out.size());
    CHECK(out[999] == 3.0f * by_reference + global * static_cast<float>(round));
    if (round == 0)
      built_by_first = device().statistics().pipelines_created;
  }
  CHECK(site.shapes() == 1);
  CHECK(device().statistics().pipelines_created == built_by_first);
  CHECK(built_by_first <= before.pipelines_created + 1);
}

TEST_CASE("a steady loop of calls allocates nothing on the device and builds nothing") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<float> const a(10000, 3.0f);
  std::vector<float> out(10000);
  auto const call = [&](float k) {
    map_into<float>([k](auto x) { return x * k; }, out.data(), out.size(), a.data());
  };
  for (int i = 0; i < 10; ++i)
    call(static_cast<float>(i));
  auto const before = device().statistics();
  for (int i = 0; i < 100; ++i)
    call(static_cast<float>(i));
  auto const after = device().statistics();
  CHECK(after.device_allocations == before.device_allocations);
  CHECK(after.command_buffers == before.command_buffers);
  CHECK(after.pipelines_created == before.pipelines_created);
  CHECK(after.kernels_compiled == before.kernels_compiled);
  CHECK(out[5] == 3.0f * 99.0f);
}

TEST_CASE("a native loop unrolled by a capture makes a shape per count") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  std::vector<float> const a(100, 1.0f);
  std::vector<float> out(100);
  for (int count : {1, 2, 5, 2, 1, 5}) {
    gpu::recording& recorded = gpu::trace<float(float)>([&](auto x) {
      for (int i = 0; i < count; ++i)
        x = x + x;
      return x;
    });
    gpu::operand const in[] = {gpu::operand::of(a.data(), a.size())};
    gpu::map(device(), site, recorded, in, gpu::operand::of(out.data(), out.size()), out.size());
    CHECK(out[99] == static_cast<float>(1 << count));
  }
  CHECK(site.shapes() == 3);
}

TEST_CASE("captured tables are read anywhere, zero past their end") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::size_t const n = 4099;
  auto const table = numbers<float>(n, 9);
  std::vector<float> out(n);
  static constinit gpu::kernel_site site;
  gpu::recording& recorded = gpu::trace<float(std::uint32_t)>([&](auto i) {
    auto const at = [&](auto k) { return gpu::load(table.data(), n, k); };
    return at(i - 1u) + at(i) + at(i + 1u);
  });
  gpu::generate(device(), site, recorded, gpu::operand::of(out.data(), n), n);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    wrong += out[i] != (i > 0 ? table[i - 1] : 0.0f) + table[i] + (i + 1 < n ? table[i + 1] : 0.0f);
  CHECK(wrong == 0);
  std::vector<flag> flags(n);
  for (std::size_t i = 0; i < n; ++i)
    flags[i].value = i % 3 == 0;
  std::vector<std::int32_t> indices(n);
  std::iota(indices.begin(), indices.end(), -5);
  auto const picked = map_all<bool>(
      [&](auto i) { return gpu::load(reinterpret_cast<bool const*>(flags.data()), n, i); }, indices);
  for (std::size_t i = 0; i < n; ++i)
    wrong += picked[i] != (i >= 5 && (i - 5) % 3 == 0);
  CHECK(wrong == 0);
}

TEST_CASE("large captured tables of booleans may start at any byte") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::size_t const n = 3000001;
  std::vector<flag> flags(n + 3);
  for (std::size_t i = 0; i < n + 3; ++i)
    flags[i].value = (i * 2654435761u >> 7) % 3 == 0;
  std::vector<std::int32_t> indices(20000);
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i] = static_cast<std::int32_t>(i * 149);
  for (std::size_t offset : {0ul, 1ul, 2ul, 3ul}) {
    bool const* const table = reinterpret_cast<bool const*>(flags.data() + offset);
    auto const picked = map_all<bool>([&](auto i) { return gpu::load(table, n, i); }, indices);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < indices.size(); ++i)
      wrong += picked[i].value != table[indices[i]];
    CHECK(wrong == 0);
  }
}

TEST_CASE("a type the device lacks is refused by name, before anything is written") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<float> const a(10, 1.0f);
  std::vector<float> out(10, -1.0f);
  auto const wide = [&] {
    map_into<float>([](auto x) { return gpu::cast<float>(x * 2.0 + 1.0); }, out.data(), out.size(), a.data());
  };
  if (supports<double>()) {
    wide();
    CHECK(out[9] == 3.0f);
    return;
  }
  CHECK_THROWS_AS(wide(), gpu::unsupported_error);
  CHECK_THROWS_WITH(wide(), Catch::Contains("double") && Catch::Contains(device().info().name));
  CHECK(out[9] == -1.0f);
}

TEST_CASE("sizes and types that disagree are refused before anything is written") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<float> const a(10, 1.0f);
  std::vector<float> out(20, -1.0f);
  static constinit gpu::kernel_site site;
  gpu::recording& recorded = gpu::trace<float(float)>([](auto x) { return x; });
  gpu::operand const in[] = {gpu::operand::of(a.data(), a.size())};
  CHECK_THROWS_AS(gpu::map(device(), site, recorded, in, gpu::operand::of(out.data(), 20), 20),
                  std::invalid_argument);
  std::vector<std::int32_t> wrong(10);
  CHECK_THROWS_AS(gpu::map(device(), site, recorded, in, gpu::operand::of(wrong.data(), 10), 10),
                  std::invalid_argument);
  CHECK(out[0] == -1.0f);
}
