#include "gpu_support.hpp"

using namespace tandem;
using gpu_dispatch::random_values;
using gpu_dispatch::there_is_a_device;

namespace {

std::vector<std::size_t> const sizes{0, 1, 5, 255, 257, 4095, 4097, 70001};

template <class T>
bool same_bits(T const& a, T const& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}
template <class T>
bool same_bits(std::optional<T> const& a, std::optional<T> const& b) {
  return a.has_value() == b.has_value() && (!a || same_bits(*a, *b));
}
template <class T>
bool same_bits(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}
template <class T>
bool same_bits(std::vector<std::vector<T>> const& a, std::vector<std::vector<T>> const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto const& x, auto const& y) { return same_bits(x, y); });
}

} // namespace

TEST_CASE("views: on_gpu gives the bits of on_cpu", "[gpu][views]") {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  float const scale = 1.7f, limit = 100.0f;
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const x = random_values<float>(n);
    auto const y = random_values<std::int32_t>(n);
    auto const both = [](auto const& make) { return same_bits(make(on_gpu), make(on_cpu)); };
    auto const scaled = [scale](auto v) { return v * scale; };
    auto const large = [limit](auto v) { return v > limit; };
    CHECK(both([&](auto where) {
      return par(where, x) | map(scaled) | filter(large) | map([](auto v) { return v - 1; }) | sum();
    }));
    CHECK(both([&](auto where) {
      return par(where, x) | zip(y) | filter([](auto, auto b) { return b > 0; }) |
             map([](auto a, auto b) { return a * cast<float>(b); }) | reduce(0.5f, plus{});
    }));
    CHECK(both([&](auto where) {
      return par(where, x) | zip(y) | map([](auto p) { return p.first + cast<float>(p.second); }) | collect();
    }));
    CHECK(both([&](auto where) {
      return par(where, x) | enumerate() | map([](auto i, auto v) { return v * cast<float>(i); }) | collect();
    }));
    CHECK(both([&](auto where) {
      return par(where, x) | skip(3) | enumerate() | filter([](auto i, auto) { return i % 3u == 1u; }) |
             map([](auto, auto v) { return v; }) | sum();
    }));
    CHECK(both([&](auto where) { return par(where, x) | filter(large) | collect(); }));
    CHECK(both([&](auto where) {
      return par(where, x) | map(scaled) | filter(large) | map([](auto v) { return v * v; }) | collect();
    }));
    CHECK(both([&](auto where) { return par(where, x) | filter(large) | count(); }));
    CHECK(both([&](auto where) { return par(where, x) | map(scaled) | min(); }));
    CHECK(both([&](auto where) { return par(where, x) | filter(large) | max(); }));
    CHECK(both([&](auto where) {
      return par(where, x) | zip(y) | any_of([](auto a, auto b) { return a * 3 > 999 && b > 0; });
    }));
    CHECK(both(
        [&](auto where) { return par(where, x) | map(scaled) | all_of([](auto v) { return v < 5000; }); }));
    CHECK(both([&](auto where) { return par(where, x) | position([](auto v) { return v > 300; }); }));
    CHECK(both(
        [&](auto where) { return par(where, x) | filter(large) | find_if([](auto v) { return v < 110; }); }));
    CHECK(both([&](auto where) {
      return par(where, static_cast<std::uint32_t>(n)) | map([](auto i) { return i * i; }) | sum();
    }));
    CHECK(both([&](auto where) {
      return par(where, x) | map(scaled) | reduce(2.0f, [](auto a, auto b) { return a + b * 0.5f; });
    }));
    std::vector<float> a(n), b(n);
    std::size_t const kept = par(on_gpu, x) | map(scaled) | filter(large) | collect_into(a);
    CHECK(kept == (par(on_cpu, x) | map(scaled) | filter(large) | collect_into(b)));
    CHECK(same_bits(a, b));
    CHECK(both([&](auto where) {
      auto const [first, second] = par(where, x) | map(scaled) | partition(large);
      return std::vector<std::vector<float>>{first, second};
    }));
    CHECK(both([&](auto where) {
      auto const [first, second] = par(where, x) | zip(y) | filter([](auto, auto v) { return v > 0; }) |
                                   map([](auto u, auto v) { return u + cast<float>(v); }) | partition(large);
      return std::vector<std::vector<float>>{first, second};
    }));
    static_cast<void>(par(on_gpu, x) | map(scaled) | collect_into(a));
    static_cast<void>(par(on_cpu, x) | map(scaled) | collect_into(b));
    CHECK(same_bits(a, b));
  }
}

TEST_CASE("views: arrays stay on the GPU", "[gpu][views]") {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  array<float> const x{1, 2, 3, 4, 5, 6};
  array<float> out(4);
  static_cast<void>(par(on_gpu, x) | skip(2) | map([](auto v) { return v * 10; }) | collect_into(out));
  CHECK(x.resident());
  CHECK(out.resident());
  CHECK((par(on_gpu, out) | sum()) == 180.0f);
  CHECK((par(on_gpu, out) | enumerate() | map([](auto i, auto v) { return v + cast<float>(i); }) | sum()) ==
        186.0f);
  CHECK(out.host()[0] == 30.0f);
}
