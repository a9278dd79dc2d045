// What lambdas may be given and return on every device: structs, several outputs, narrow numbers, pictures. Each case runs
// one lambda on the CPU and on the GPU and compares bits.
#include "gpu_support.hpp"
#include "language_structs.hpp"

#include <algorithm>

#pragma GCC diagnostic ignored                                                                               \
    "-Wconversion" // the point of these lambdas is what C++ does without being asked

using gpu_dispatch::same_bits;
using tandem::half;
using tandem::on_cpu;
using tandem::on_gpu;

namespace {

struct rgb {
  std::uint8_t r, g, b;
};
TANDEM_STRUCT(rgb, r, g, b);

struct rgba {
  std::uint8_t r, g, b, a;
};
TANDEM_STRUCT(rgba, r, g, b, a);

struct wide {
  std::int8_t small;
  double number;
  std::uint64_t count;
};
TANDEM_STRUCT(wide, small, number, count);

constexpr std::size_t sizes[] = {0, 1, 2, 3, 5, 255, 4099, 70001};

template <class T>
std::vector<T> random_bits(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> all(n);
  for (T& each : all) {
    auto const bits = random();
    if constexpr (std::is_same_v<T, float>)
      each = static_cast<float>(static_cast<std::int32_t>(bits)) / 65536.0f;
    else if constexpr (std::is_same_v<T, half>)
      each = half::from_bits(static_cast<std::uint16_t>(bits));
    else
      each = static_cast<T>(bits);
  }
  return all;
}

std::vector<physics::particle> particles(std::size_t n) {
  auto const bits = random_bits<std::uint32_t>(4 * n, 8);
  std::vector<physics::particle> all(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::memset(static_cast<void*>(&all[i]), 0, sizeof all[i]);
    auto const* const b = bits.data() + 4 * i;
    all[i] = {{static_cast<float>(b[0] % 1000) / 7, static_cast<float>(b[1])},
              {static_cast<float>(b[2] % 100), 2.5f},
              static_cast<std::int32_t>(b[3]),
              static_cast<std::uint8_t>(b[0]),
              b[1] % 2 == 0,
              static_cast<float>(b[2] % 5000) / 3};
  }
  return all;
}

/// Any NaN is like any other.
bool same_halves(std::vector<half> const& a, std::vector<half> const& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].bits() != b[i].bits() && !(tandem::isnan(float(a[i])) && tandem::isnan(float(b[i]))))
      return false;
  return a.size() == b.size();
}

} // namespace

TEST_CASE("structs go in and come out, nested ones and narrow members too", "[gpu][language]") {
  NEEDS_A_DEVICE();
  auto const f = [](auto p) {
    p.position.x += p.velocity[0] * 2 + p.charge;
    p.tag += 200;
    p.charge *= 1.3f;
    p.mass = -p.mass / 3;
    p.alive = !p.alive || p.position.x > 100.0f;
    return p;
  };
  for (auto const n : sizes) {
    auto const in = particles(n);
    auto out = in, expected = in;
    tandem::parallel_map(on_gpu, in, out, f);
    tandem::parallel_map(on_cpu, in, expected, f);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += !(out[i].position.x == expected[i].position.x && out[i].position.y == expected[i].position.y &&
                 out[i].velocity == expected[i].velocity && out[i].mass == expected[i].mass &&
                 out[i].tag == expected[i].tag && out[i].alive == expected[i].alive &&
                 out[i].charge.bits() == expected[i].charge.bits());
    INFO("n = " << n);
    CHECK(wrong == 0);
    auto in_place = in;
    tandem::parallel_map(on_gpu, in_place, in_place, f);
    CHECK(same_bits(in_place, out));
    auto const weigh = [](auto p) { return p.position.x * p.velocity[0] + p.tag; };
    CHECK(tandem::parallel_map_reduce(on_gpu, in, 1.0f, tandem::plus{}, weigh) ==
          tandem::parallel_map_reduce(on_cpu, in, 1.0f, tandem::plus{}, weigh));
  }
}

