// Loops on the device: every structure of state, nesting, data-dependent counts, and the budget of software
// devices.
#include "gpu_support.hpp"

#include <tandem/gpu/error.hpp>

#include <array>
#include <numeric>

using namespace tandem_test;

namespace {

std::vector<std::uint32_t> counting(std::size_t n) {
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

} // namespace

TEST_CASE("repeat over a value, a tuple, an array and nested state") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = counting(3001);
  for (int trips : {-3, 0, 1, 2, 17}) {
    auto const out = map_all<std::uint32_t>(
        [&](auto x) {
          auto const power = gpu::repeat(trips, x, [](auto s) { return s * 3u + 1u; });
          auto const [a, b] = gpu::repeat(trips, std::pair{0u, x}, [](auto, auto s) {
            return std::pair{s.second, s.first + s.second}; // both sides are read before either is set
          });
          auto const deep = gpu::repeat(trips, std::tuple{std::array{x, x}, 1u}, [](auto i, auto s) {
            auto [pair, c] = s;
            return std::tuple{std::array{pair[1] + i, pair[0]}, c * 2u};
          });
          return power ^ a ^ b ^ std::get<0>(deep)[0] ^ (std::get<0>(deep)[1] << 7) ^ std::get<1>(deep);
        },
        in);
    std::size_t wrong = 0;
    for (std::uint32_t x : in) {
      std::uint32_t power = x, a = 0, b = x, p = x, q = x, c = 1;
      for (std::uint32_t i = 0; static_cast<int>(i) < trips; ++i) {
        power = power * 3 + 1;
        std::tie(a, b) = std::tuple{b, a + b};
        std::tie(p, q) = std::tuple{q + i, p};
        c *= 2;
      }
      wrong += out[x] != (power ^ a ^ b ^ p ^ (q << 7) ^ c);
    }
    INFO("trips " << trips);
    CHECK(wrong == 0);
  }
}

TEST_CASE("nested loops and conditions: a Mandelbrot escape count") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = counting(64 * 48);
  std::uint32_t const limit = 200;
  auto const out = map_all<std::uint32_t>(
      [&](auto i) {
        auto const cx = gpu::cast<float>(i % 64u) * (3.0f / 64) - 2.0f;
        auto const cy = gpu::cast<float>(i / 64u) * (2.0f / 48) - 1.0f;
        auto const last = gpu::iterate_while(
            std::tuple{0.0f, 0.0f, 0u},
            [](auto s) { return std::get<0>(s) * std::get<0>(s) + std::get<1>(s) * std::get<1>(s) <= 4.0f; },
            [&](auto s) {
              auto const [x, y, count] = s;
              return std::tuple{x * x - y * y + cx, 2.0f * x * y + cy, count + 1u};
            },
            limit);
        return std::get<2>(last);
      },
      in);
  std::size_t wrong = 0;
  for (std::uint32_t i : in) {
    float const cx = static_cast<float>(i % 64) * (3.0f / 64) - 2.0f,
                cy = static_cast<float>(i / 64) * (2.0f / 48) - 1.0f;
    float x = 0, y = 0;
    std::uint32_t count = 0;
    for (; count < limit && x * x + y * y <= 4.0f; ++count) {
      float const next = x * x - y * y + cx;
      y = 2.0f * x * y + cy;
      x = next;
    }
    wrong += out[i] != count;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a loop in a loop, both with captured counts") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = counting(500);
  for (std::uint32_t outer : {0u, 3u, 20u})
    for (std::uint32_t inner : {0u, 1u, 9u}) {
      auto const out = map_all<std::uint32_t>(
          [&](auto x) {
            return gpu::repeat(outer, x, [&](auto i, auto s) {
              return gpu::repeat(inner, s, [&](auto j, auto t) { return t * 5u + i * 2u + j; });
            });
          },
          in);
      std::size_t wrong = 0;
      for (std::uint32_t x : in) {
        std::uint32_t s = x;
        for (std::uint32_t i = 0; i < outer; ++i)
          for (std::uint32_t j = 0; j < inner; ++j)
            s = s * 5 + i * 2 + j;
        wrong += out[x] != s;
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("trip counts may be data, in one loop or several") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = counting(2000);
  auto once = in;
  map_into<std::uint32_t>(
      [](auto x) { return gpu::repeat(x, 1u, [](auto i, auto s) { return s * 3u + i; }); }, once.data(),
      once.size(), once.data());
  auto const nested = map_all<std::uint32_t>(
      [](auto x) {
        return gpu::repeat(x % 20u, 1u, [&](auto i, auto s) {
          return gpu::repeat(i, s, [](auto j, auto t) { return t * 7u + j; });
        });
      },
      in);
  auto const odd =
      map_all<bool>([](auto x) { return gpu::repeat(x, 0u, [](auto s) { return s ^ 1u; }) == 1u; }, in);
  std::size_t wrong = 0;
  for (std::uint32_t x : in) {
    std::uint32_t single = 1, inner = 1;
    for (std::uint32_t i = 0; i < x; ++i)
      single = single * 3 + i;
    for (std::uint32_t i = 0; i < x % 20; ++i)
      for (std::uint32_t j = 0; j < i; ++j)
        inner = inner * 7 + j;
    wrong += once[x] != single || nested[x] != inner || odd[x] != (x % 2 == 1);
  }
  CHECK(wrong == 0);
}

TEST_CASE("a loop past the device's budget is refused, never wrong, and writes nothing") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::uint32_t const trips = 100000;
  auto const known = [&](auto x) { return gpu::repeat(trips, x, [](auto s) { return s + 1u; }); };
  auto const by_data = [&](auto x) { return gpu::repeat(x, 0u, [](auto s) { return s + 1u; }); };
  std::vector<std::uint32_t> values{5, 7, trips};
  if (device().info().limits.max_loop_iterations == 0) {
    CHECK(map_all<std::uint32_t>(known, values)[0] == trips + 5);
    CHECK(map_all<std::uint32_t>(by_data, values)[2] == trips);
    return;
  }
  CHECK_THROWS_AS(map_all<std::uint32_t>(known, values), gpu::unsupported_error);
  CHECK_THROWS_AS(map_into<std::uint32_t>(by_data, values.data(), 3, values.data()), gpu::unsupported_error);
  CHECK(values == std::vector<std::uint32_t>{5, 7, trips});
}
