// Lambdas as people write them: every way to capture, unusual results, deep and wide expressions. Each runs on the CPU and
// on the GPU, and the bits are compared.
#include "gpu_support.hpp"

#include <functional>
#include <memory>

#pragma GCC diagnostic ignored "-Wconversion" // mixed arithmetic is what is tested
#pragma GCC diagnostic ignored "-Wsign-compare"

using gpu_dispatch::same_bits;
using tandem::on_cpu;
using tandem::on_gpu;

namespace {

float global_gain = 1.5f;
constexpr float constant_gain = 0.25f;

struct filter_settings {
  float gain;
  int offset;
  bool inverted;
  std::array<float, 3> taps;
  auto apply(auto x) const { return (inverted ? -x : x) * gain + offset; }
};

struct polynomial {
  std::array<float, 5> c;
  template <class X>
  auto operator()(X const& x) const {
    auto sum = x * 0.0f;
    for (float each : c)
      sum = sum * x + each;
    return sum;
  }
};

template <class T>
std::vector<T> numbers(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(static_cast<double>(static_cast<int>(random() % 20001) - 10000) /
                          (std::is_floating_point_v<T> ? 13.0 : 1.0));
  return all;
}

template <class F, class... In>
bool agree(F&& f, In const&... in) {
  return same_bits(tandem::parallel_map(on_gpu, in..., f), tandem::parallel_map(on_cpu, in..., f));
}

std::size_t const n = 2311;

} // namespace

#define NEEDS_DEVICE()                                                                                       \
  NEEDS_A_DEVICE();                                                                                          \
  auto const x = numbers<float>(n, 1);                                                                       \
  auto const y = numbers<float>(n, 2);                                                                       \
  auto const i = numbers<std::int32_t>(n, 3);                                                                \
  auto const u = numbers<std::uint32_t>(n, 4)

TEST_CASE("captures: by value, by reference, structs, globals, constants, other lambdas", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  float gain = 2;
  static int calls = 3;
  filter_settings settings{1.5f, -2, true, {0.1f, 0.2f, 0.7f}};
  auto const square = [](auto v) { return v * v; };
  auto const scaled = [&gain, square](auto v) { return square(v) * gain; };
  auto const owner = std::make_unique<float>(7.0f);
  auto const f = [&, owner = owner.get(), local = 3.0, letter = 'a', wide = 5l](auto a, auto b) {
    auto const t = settings.taps[0] * a + settings.taps[1] * b + settings.taps[2] * global_gain;
    return scaled(t) + settings.apply(b) * constant_gain + *owner + calls + tandem::cast<float>(local) +
           letter + wide;
  };
  for (int round = 0; round < 3; ++round) { // what is captured by reference is seen as it is at each call
    CHECK(agree(f, x, y));
    gain += 1;
    ++calls;
    global_gain *= 2;
    settings.inverted = !settings.inverted;
    *owner -= 1;
  }
}

TEST_CASE("captured conditions, native loops and moved captures", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  for (bool flag : {false, true})
    for (int count : {0, 1, 5})
      CHECK(agree(
          [flag, count](auto a) {
            auto r = flag ? a : a * 0.5f;
            for (int k = 0; k < count; ++k)
              r = r * 1.0625f + (k % 2 == 0 ? 1 : -1);
            return flag ? r * 2 : r;
          },
          x));
  CHECK(agree([p = std::make_unique<int>(4)](auto a) { return a / *p; }, i));
  CHECK(agree([k = 1.0f](auto a) mutable { return a + k; }, x));
  CHECK(agree(polynomial{{1, -2, 0.5f, 3, -1}}, x));
  CHECK(agree(std::plus<>{}, x, y));
  CHECK(agree(tandem::plus{}, i, u));
  CHECK(agree([]<class T>(T const& a) { return a * a; }, x));
  CHECK(agree([](auto&& a, auto const& b) { return a - b; }, i, u));
}

TEST_CASE("results: constants, unused arguments, other types than the inputs", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  CHECK(agree([](auto) { return 42; }, x));
  CHECK(agree([](auto, auto b) { return b; }, x, i));
  CHECK(agree([value = 3.5f](auto) { return value; }, i));
  CHECK(agree([](auto a) { return a; }, u));
  CHECK(agree([](auto a) { return a > 0.0f; }, x));
  CHECK(agree([](auto a, auto b) { return !(a > b) && (b != 0.0f || a == 1.0f); }, x, y));
  CHECK(agree([](auto a) { return (a > 0) * 2 + !a; }, i));
  std::vector<float> f1(n), f2(n);
  tandem::parallel_map(on_gpu, i, f1, [](auto a) { return a; });
  tandem::parallel_map(on_cpu, i, f2, [](auto a) { return a; });
  CHECK(same_bits(f1, f2));
  std::vector<std::int32_t> i1(n), i2(n);
  tandem::parallel_map(on_gpu, x, i1, [](auto a) { return a; });
  tandem::parallel_map(on_cpu, x, i2, [](auto a) { return a; });
  CHECK(same_bits(i1, i2));
  tandem::array<bool> b1(n), b2(n);
  tandem::parallel_map(on_gpu, i, b1, [](auto a) { return a & 1; });
  tandem::parallel_map(on_cpu, i, b2, [](auto a) { return a & 1; });
  CHECK(same_bits(b1, b2));
  CHECK(agree([](auto a, auto b) { return tandem::select(a, b, -b); }, b1, x));
}