TEST_CASE("structs of bytes share words with their neighbours", "[gpu][language]") {
  NEEDS_A_DEVICE();
  auto const grey = [](auto p) {
    auto const y = (p.r * 77 + p.g * 151 + p.b * 28) >> 8;
    p.r = y;
    p.g = y;
    p.b = y + 1;
    return p;
  };
  for (auto const n : sizes)
    for (std::size_t first : {0u, 1u, 2u, 3u}) {
      INFO("n = " << n << " from " << first);
      auto const bytes = random_bits<std::uint8_t>(4 * (n + 4), 2);
      std::vector<rgb> a(n + 4), expected;
      std::memcpy(static_cast<void*>(a.data()), bytes.data(), a.size() * sizeof(rgb));
      expected = a;
      auto const part = [&](std::vector<rgb>& of) { return std::span(of).subspan(first, n); };
      auto const a_part = part(a), expected_part = part(expected);
      tandem::parallel_map(on_gpu, a_part, a_part, grey);
      tandem::parallel_map(on_cpu, expected_part, expected_part, grey);
      CHECK(same_bits(a, expected));
      std::vector<rgba> b(n);
      std::memcpy(static_cast<void*>(b.data()), bytes.data(), n * sizeof(rgba));
      CHECK(same_bits(tandem::parallel_map(on_gpu, b, grey), tandem::parallel_map(on_cpu, b, grey)));
    }
}

TEST_CASE("64-bit members, where the device has them", "[gpu][language]") {
  NEEDS_A_DEVICE();
  auto const& has = tandem::gpu::device::open_default().info().features;
  std::vector<wide> in(1001);
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = {static_cast<std::int8_t>(i), static_cast<double>(i) / 3, ~std::uint64_t{i}};
  auto const f = [](auto w) {
    w.number = w.number * 2 + w.small;
    w.count += 1u;
    --w.small;
    return w;
  };
  if (!has.int64 || !has.float64) {
    CHECK_THROWS_AS(tandem::parallel_map(on_gpu, in, f), tandem::gpu::unsupported_error);
    return;
  }
  auto const out = tandem::parallel_map(on_gpu, in, f);
  auto const expected = tandem::parallel_map(on_cpu, in, f);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < in.size(); ++i)
    wrong += !(out[i].small == expected[i].small && out[i].number == expected[i].number &&
               out[i].count == expected[i].count);
  CHECK(wrong == 0);
}

TEST_CASE("several outputs, narrow ones among them, and swapped in place", "[gpu][language]") {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    INFO("n = " << n);
    auto const x = random_bits<float>(n, 1);
    auto const u = random_bits<std::uint8_t>(n, 2);
    auto const f = [](auto a, auto b) { return std::tuple{a * 2 + b, b + 201, a > 0.0f, b}; };
    std::vector<float> s(n), s2(n);
    std::vector<std::uint8_t> w(n), w2(n);
    tandem::array<bool> positive(n), positive2(n);
    std::vector<std::int16_t> h(n), h2(n);
    tandem::parallel_map(on_gpu, x, u, std::tie(s, w, positive, h), f);
    tandem::parallel_map(on_cpu, x, u, std::tie(s2, w2, positive2, h2), f);
    CHECK(same_bits(s, s2));
    CHECK(same_bits(w, w2));
    CHECK(same_bits(positive, positive2));
    CHECK(same_bits(h, h2));
    auto a = x;
    auto b = s;
    auto const swap = [](auto p, auto q) { return std::pair{q, p}; };
    tandem::parallel_map(on_gpu, a, b, std::tie(a, b), swap);
    CHECK((same_bits(a, s) && same_bits(b, x)));
    tandem::parallel_map(on_cpu, a, b, std::tie(a, b), swap);
    CHECK((same_bits(a, x) && same_bits(b, s)));
    std::vector<std::uint32_t> i(n);
    tandem::parallel_generate(on_gpu, std::tie(i, a), [](auto k) {
      return std::pair{k * 3u, tandem::cast<float>(k)};
    });
    tandem::parallel_generate(on_cpu, std::tie(w, s), [](auto k) { return std::array{k, k + 1u}; });
    for (std::size_t k = 0; k < n; ++k)
      REQUIRE((i[k] == 3 * k && a[k] == static_cast<float>(k) && w[k] == static_cast<std::uint8_t>(k)));
  }
}

TEST_CASE("outputs that disagree or overlap are refused before anything is written", "[language]") {
  std::vector<float> a(10, 1.0f), b(10), c(9);
  auto const two = [](auto x) { return std::tuple{x, x}; };
  using Catch::Contains;
  CHECK_THROWS_WITH(tandem::parallel_map(a, std::tie(b, c), two),
                    Contains("output 2") && Contains("9") && Contains("10"));
  CHECK_THROWS_AS(tandem::parallel_map(a, std::tie(b, b), two), std::invalid_argument);
  std::span<float> const head(b.data(), 6), tail(b.data() + 4, 6);
  auto const six = std::span<float>(a).first(6);
  CHECK_THROWS_WITH(tandem::parallel_map(six, std::tie(head, tail), two), Contains("overlap"));
  CHECK(b == std::vector<float>(10));
  CHECK_THROWS_WITH(tandem::parallel_generate(std::tie(b, c), two), Contains("output 2"));
  CHECK_THROWS_WITH(tandem::parallel_generate(b, 3, 4, [](auto x, auto y) { return x + y; }),
                    Contains("10") && Contains("3") && Contains("4"));
}

