// gpu::histogram, gather, scatter, min_element and max_element against plain loops.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/gpu/error.hpp>
#include <tandem/gpu/extremum.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/gpu/histogram.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>

using namespace tandem_test;

namespace {

constexpr std::size_t sizes[] = {1, 2, 255, 256, 257, 4097, 16383, 16384, 16385, 100003};

template <class T>
std::vector<T> numbers(std::size_t n, std::uint64_t below) {
  std::mt19937_64 engine(n);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(engine() % below);
  return all;
}

void check_histogram(std::size_t n, std::size_t bins, std::uint64_t spread) {
  auto const in = numbers<std::int32_t>(n, spread);
  static constinit gpu::kernel_site site;
  std::vector<std::uint64_t> counts(bins, 5), wanted(bins, 5);
  std::uint64_t outside = 0;
  for (std::int32_t x : in)
    if (x >= 3 && static_cast<std::size_t>(x - 3) < bins)
      ++wanted[static_cast<std::size_t>(x - 3)];
    else
      ++outside;
  INFO("n = " << n << ", bins " << bins << ", values below " << spread);
  CHECK(gpu::histogram(device(), site, gpu::trace<void(std::int32_t)>([](auto x) { return x - 3; }),
                       gpu::operand::of(in.data(), n), n, counts) == outside);
  CHECK(counts == wanted);
}

template <class T>
void check_extrema(std::vector<T> const& in) {
  std::size_t least = 0, most = 0;
  for (std::size_t i = 1; i < in.size(); ++i) {
    if (in[i] < in[least] || (in[least] != in[least] && in[i] == in[i]))
      least = i;
    if (in[most] < in[i] || (in[most] != in[most] && in[i] == in[i]))
      most = i;
  }
  INFO("n = " << in.size());
  auto const operand = gpu::operand::of(in.data(), in.size());
  CHECK(gpu::min_element(device(), operand, in.size()) == least);
  CHECK(gpu::max_element(device(), operand, in.size()) == most);
  CHECK(gpu::minmax_element(device(), operand, in.size()) == std::pair(least, most));
}

template <class T, class I>
void check_moves(std::size_t n) {
  auto const in = numbers<T>(n, 100000);
  std::vector<I> index(n);
  std::iota(index.begin(), index.end(), I{0});
  std::shuffle(index.begin(), index.end(), std::mt19937(7));
  std::vector<T> gathered(n), scattered(n);
  auto const of = [n](auto& range) { return gpu::operand::of(range.data(), n); };
  REQUIRE(gpu::gather(device(), of(in), of(index), of(gathered), n) == n);
  REQUIRE(gpu::scatter(device(), of(in), of(index), of(scattered), n) == n);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    wrong += gathered[i] != in[static_cast<std::size_t>(index[i])] ||
             scattered[static_cast<std::size_t>(index[i])] != in[i];
  INFO("n = " << n);
  CHECK(wrong == 0);
}

} // namespace

TEST_CASE("histograms count exactly, whatever the bins and the skew") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes)
    for (std::size_t bins : {1ul, 10ul, 256ul, 1000ul, 4096ul, 4097ul, 70000ul})
      check_histogram(n, bins, n % 2 == 0 ? 4 : 80000);
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 70000;
    limits.max_groups = 2;
  });
  check_histogram(100003, 300, 400);
  for (std::size_t bins : {256ul, 8000ul, 70000ul}) // all alike, and few
    for (std::uint64_t spread : {1ul, 2ul, 40ul})
      check_histogram(100003, bins, spread);
}

