// gpu::reduce and gpu::map_reduce against the fixed tree computed by its definition, bit by bit.
#include "gpu_support.hpp"

#include "engine_support.hpp"

using namespace tandem_test;
using gpu::reduction_order;

namespace {

constexpr std::size_t sizes[] = {0,    1,     2,     3,     7,     8,      9,       15,      16,
                                 17,   255,   256,   257,   4095,  4096,   4097,    8191,    8192,
                                 8193, 10007, 12288, 20481, 65536, 100003, 1048576, 1048577, 1100003};

/// Halves `items` as the page says; what does not exist takes no part.
template <class T, class Op>
T halved(std::vector<T> items, Op const& op) {
  for (std::size_t s = std::bit_ceil(items.size()) / 2; s > 0; s /= 2)
    for (std::size_t l = 0; l < s && l + s < items.size(); ++l)
      items[l] = op(items[l], items[l + s]);
  return items[0];
}

template <class T, class Op>
T neighbours(std::vector<T> items, Op const& op) {
  for (std::size_t s = 1; s < items.size(); s *= 2)
    for (std::size_t l = 0; l + s < items.size(); l += 2 * s)
      items[l] = op(items[l], items[l + s]);
  return items[0];
}

template <class T, class Op>
T block_result(T const* first, std::size_t count, Op const& op, reduction_order order) {
  std::vector<T> lanes;
  for (std::size_t lane = 0; lane < 256; ++lane) {
    bool const ordered = order == reduction_order::ordered;
    std::size_t const from = ordered ? lane * 16 : lane;
    std::size_t const stride = ordered ? 1 : 256;
    if (from >= count)
      break;
    T own = first[from];
    for (std::size_t row = 1; row < 16 && from + row * stride < count; ++row)
      own = op(own, first[from + row * stride]);
    lanes.push_back(own);
  }
  return order == reduction_order::ordered ? neighbours(lanes, op) : halved(lanes, op);
}

template <class T, class Op>
T reference(std::vector<T> const& in, T init, Op const& op, reduction_order order) {
  if (in.empty())
    return init;
  std::vector<T> blocks;
  for (std::size_t first = 0; first < in.size(); first += 4096)
    blocks.push_back(
        block_result(in.data() + first, std::min<std::size_t>(4096, in.size() - first), op, order));
  return op(init, order == reduction_order::ordered ? neighbours(blocks, op) : halved(blocks, op));
}

template <class T, class Op>
T device_reduce(T const* in, std::size_t n, T init, Op const& op, reduction_order order) {
  static constinit gpu::kernel_site site;
  gpu::recording& recorded = gpu::trace<T(T, T)>(op);
  T result{};
  gpu::reduce(device(), site, recorded, gpu::operand::of(in, n), n, &init, &result, order);
  return result;
}

template <class T>
std::vector<T> numbers(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::vector<T> all(n);
  for (T& each : all)
    if constexpr (std::is_floating_point_v<T>)
      each =
          static_cast<T>(static_cast<double>(engine()) / 1e19 - 0.7) * static_cast<T>(1 << (engine() % 20));
    else
      each = static_cast<T>(engine());
  return all;
}

} // namespace

TEMPLATE_TEST_CASE("sums have the bits of the fixed tree", "", float, double, std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  using T = TestType;
  if (!supports<T>())
    TANDEM_SKIP("the device has no such type");
  auto const op = [](auto a, auto b) { return a + b; };
  auto const wrapping = [](T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) +
                            static_cast<std::make_unsigned_t<T>>(b));
    else
      return a + b;
  };
  for (std::size_t n : sizes)
    for (reduction_order order : {reduction_order::commutative, reduction_order::ordered}) {
      auto const in = numbers<T>(n, static_cast<unsigned>(n));
      T const got = device_reduce(in.data(), n, T(5), op, order);
      INFO("n = " << n << (order == reduction_order::ordered ? ", ordered" : ", commutative"));
      CHECK(same<T>(got, reference(in, T(5), wrapping, order)));
    }
}