TEST_CASE("results that are tuples, pairs, arrays and structs of vectors' elements", "[gpu][language]") {
  NEEDS_A_DEVICE();
  auto const x = random_bits<float>(3001, 4);
  auto const u = random_bits<std::uint8_t>(3001, 5);
  auto const tuple = [](auto a, auto b) { return std::tuple{a, b + 1, a > 0.5f}; };
  CHECK(tandem::parallel_map(on_gpu, x, u, tuple) == tandem::parallel_map(on_cpu, x, u, tuple));
  auto const array = [](auto a) { return std::array{a, a * a, -a}; };
  auto const cubes = tandem::parallel_map(on_gpu, x, array);
  CHECK(cubes == tandem::parallel_map(on_cpu, x, array));
  auto const norm = [](auto p) { return p[0] * p[0] + p[2]; };
  CHECK(same_bits(tandem::parallel_map(on_gpu, cubes, norm), tandem::parallel_map(on_cpu, cubes, norm)));
  auto const vec = [](auto a) { return tandem::make<physics::vec>(a, a + 1); };
  auto const made = tandem::parallel_map(on_gpu, x, vec);
  CHECK(same_bits(made, tandem::parallel_map(on_cpu, x, vec)));
  auto const longer = [](auto a, auto b) { return tandem::select(a.x > b.x, a, b); };
  CHECK(same_bits(tandem::parallel_map(on_gpu, made, tandem::parallel_map(on_gpu, u, vec), longer),
                  tandem::parallel_map(on_cpu, made, tandem::parallel_map(on_cpu, u, vec), longer)));
}

TEMPLATE_TEST_CASE("narrow integers promote and wrap as in C++", "[gpu][language]", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t) {
  NEEDS_A_DEVICE();
  auto const stepping = [](auto a, auto b) {
    auto y = a;
    y += 200;
    y <<= 1;
    --y;
    y ^= b;
    return y;
  };
  auto const promoted = [](auto a, auto b) {
    return (a + b) * 300 - (~a) + (a << 3) + (b >> 1) + tandem::popcount(a);
  };
  auto const chosen = [](auto a, auto b) {
    return tandem::max(tandem::select(a < b, a, b), tandem::cast<TestType>(a * b));
  };
  auto const looped = [](auto a) { return tandem::repeat(20, a, [](auto i, auto s) { return s * 3 + i; }); };
  for (auto const n : sizes) {
    INFO("n = " << n);
    auto const a = random_bits<TestType>(n, 1), b = random_bits<TestType>(n, 2);
    CHECK(same_bits(tandem::parallel_map(on_gpu, a, b, stepping),
                    tandem::parallel_map(on_cpu, a, b, stepping)));
    CHECK(same_bits(tandem::parallel_map(on_gpu, a, b, promoted),
                    tandem::parallel_map(on_cpu, a, b, promoted)));
    CHECK(same_bits(tandem::parallel_map(on_gpu, a, b, chosen), tandem::parallel_map(on_cpu, a, b, chosen)));
    CHECK(same_bits(tandem::parallel_map(on_gpu, a, looped), tandem::parallel_map(on_cpu, a, looped)));
    CHECK(tandem::parallel_reduce(on_gpu, a, 7, tandem::plus{}) ==
          tandem::parallel_reduce(on_cpu, a, 7, tandem::plus{}));
    std::vector<TestType> out(n + 4, TestType{5}), expected = out;
    for (std::size_t first : {1u, 2u, 3u}) {
      tandem::parallel_map(on_gpu, a, std::span(out).subspan(first, n), [](auto x) { return x * 3; });
      tandem::parallel_map(on_cpu, a, std::span(expected).subspan(first, n), [](auto x) { return x * 3; });
      CHECK(same_bits(out, expected));
    }
  }
}

TEST_CASE("halves are floats as soon as they are read", "[gpu][language]") {
  NEEDS_A_DEVICE();
  std::vector<half> all(65536);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = half::from_bits(static_cast<std::uint16_t>(i));
  std::vector<half> out(all.size()), expected(all.size());
  auto const f = [t = tandem::view(all)](auto x) { return x * 1.25f + t[77u]; };
  tandem::parallel_map(on_gpu, all, out, f);
  tandem::parallel_map(on_cpu, all, expected, f);
  CHECK(same_halves(out, expected));
  tandem::parallel_map(on_gpu, all, out, [](auto x) { return x; });
  CHECK(same_halves(out, all));
  static_assert(std::is_same_v<decltype(tandem::parallel_map(all, f)), std::vector<float>>);
  auto const floats = random_bits<float>(50000, 3);
  out.resize(floats.size());
  expected.resize(floats.size());
  tandem::parallel_map(on_gpu, floats, out, [](auto x) { return x; });
  tandem::parallel_map(on_cpu, floats, expected, [](auto x) { return x; });
  CHECK(same_halves(out, expected));
}

