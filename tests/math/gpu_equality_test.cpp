// Every function of the vocabulary gives the CPU's bits on the GPU, for float and, where the device has it,
// double. A device that flushes subnormals may differ where one goes in or comes out.
#include "gpu/gpu_support.hpp"
#include "vocabulary.hpp"

#include <tandem/functional.hpp>

using namespace tandem_test;

namespace {

template <class T>
struct difference {
  std::size_t count = 0;
  T x{}, y{}, cpu{}, gpu{};
};

template <class T, class F>
void check_unary(char const* name, F const& f, std::vector<T> const& x) {
  auto const results = map_all<T>(f, x);
  difference<T> wrong;
  for (std::size_t i = 0; i < x.size(); ++i) {
    T const expected = f(x[i]);
    if (comparable(x[i]) && comparable(expected) && !same_bits<T>(expected, results[i]) && wrong.count++ == 0)
      wrong = {1, x[i], T{}, expected, results[i]};
  }
  INFO(name << "(" << wrong.x << ") is " << wrong.cpu << " on the CPU, " << wrong.gpu << " on the GPU");
  CHECK(wrong.count == 0);
}

template <class T, class F>
void check_binary(char const* name, F const& f, std::vector<T> const& x, std::vector<T> const& y) {
  auto const results = map_all<T>(f, x, y);
  difference<T> wrong;
  for (std::size_t i = 0; i < x.size(); ++i) {
    T const expected = f(x[i], y[i]);
    // mod goes through the quotient.
    bool const fair = comparable(x[i]) && comparable(y[i]) && comparable(expected) && comparable(x[i] / y[i]);
    if (fair && !same_bits<T>(expected, results[i]) && wrong.count++ == 0)
      wrong = {1, x[i], y[i], expected, results[i]};
  }
  INFO(name << "(" << wrong.x << ", " << wrong.y << ") is " << wrong.cpu << " on the CPU, " << wrong.gpu
            << " on the GPU");
  CHECK(wrong.count == 0);
}

/// Double needs 64-bit integers too, which hold its bits.
template <class T>
bool can_compute() {
  return supports<T>() && (sizeof(T) == 4 || supports<std::uint64_t>());
}

} // namespace

TEMPLATE_TEST_CASE("functions of one argument give the CPU's bits on the GPU", "", float, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!can_compute<TestType>())
    TANDEM_SKIP("the device has no such type");
  auto const x = arguments<TestType>(60'000, 11);
  each_unary([&](char const* name, auto f) { check_unary<TestType>(name, f, x); });
}

TEMPLATE_TEST_CASE("functions of two arguments give the CPU's bits on the GPU", "", float, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!can_compute<TestType>())
    TANDEM_SKIP("the device has no such type");
  auto const x = arguments<TestType>(60'000, 12);
  auto const y = arguments<TestType>(60'000, 13);
  each_binary([&](char const* name, auto f) { check_binary<TestType>(name, f, x, y); });
  check_binary<TestType>("minimum", tandem::minimum{}, x, y);
  check_binary<TestType>("maximum", tandem::maximum{}, x, y);
}

TEST_CASE("the vocabulary records no parameters of its own: its constants are part of the kernel") {
  auto const count = [](auto const& f) { return tandem::gpu::trace<float(float)>(f).parameters().size(); };
  each_unary([&](char const* name, auto f) {
    INFO(name);
    CHECK(count(f) == 0);
  });
  CHECK(tandem::gpu::trace<float(float, float)>([](auto x, auto y) { return tandem::pow(x, y); })
            .parameters()
            .size() == 0);
  CHECK(tandem::gpu::trace<float(float, float)>(
            [](auto x, auto y) { return tandem::atan2(x, y) + tandem::hypot(x, y); })
            .parameters()
            .size() == 0);
}

TEST_CASE("casts, clamps and choices give the CPU's bits on the GPU") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!can_compute<float>())
    TANDEM_SKIP("the device has no such type");
  auto const x = arguments<float>(30'000, 14);
  auto const check = [&]<class R>(std::type_identity<R>, char const* name, auto f) {
    auto const results = map_all<R>(f, x);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      wrong += comparable(x[i]) && !same_bits<R>(f(x[i]), results[i]);
    INFO(name);
    CHECK(wrong == 0);
  };
  check(std::type_identity<std::int32_t>{}, "cast to int32",
        [](auto v) { return tandem::cast<std::int32_t>(v); });
  check(std::type_identity<std::uint32_t>{}, "cast to uint32",
        [](auto v) { return tandem::cast<std::uint32_t>(v); });
  check(std::type_identity<std::uint32_t>{}, "bit_cast",
        [](auto v) { return tandem::bit_cast<std::uint32_t>(v); });
  check(std::type_identity<std::int32_t>{}, "bits counted", [](auto v) {
    auto const bits = tandem::bit_cast<std::uint32_t>(v);
    return tandem::popcount(bits) * 100 + tandem::countl_zero(bits);
  });
  check(std::type_identity<float>{}, "clamp", [](auto v) { return tandem::clamp(v, -1, 2.5f); });
  check(std::type_identity<float>{}, "select",
        [](auto v) { return tandem::select(v > 0 && !tandem::isnan(v), v, 0); });
  check(std::type_identity<std::int32_t>{}, "isinf",
        [](auto v) { return tandem::select(tandem::isinf(v), 1, 2); });
}

TEST_CASE("loops and look-ups give the CPU's bits on the GPU") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!can_compute<float>())
    TANDEM_SKIP("the device has no such type");
  std::vector<float> table(1000);
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<float>(i) * 0.37f - 100.0f;
  std::vector<std::int32_t> index(5000);
  for (std::size_t i = 0; i < index.size(); ++i)
    index[i] = static_cast<std::int32_t>(i * 7919 % 1200) - 100;
  auto const t = tandem::view(table);
  auto const stencil = [t](auto i) { return t[i - 1] * 0.25f + t[i] * 0.5f + t[i + 1] * 0.25f; };
  auto const newton = [](auto i) {
    auto const x = tandem::cast<float>(i) + 101.0f;
    return tandem::repeat(20, x, [=](auto y) { return (y + x / y) * 0.5f; });
  };
  auto const collatz = [](auto i) {
    auto const start = tandem::abs(i) + 1;
    auto const last = tandem::iterate_while(
        std::pair{start, start * 0}, [](auto s) { return s.first != 1; },
        [](auto s) {
          auto const next = tandem::select((s.first & 1) == 0, s.first / 2, s.first * 3 + 1);
          return std::pair{next, s.second + 1};
        },
        500);
    return last.second;
  };
  auto const check = [&]<class R>(std::type_identity<R>, auto f) {
    auto const results = map_all<R>(f, index);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < index.size(); ++i)
      wrong += !same_bits<R>(f(index[i]), results[i]);
    CHECK(wrong == 0);
  };
  check(std::type_identity<float>{}, stencil);
  check(std::type_identity<float>{}, newton);
  check(std::type_identity<std::int32_t>{}, collatz);
}
