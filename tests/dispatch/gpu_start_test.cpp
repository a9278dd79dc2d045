// How calls begin: while kernels compile, and when many processes start at once on nothing.
#include "eager_device.hpp"
#include "gpu_support.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <functional>
#include <numeric>

#include <sys/wait.h>

using namespace tandem;
using namespace tandem_test;

namespace {

runtime_options with_cache(std::string const& folder) {
  runtime_options options;
  options.device = first_device();
  options.cache_dir = folder;
  return options;
}

struct named_call {
  char const* name;
  std::function<std::vector<unsigned char>(runtime&)> run;
};

std::vector<named_call> calls() {
  std::vector<std::uint32_t> a(9001);
  for (std::uint32_t i = 0; i < a.size(); ++i)
    a[i] = i * 2654435761u >> 20;
  auto const large = [](auto x) { return x > 2000u; };
  auto const few = [](auto x) { return x < 300u; }; // another one: a filter counts too
  return {
      {"map",
       [a](runtime& where) {
         return bytes_of(parallel_map(automatic.with(where), a, [](auto x) { return x * 3u + 1u; }));
       }},
      {"reduce",
       [a](runtime& where) { return bytes_of(parallel_reduce(automatic.with(where), a, 0u, plus{})); }},
      {"scan",
       [a](runtime& where) {
         auto out = a;
         parallel_inclusive_scan(automatic.with(where), a, out, [](auto x, auto y) { return x + y; });
         return bytes_of(out);
       }},
      {"filter",
       [a, large](runtime& where) { return bytes_of(parallel_filter(automatic.with(where), a, large)); }},
      {"count", [a, few](runtime& where) { return bytes_of(parallel_count(automatic.with(where), a, few)); }},
      {"histogram",
       [a](runtime& where) {
         std::vector<std::uint32_t> bins(64);
         parallel_histogram(automatic.with(where), a, bins, [](auto x) { return x / 64u; });
         return bytes_of(bins);
       }},
      {"sort", [a](runtime& where) {
         auto out = a;
         parallel_sort(automatic.with(where), out);
         return bytes_of(out);
       }}};
}

/// Starts this program again for one case.
pid_t start_child(char const* filter, std::string const& cache) {
  pid_t const child = ::fork();
  if (child == 0) {
    ::setenv("TANDEM_CACHE_DIR", cache.c_str(), 1);
    ::unsetenv("TANDEM_PROFILE");
    ::execl("/proc/self/exe", "child", filter, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  return child;
}

int start_and_wait(char const* filter, std::string const& cache) {
  int status = -1;
  auto const child = start_child(filter, cache);
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("The first call does not wait for a compiler: the CPU serves until the kernel is there",
          "[gpu][start]") {
  auto const device = first_device();
  if (device.empty())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  scratch_folder folder;
  auto const options = eager_options(folder, device);
  runtime where{options};
  where.find_device();
  runtime cpu_only{on_the_cpu(options)};
  for (auto const& call : calls()) {
    CAPTURE(call.name);
    auto const expected = call.run(cpu_only);
    CHECK(call.run(where) == expected);
    auto const first = where.last_decision();
    CHECK(first.where() != backend::gpu);
    CHECK(first.where() != backend::both);
    bool said = false;
    for (std::size_t i = 0; i < first.candidate_count; ++i)
      said = said || (first.candidates[i].where == backend::gpu &&
                      first.candidates[i].why == reason::kernel_compiling);
    CHECK(said);
    CHECK(until_on_gpu(where, [&] { CHECK(call.run(where) == expected); }));
  }
}

namespace {

/// Calls one kernel, which nobody has built yet, twice, with different captures.
template <class Lambda>
void insist_twice(runtime& where, Lambda const& with_factor) {
  std::vector<float> const a(5000, 2.0f);
  auto const compile_us = [&] {
    CHECK(where.last_decision().why == reason::forced);
    return static_cast<double>(
        where.last_decision().chosen.microseconds[static_cast<std::size_t>(term::compile)]);
  };
  parallel_map(on_gpu.with(where), a, with_factor(3.0f));
  CHECK(compile_us() > 0);
  CHECK(where.last_decision().predicted_us() > compile_us());
  CHECK_THAT(where.explain(), Catch::Contains(" compile"));
  parallel_map(on_gpu.with(where), a, with_factor(4.0f));
  CHECK(compile_us() == 0);
  CHECK_THAT(where.explain(), !Catch::Contains(" compile"));
}

} // namespace

TEST_CASE("Who insists on a GPU is told what building the kernel takes, once", "[gpu][start]") {
  NEEDS_A_DEVICE();
  scratch_folder folder;
  auto options = with_cache(folder.file("cache"));
  runtime learning{options};
  insist_twice(learning, [](float factor) { return [factor](auto x) { return x * factor + 0.625f; }; });
  options.cost = "frozen";
  runtime frozen{options};
  insist_twice(frozen, [](float factor) { return [factor](auto x) { return x / factor - 0.625f; }; });
  gpu::set_cache_directory("");
}

namespace {

std::size_t entries_in(std::string const& folder) {
  std::error_code none;
  std::size_t count = 0;
  for (auto const& file : std::filesystem::directory_iterator(folder, none))
    count += file.path().extension() == ".entry";
  return count;
}

/// Files are written in the background.
bool has_kernels_and_pipelines(std::string const& folder) {
  for (int i = 0; i < 6000; ++i) {
    if (entries_in(folder + "/kernels") != 0 && entries_in(folder + "/devices") != 0)
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

} // namespace

TEST_CASE("Compiled kernels are kept where runtime_options::cache_dir says", "[gpu][start]") {
  NEEDS_A_DEVICE();
  scratch_folder folder;
  auto options = with_cache({});
  std::vector<float> const a(5000, 2.0f);
  auto const one = folder.file("one"), other = folder.file("other/below");
  options.cache_dir = one;
  runtime first{options};
  CHECK(parallel_map(on_gpu.with(first), a, [](auto x) { return x * 3.0f - 17.0f + x / 7.0f; })[0] ==
        2.0f * 3.0f - 17.0f + 2.0f / 7.0f);
  CHECK(has_kernels_and_pipelines(one));
  options.cache_dir = other; // the device is open by now
  runtime second{options};
  CHECK(parallel_map(on_gpu.with(second), a, [](auto x) { return (x + 3.5f) * (x - 2.25f) * 4.0f; })[0] ==
        (2.0f + 3.5f) * (2.0f - 2.25f) * 4.0f);
  CHECK(has_kernels_and_pipelines(other));

  auto const blocked = folder.file("file");
  std::ofstream(blocked) << "in the way";
  options.cache_dir = blocked + "/below";
  runtime third{options};
  CHECK(parallel_map(on_gpu.with(third), a, [](auto x) { return x / 5.0f + x * x * x - 1.5f; })[0] ==
        2.0f / 5.0f + 2.0f * 2.0f * 2.0f - 1.5f);
  CHECK_THAT(third.explain(),
             Catch::Contains("note: cache folder '" + options.cache_dir + "' cannot be used") &&
                 Catch::Contains("is not a folder"));
  gpu::set_cache_directory("");
}

TEST_CASE("Damaged files in the cache folder cost a compilation", "[gpu][start]") {
  NEEDS_A_DEVICE();
  scratch_folder folder;
  auto const options = with_cache(folder.file("cache"));
  runtime where{options};
  std::vector<float> const a(5000, 2.0f);
  auto const call = [&] {
    return parallel_map(on_gpu.with(where), a, [](auto x) { return x * 1.75f + 0.5f - x * x; });
  };
  auto const expected = call();
  REQUIRE(has_kernels_and_pipelines(options.cache_dir));
  for (auto const& file : std::filesystem::recursive_directory_iterator(options.cache_dir))
    if (file.is_regular_file())
      std::ofstream(file.path()) << "damage";
  CHECK(call() == expected);
  CHECK(parallel_map(on_gpu.with(where), a, [](auto x) { return x * 0.25f - 3.0f + x * x; })[0] ==
        2.0f * 0.25f - 3.0f + 2.0f * 2.0f);
  CHECK(start_and_wait("[.child_of_many]", options.cache_dir) == 0);
  gpu::set_cache_directory("");
}

TEST_CASE("child: one of many", "[.child_of_many]") {
  runtime where;
  std::vector<float> a(50000);
  std::iota(a.begin(), a.end(), 0.0f);
  auto const f = [](auto x) { return x * 2.0f + 1.0f; };
  auto const expected = parallel_map(on_cpu.with(where), a, f);
  CHECK(parallel_map(automatic.with(where), a, f) == expected);
  if (!first_device().empty()) {
    CHECK(parallel_map(on_gpu.with(where), a, f) == expected);
    CHECK(parallel_reduce(on_gpu.with(where), a, 0.0f, plus{}) ==
          parallel_reduce(on_cpu.with(where), a, 0.0f, plus{}));
  }
  CHECK(where.calibrate(0.05));
  CHECK(parallel_map(automatic.with(where), a, f) == expected);
}

TEST_CASE("Sixteen processes start at once on an empty cache and profile", "[gpu][start][slow]") {
  scratch_folder folder;
  auto const cache = folder.file("cache");
  for (int round = 0; round < 2; ++round) { // on nothing, then on what the first ones left
    std::vector<pid_t> children;
    for (int i = 0; i < (round == 0 ? 16 : 2); ++i)
      children.push_back(start_child("[.child_of_many]", cache));
    for (auto const child : children) {
      int status = -1;
      REQUIRE(::waitpid(child, &status, 0) == child);
      CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    }
  }
  runtime_options options;
  options.cache_dir = cache;
  options.profile = cache + "/profile.json";
  runtime after{options};
  CHECK(after.current_profile().cpu.origin == source::stored);
  for (auto const& entry : std::filesystem::recursive_directory_iterator(cache))
    CHECK_THAT(entry.path().filename().string(), !Catch::Contains("tmp"));
}
