// The sorts through the public calls on a GPU: the same results as on the CPU.
#include "gpu_support.hpp"

#include <functional>
#include <span>

using namespace tandem;
using namespace gpu_dispatch;

namespace {

constexpr std::size_t sizes[] = {0, 1, 31, 257, 4097, 50021};

struct wide_payload {
  double price;
  std::uint32_t position;
  bool operator==(wide_payload const&) const = default;
};

template <class T>
std::vector<T> counted(std::size_t n) {
  std::vector<T> all(n);
  for (std::size_t i = 0; i < n; ++i)
    all[i] = static_cast<T>(i);
  return all;
}

} // namespace

TEMPLATE_TEST_CASE("sorts on a GPU are those of the CPU", "[gpu][sort]", std::int32_t, std::uint32_t, float,
                   std::int64_t, std::uint64_t, double) {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = n % 2 == 0 ? random_values<TestType>(n) : random_bits<TestType>(n);
    auto a = in, b = in;
    parallel_sort(on_gpu, a);
    parallel_sort(on_cpu, b);
    REQUIRE(same_bits(a, b));
    a = b = in;
    parallel_stable_sort(on_gpu, std::span(a), std::greater<>{});
    parallel_stable_sort(on_cpu, b, greater{});
    REQUIRE(same_bits(a, b));
    REQUIRE(parallel_sort_permutation(on_gpu, in) == parallel_sort_permutation(on_cpu, in));
    REQUIRE(parallel_sort_permutation<std::uint32_t>(on_gpu, in, greater{}) ==
            parallel_sort_permutation<std::uint32_t>(on_cpu, in, greater{}));
  }
}

TEMPLATE_TEST_CASE("values follow their keys on a GPU, stably", "[gpu][sort]", std::int32_t, double) {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const keys = random_values<TestType>(n); // with many equal ones
    auto const order = parallel_sort_permutation(on_cpu, keys);
    auto const check = [&](auto values) {
      auto sorted_keys = keys;
      auto const before = values;
      parallel_sort_by_key(on_gpu, sorted_keys, values);
      for (std::size_t i = 0; i < n; ++i)
        if (!(sorted_keys[i] == keys[order[i]] && values[i] == before[order[i]]))
          return false;
      return true;
    };
    REQUIRE(check(counted<float>(n)));
    REQUIRE(check(counted<std::uint64_t>(n)));
    std::vector<wide_payload> wide(n);
    std::vector<std::string> texts(n);
    for (std::size_t i = 0; i < n; ++i) {
      wide[i] = {0.5 * static_cast<double>(i), static_cast<std::uint32_t>(i)};
      texts[i] = std::to_string(i);
    }
    REQUIRE(check(wide));
    REQUIRE(check(texts));
  }
}

TEST_CASE("sorted arrays stay on the GPU", "[gpu][sort]") {
  NEEDS_A_DEVICE();
  auto const keys = random_bits<float>(10007);
  array<float> sorted(keys), by_key(keys);
  array<std::uint32_t> values(counted<std::uint32_t>(10007));
  parallel_sort(on_gpu, sorted);
  parallel_sort_by_key(on_gpu, by_key, values, greater{});
  REQUIRE((sorted.resident() && by_key.resident() && values.resident()));
  auto expected = keys;
  parallel_sort(on_cpu, expected);
  REQUIRE(same_bits(sorted.to_vector(), expected));
  parallel_sort(on_cpu, expected, greater{});
  REQUIRE(same_bits(by_key.to_vector(), expected));
  REQUIRE(std::as_const(values)[0] == parallel_sort_permutation(on_cpu, keys, greater{})[0]);
}

TEST_CASE("sorts by a traced key on a GPU", "[gpu][sort]") {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_values<float>(n);
    auto a = in, b = in;
    parallel_sort(on_gpu, a, less{}, [](auto x) { return tandem::abs(x); });
    parallel_sort(on_cpu, b, less{}, [](auto x) { return tandem::abs(x); });
    REQUIRE(same_bits(a, b));
    array<float> resident(in);
    parallel_stable_sort(on_gpu, resident, greater{},
                         [n](auto x) { return tandem::cast<std::int32_t>(x) % std::int32_t(n + 3); });
    b = in;
    parallel_stable_sort(on_cpu, b, greater{},
                         [n](auto x) { return tandem::cast<std::int32_t>(x) % std::int32_t(n + 3); });
    REQUIRE((n == 0 || resident.resident()));
    REQUIRE(same_bits(resident.to_vector(), b));
  }
}