TEST_CASE("an operation that does not commute keeps the order of its operands") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  // Composition of x -> (m x + c) mod 2^16, packed as m << 16 | c: associative, not commutative.
  auto const compose = [](auto f, auto g) {
    auto const m1 = f >> 16, c1 = f & 0xffffu, m2 = g >> 16, c2 = g & 0xffffu;
    return (((m2 * m1) & 0xffffu) << 16) | ((m2 * c1 + c2) & 0xffffu);
  };
  for (std::size_t n : sizes) {
    auto const in = numbers<std::uint32_t>(n, 3);
    std::uint32_t all = 0x00010000u;
    for (std::uint32_t each : in)
      all = compose(all, each);
    INFO("n = " << n);
    CHECK(device_reduce(in.data(), n, 0x00010000u, compose, reduction_order::ordered) == all);
  }
}

TEST_CASE("map_reduce fuses, with one or several inputs, over booleans too") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const f = [k = 0.25f](auto x, auto y) { return x * y + k; };
  auto const op = [](auto a, auto b) { return a + b; };
  auto const either = [](auto a, auto b) { return a || b; };
  for (std::size_t n : sizes) {
    auto const a = numbers<float>(n, 1);
    auto const b = numbers<float>(n, 2);
    std::vector<float> mapped(n);
    for (std::size_t i = 0; i < n; ++i)
      mapped[i] = f(a[i], b[i]);
    gpu::operand const in[] = {gpu::operand::of(a.data(), n), gpu::operand::of(b.data(), n)};
    static constinit gpu::kernel_site site;
    gpu::recording& recorded = gpu::trace_also<float(float, float)>(gpu::trace<float(float, float)>(f), op);
    float const init = -1.0f;
    float result = 0;
    gpu::map_reduce(device(), site, recorded, in, n, gpu::scalar::float32, &init, &result,
                    reduction_order::commutative);
    INFO("n = " << n);
    CHECK(same(result, reference(mapped, init, op, reduction_order::commutative)));
    static constinit gpu::kernel_site any_site;
    gpu::recording& any = gpu::trace_also<bool(bool, bool)>(
        gpu::trace<bool(float)>([](auto x) { return x > 400000.0f; }), either);
    bool const no = false;
    bool found = true;
    gpu::map_reduce(device(), any_site, any, {in, 1}, n, gpu::scalar::boolean, &no, &found,
                    reduction_order::ordered);
    CHECK(found == std::any_of(a.begin(), a.end(), [](float x) { return x > 400000.0f; }));
  }
}

TEST_CASE("reductions cross chunk boundaries and start anywhere") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const op = [](auto a, auto b) { return a + b; };
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_groups = 3;
    limits.max_chunk_bytes = 100000;
  });
  for (std::size_t n : {4096ul, 12288ul, 12289ul, 100003ul, 500000ul})
    for (std::size_t offset : {0ul, 1ul, 3ul}) {
      auto const in = numbers<float>(n + offset, 7);
      std::vector<float> const shifted(in.begin() + static_cast<std::ptrdiff_t>(offset), in.end());
      INFO("n = " << n << ", offset " << offset);
      CHECK(same(device_reduce(in.data() + offset, n, 0.5f, op, reduction_order::commutative),
                 reference(shifted, 0.5f, op, reduction_order::commutative)));
    }
}

TEST_CASE("minus zero, infinities and NaN go through a reduction as they would on the CPU") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const sum = [](auto a, auto b) { return a + b; };
  std::vector<float> const zeros(5000, -0.0f);
  CHECK(std::signbit(device_reduce(zeros.data(), zeros.size(), -0.0f, sum, reduction_order::commutative)));
  std::vector<float> mixed(5000, 1.0f);
  mixed[4500] = std::numeric_limits<float>::infinity();
  CHECK(std::isinf(device_reduce(mixed.data(), mixed.size(), 0.0f, sum, reduction_order::commutative)));
  mixed[17] = -std::numeric_limits<float>::infinity();
  CHECK(std::isnan(device_reduce(mixed.data(), mixed.size(), 0.0f, sum, reduction_order::ordered)));
}