TEST_CASE("a histogram takes no more shared memory than the device has") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const folder =
      std::filesystem::temp_directory_path() / ("tandem-histogram-" + std::to_string(::getpid()));
  ::setenv("TANDEM_DUMP_KERNELS", folder.c_str(), 1);
  auto const in = numbers<std::int32_t>(1000, 500);
  for (std::size_t bins : {2000ul, 12289ul, 70000ul, 600000ul}) {
    static constinit gpu::kernel_site site;
    std::vector<std::uint64_t> counts(bins);
    CHECK(gpu::histogram(device(), site, gpu::trace<void(std::int32_t)>([](auto x) { return x + 7; }),
                         gpu::operand::of(in.data(), in.size()), in.size(), counts) == 0);
  }
  ::unsetenv("TANDEM_DUMP_KERNELS");
  std::size_t with_shared = 0, without = 0;
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    if (entry.path().extension() != ".comp" || text.find("bins[f(x)] += 1") == std::string::npos)
      continue;
    auto const number = [&text](char const* name) {
      auto const at = text.find(name);
      return at == std::string::npos ? 0 : std::stoul(text.substr(at + std::strlen(name)));
    };
    auto const counters = number("#define TD_BINS ") * number("#define TD_COPIES ");
    CHECK(counters * 4 <= device().info().limits.shared_memory_bytes);
    ++(counters != 0 ? with_shared : without);
  }
  CHECK((with_shared > 0 && without > 0));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a histogram of flags") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = numbers<std::int32_t>(10007, 100);
  static constinit gpu::kernel_site site;
  std::vector<std::uint64_t> counts(2);
  CHECK(gpu::histogram(device(), site, gpu::trace<void(std::int32_t)>([](auto x) { return x < 30; }),
                       gpu::operand::of(in.data(), in.size()), in.size(), counts) == 0);
  auto const below =
      static_cast<std::uint64_t>(std::count_if(in.begin(), in.end(), [](int x) { return x < 30; }));
  CHECK(counts == std::vector<std::uint64_t>{in.size() - below, below});
}

TEMPLATE_TEST_CASE("extrema are the first of equals and never NaN", "", std::int32_t, std::uint32_t, float,
                   std::int64_t, std::uint64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  using T = TestType;
  for (std::size_t n : sizes) {
    check_extrema(numbers<T>(n, 1000000007));
    check_extrema(numbers<T>(n, 3));
    check_extrema(std::vector<T>(n, std::numeric_limits<T>::max()));
    auto edges = interesting<T>(n, 3);
    check_extrema(edges);
    std::reverse(edges.begin(), edges.end());
    check_extrema(edges);
    if constexpr (std::is_floating_point_v<T>) {
      check_extrema(std::vector<T>(n, std::numeric_limits<T>::quiet_NaN()));
      std::vector<T> zeros(n, T(0));
      zeros[n / 2] = -T(0);
      check_extrema(zeros);
    }
  }
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 140000;
    limits.max_groups = 2;
  });
  check_extrema(numbers<T>(100003, 1000000007));
}

TEST_CASE("gather and scatter move elements of any width by indices of any width") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes) {
    check_moves<float, std::uint32_t>(n);
    check_moves<std::int32_t, std::int64_t>(n);
    check_moves<double, std::int32_t>(n);
    check_moves<std::uint64_t, std::uint64_t>(n);
  }
}

TEST_CASE("gather and scatter go on past every limit") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::uint64_t const memory : {0ull, 20000ull})
    for (std::uint64_t const chunk : {3000ull, 1ull << 20}) {
      lowered_limits const lowered(device(), [&](auto& limits) {
        limits.max_groups = 7;
        limits.max_chunk_bytes = chunk;
        if (memory != 0)
          limits.max_memory_bytes = memory;
      });
      check_moves<float, std::uint32_t>(10007);
      check_moves<double, std::int64_t>(10007);
    }
}

TEST_CASE("a bad index is found in any chunk, and nothing is written") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_chunk_bytes = 4096; });
  std::vector<float> const in(5000, 1.0f);
  std::vector<float> out(5000, -1.0f);
  std::vector<std::int64_t> index(5000, 5);
  index[4321] = 5000;
  index[4500] = std::int64_t{1} << 32;
  auto const of = [](auto& range) { return gpu::operand::of(range.data(), range.size()); };
  CHECK(gpu::gather(device(), of(in), of(index), of(out), 5000) == 4321);
  CHECK(gpu::scatter(device(), of(in), of(index), of(out), 5000) == 4321);
  index[4321] = 0;
  CHECK(gpu::gather(device(), of(in), of(index), of(out), 5000) == 4500);
  CHECK(std::all_of(out.begin(), out.end(), [](float x) { return x == -1.0f; }));
}

TEST_CASE("an index out of range is named and nothing is written") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<float> const in(100, 1.0f);
  std::vector<float> out(100, -1.0f);
  std::vector<std::int32_t> index(100, 5);
  auto const of = [](auto& range) { return gpu::operand::of(range.data(), range.size()); };
  for (std::int32_t bad : {-1, 100, 1 << 30}) {
    index[71] = index[90] = bad;
    CHECK(gpu::gather(device(), of(in), of(index), of(out), 100) == 71);
    CHECK(gpu::scatter(device(), of(in), of(index), of(out), 100) == 71);
    CHECK(std::all_of(out.begin(), out.end(), [](float x) { return x == -1.0f; }));
  }
}