TEST_CASE("pictures are read by column and row, with a rule for the border", "[gpu][language]") {
  NEEDS_A_DEVICE();
  std::uint32_t const width = 61, height = 37, stride = 64;
  auto const pixels = random_bits<float>(std::size_t{stride} * height, 1);
  auto const bytes = random_bits<std::uint8_t>(std::size_t{width} * height, 2);
  auto const bodies = particles(300);
  auto const p = tandem::view2d(pixels, width, height, stride);
  auto const q = tandem::view2d(bytes, width, height);
  auto const f = [p, q, b = tandem::view(bodies)](auto x, auto y) {
    auto const body = b[x * 7 + y]; // past the end: zeros
    return p(x - 1, y) + p.clamped(x + 2, y - 3) + p.wrapped(x - 100, y + 200) + p.mirrored(x - 2, y + 1) +
           q(x, y + 1) + q.clamped(x, y) + body.position.y + body.velocity[1] * body.tag + body.charge +
           p.at(3, y);
  };
  std::vector<float> out(std::size_t{width} * height), expected(out.size());
  tandem::parallel_generate(on_gpu, out, width, height, f);
  tandem::parallel_generate(on_cpu, expected, width, height, f);
  CHECK(same_bits(out, expected));
  auto const pixel = [&](int x, int y) {
    return x < 0 || y < 0 || x >= int(width) || y >= int(height)
               ? 0.0f
               : pixels[std::size_t(y) * stride + std::size_t(x)];
  };
  for (auto const& [x, y] : {std::pair{-1, 0}, {0, 0}, {60, 36}, {61, 36}, {5, 37}, {-3, -7}, {65, 40}}) {
    CHECK(p(x, y) == pixel(x, y));
    CHECK(p.clamped(x, y) == pixel(std::clamp(x, 0, 60), std::clamp(y, 0, 36)));
    CHECK(p.wrapped(x, y) == pixel((x + 61) % 61, (y + 37) % 37));
    auto const mirror = [](int at, int last) { return at < 0 ? -at : at > last ? 2 * last - at : at; };
    CHECK(p.mirrored(x, y) == pixel(mirror(x, 60), mirror(y, 36)));
  }
  CHECK(p.clamped(0u - 1u, 0u) == pixel(0, 0)); // unsigned −1
  CHECK_THROWS_AS(tandem::view2d(bytes, width, height + 1), std::invalid_argument);
  CHECK_THROWS_AS(tandem::view2d(bytes, 0, height), std::invalid_argument);
}

TEST_CASE("eight inputs and eight outputs", "[gpu][language]") {
  NEEDS_A_DEVICE();
  std::size_t const n = 5001;
  std::vector<std::vector<float>> in, out(8, std::vector<float>(n));
  for (unsigned k = 0; k < 8; ++k)
    in.push_back(random_bits<float>(n, k));
  auto expected = out;
  auto const f = [k = 3.0f](auto a, auto b, auto c, auto d, auto e, auto g, auto h, auto i) {
    return std::tuple{i, h + a * k, g, e * b, d, c, b - a, a / (k + 0.5f)};
  };
  auto const run = [&](auto where, auto& o) {
    tandem::parallel_map(where, in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7],
                         std::tie(o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7]), f);
  };
  run(on_gpu, out);
  run(on_cpu, expected);
  for (std::size_t k = 0; k < 8; ++k)
    CHECK(same_bits(out[k], expected[k]));
}

TEST_CASE("arrays of structs and several arrays stay on the device", "[gpu][language]") {
  NEEDS_A_DEVICE();
  tandem::array<physics::vec> a(1000), b(1000);
  tandem::array<float> sum(1000);
  tandem::parallel_generate(on_gpu, a, [](auto i) { return tandem::make<physics::vec>(i, i * 2u); });
  tandem::parallel_map(on_gpu, a, std::tie(b, sum), [](auto v) {
    auto const total = v.x + v.y;
    v.x = total;
    return std::tuple{v, total};
  });
  CHECK((a.resident() && b.resident() && sum.resident()));
  for (std::size_t i = 0; i < 1000; ++i)
    REQUIRE((b.host()[i].x == 3.0f * static_cast<float>(i) && b.host()[i].y == 2.0f * static_cast<float>(i) &&
             sum.host()[i] == b.host()[i].x));
}
