// gpu::reduce_by_key against the CPU's, which has the same fixed shape, and against a plain loop.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/cpu/reduce_by_key.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/reduce_by_key.hpp>

#include <algorithm>

using namespace tandem_test;

namespace {

/// Keys in runs of 1 to `longest` elements.
std::vector<std::int32_t> keys_in_runs(std::size_t n, std::size_t longest) {
  std::mt19937_64 engine(n + longest);
  std::vector<std::int32_t> keys(n);
  std::int32_t key = 0;
  for (std::size_t i = 0; i < n; ++key)
    for (std::size_t left = 1 + engine() % longest; left > 0 && i < n; --left)
      keys[i++] = key;
  return keys;
}

template <class T>
std::vector<T> values_of(std::size_t n) {
  std::mt19937 engine(static_cast<unsigned>(n));
  std::vector<T> values(n);
  for (T& each : values)
    each = static_cast<T>(static_cast<std::int32_t>(engine() % 20001) - 10000) / T(7);
  return values;
}

template <class T, class Op>
gpu::host_join host_join_of(Op& op) {
  return {[](void* context, void* left, void const* right) {
            T a, b;
            std::memcpy(&a, left, sizeof a);
            std::memcpy(&b, right, sizeof b);
            a = (*static_cast<Op*>(context))(a, b);
            std::memcpy(left, &a, sizeof a);
          },
          &op};
}

template <class T, class Op>
void check_by_key(std::vector<std::int32_t> const& keys, Op op, bool resident) {
  std::size_t const n = keys.size();
  auto const values = values_of<T>(n);
  auto const same_key = [](auto a, auto b) { return a == b; };
  std::vector<std::int32_t> keys_wanted(n), keys_out(n);
  std::vector<T> wanted(n), out(n);
  std::size_t const runs = tandem::cpu::reduce_by_key<T>({}, n, keys.data(), values.data(),
                                                         keys_wanted.data(), wanted.data(), same_key, op);
  static constinit gpu::kernel_site site;
  auto const recorded = [&]() -> gpu::recording& {
    return gpu::trace_also<T(T, T)>(gpu::trace<bool(std::int32_t, std::int32_t)>(same_key), op);
  };
  INFO("n = " << n << ", runs " << runs << (resident ? ", resident" : ""));
  auto const from = gpu::operand::of(keys.data(), n);
  gpu::memory keys_memory(device(), std::max<std::size_t>(n, 1) * 4),
      memory(device(), std::max<std::size_t>(n, 1) * sizeof(T));
  auto const keys_to =
      resident ? gpu::operand::of<std::int32_t>(keys_memory, n) : gpu::operand::of(keys_out.data(), n);
  auto const to = resident ? gpu::operand::of<T>(memory, n) : gpu::operand::of(out.data(), n);
  REQUIRE(gpu::count_runs(device(), site, recorded(), from, n) == runs);
  REQUIRE(gpu::reduce_by_key(device(), site, recorded(), from, gpu::operand::of(values.data(), n), keys_to,
                             to, n, host_join_of<T>(op)) == runs);
  if (resident && runs != 0) {
    keys_memory.download(keys_out.data(), runs * 4);
    memory.download(out.data(), runs * sizeof(T));
  }
  CHECK(std::equal(keys_out.begin(), keys_out.begin() + static_cast<std::ptrdiff_t>(runs),
                   keys_wanted.begin()));
  CHECK((runs == 0 || std::memcmp(out.data(), wanted.data(), runs * sizeof(T)) == 0));
}

constexpr std::size_t sizes[] = {0, 1, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 65537, 150001};
constexpr std::size_t longest[] = {1, 3, 40, 700, 9000, 1000000};

} // namespace

TEMPLATE_TEST_CASE("reductions by key have the CPU's bits", "", float, std::int32_t, std::int64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP(std::string("the device has no such type of ") + std::to_string(sizeof(TestType)) + " bytes");
  for (std::size_t n : sizes)
    for (std::size_t run : longest)
      check_by_key<TestType>(
          keys_in_runs(n, run), [](auto a, auto b) { return a + b; }, n % 2 == 0);
}

TEST_CASE("reductions by key keep the order of operands") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {257ul, 4097ul, 70001ul})
    for (std::size_t run : longest) // taking the right one is associative, and shows the order
      check_by_key<std::int32_t>(
          keys_in_runs(n, run), [](auto, auto b) { return b; }, false);
}

TEST_CASE("reductions by key go on past every limit") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_groups = 3;
    limits.max_chunk_bytes = 40000;
  });
  for (std::size_t run : longest) {
    check_by_key<float>(
        keys_in_runs(150001, run), [](auto a, auto b) { return a + b; }, false);
    check_by_key<float>(
        keys_in_runs(30001, run), [](auto a, auto b) { return a + b; }, true);
  }
  check_by_key<float>(
      keys_in_runs(4096 * 40, 4096 * 19), [](auto a, auto b) { return a + b; }, false);
}

TEST_CASE("the fixed shape of runs is a fold of folds of sixteen") {
  std::size_t const first = 5, last = 2 * 4096 + 300; // one run, from within a lane to within another tile
  auto const values = values_of<float>(last);
  auto const plus = [](float a, float b) { return a + b; };
  std::vector<std::int32_t> keys(last, 1), keys_out(last);
  std::fill(keys.begin(), keys.begin() + first, 0);
  std::vector<float> out(last);
  REQUIRE(tandem::cpu::reduce_by_key<float>(
              {}, last, keys.data(), values.data(), keys_out.data(), out.data(),
              [](int a, int b) { return a == b; }, plus) == 2);
  std::vector<float> level(values.begin() + first, values.end());
  std::size_t begin = first; // of the level, in its own units
  while (level.size() > 1) {
    std::vector<float> next;
    for (std::size_t i = 0; i < level.size(); ++i)
      if (i == 0 || (begin + i) % 16 == 0)
        next.push_back(level[i]);
      else
        next.back() += level[i];
    begin /= 16;
    level = next;
  }
  CHECK(out[1] == level[0]);
}