TEST_CASE("integers: signs mixed, division, shifts, steps", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  CHECK(agree([](auto a, auto b) { return a * b + (a < b) - (b >= 0u); }, i, u));
  CHECK(agree([](auto a) { return a / 7 * 3 + a % 7 - a / -3 + a % -5; }, i));
  CHECK(agree([](auto a, auto b) { return (a << 3) ^ (a >> 2) ^ (b >> 5u) ^ (b << (a & 31)); }, i, u));
  CHECK(agree([](auto a) { return ~a + -a + +a; }, u));
  CHECK(agree(
      [](auto a) {
        auto b = a;
        b += 3;
        b *= a;
        ++b;
        auto const before = b--;
        b -= before & 15;
        b |= 4;
        b ^= 9;
        return b % 1000;
      },
      i));
  CHECK(agree([](auto a) { return a * 1.5f + a / 2; }, i));
  CHECK(agree([](auto a) { return tandem::cast<std::int32_t>(a * 100) * 2u; }, x));
  CHECK(agree([](auto a) { return tandem::cast<std::uint8_t>(a) + tandem::cast<std::int16_t>(a * 40); }, x));
}

TEST_CASE("deep expressions and more captures than push constants hold", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  CHECK(agree(
      [](auto a) {
        for (int k = 0; k < 250; ++k)
          a = a * 0.999f + 0.01f;
        return a;
      },
      x));
  CHECK(agree(
      [](auto a) {
        for (int k = 0; k < 200; ++k)
          a = (a * 1664525u + 1013904223u) ^ (a & 255u);
        return a;
      },
      u));
  std::array<float, 64> many{};
  for (std::size_t k = 0; k < many.size(); ++k)
    many[k] = static_cast<float>(k) * 0.37f;
  CHECK(agree(
      [many](auto a, auto b) {
        auto sum = a * b;
        for (float each : many)
          sum += tandem::abs(a - each) * each;
        return sum;
      },
      x, y));
}

TEST_CASE("loops in loops, with what is around them", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  int const rows = 7;
  CHECK(agree(
      [rows](auto a, auto b) {
        return tandem::repeat(rows, std::pair{a, b},
                              [=](auto r, auto const& outer) {
                                auto const inner = tandem::repeat(r % 4u, outer.first, [=](auto c, auto s) {
                                  return s * 0.5f + c + outer.second;
                                });
                                auto const root = tandem::iterate_while(
                                    std::tuple{inner, 0}, [=](auto const& s) { return std::get<0>(s) > b; },
                                    [](auto const& s) {
                                      return std::tuple{std::get<0>(s) * 0.25f - 1.0f, std::get<1>(s) + 1};
                                    },
                                    12);
                                return std::pair{std::get<0>(root) + a, outer.second + std::get<1>(root)};
                              })
            .second;
      },
      x, y));
}

TEST_CASE("tables: several, one of them twice, parts of one, of other types", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  auto const bytes = numbers<std::uint8_t>(300, 9);
  std::array<std::int16_t, 5> const small{-1, 2, -300, 4, 500};
  auto const table = tandem::view(x);
  auto const again = tandem::view(x);
  auto const part = tandem::view(std::span<float const>(x).subspan(3, 50));
  CHECK(agree(
      [=, b = tandem::view(bytes), s = tandem::view(small), t = tandem::view(u)](auto k, auto v) {
        auto const at = k & 511;
        return table[at] + again[at + 1] + part[at] + b[at] * s[k % 5] + t[v] + table[-1] + s[at - 3];
      },
      i, u));
}

TEST_CASE("types: what a lambda says by decltype of its parameters", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  float const far = 1e20f;
  std::uint32_t const pattern = 0x40490fdbu;
  CHECK(agree([](auto a, auto k) { return tandem::cast<decltype(a)>(k) + decltype(a)(2) * a; }, x, i));
  CHECK(agree([=](auto k, auto a) { return tandem::cast<decltype(k)>(a) ^ tandem::cast<decltype(k)>(far); },
              i, x));
  CHECK(
      agree([=](auto a,
                auto v) { return tandem::bit_cast<decltype(a)>(v) + tandem::bit_cast<decltype(a)>(pattern); },
            x, u));
  CHECK(agree([](auto a) { return tandem::min(a, std::numeric_limits<decltype(a)>::max()); }, x));
  CHECK(agree([](auto k) { return tandem::max(k, std::numeric_limits<decltype(k)>::lowest() + 1); }, i));
  CHECK(agree(
      [](auto a) {
        using T = decltype(a);
        return tandem::select(a > 0, a, std::numeric_limits<T>::infinity());
      },
      x));
}

TEST_CASE("ranges: vectors, arrays, C arrays, spans, parts of them", "[gpu][lambdas]") {
  NEEDS_DEVICE();
  std::array<float, 6> const fixed{1, 2, 3, 4, 5, 6};
  float plain[] = {6, 5, 4, 3, 2, 1};
  std::span<float const> const part(x.data() + 5, 6);
  auto const f = [](auto a, auto b, auto c) { return a * b - c; };
  CHECK(agree(f, fixed, plain, part));
  auto expected = fixed;
  tandem::parallel_map(on_cpu, fixed, plain, part, expected, f);
  tandem::parallel_map(on_gpu, fixed, plain, part, plain, f);
  CHECK(same_bits(std::span<float const>(plain), expected));
}
