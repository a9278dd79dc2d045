// Every file of a folder is a series of floats; statistics of each are computed in parallel: one stream per
// file, a few files at a time, all controlled from one thread by coroutines.
//
//   directory_statistics [folder; default: makes one with 12 files]
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <optional>

namespace fs = std::filesystem;

namespace {

struct moments {
  double count = 0, sum = 0, squares = 0;
  float low = std::numeric_limits<float>::infinity(), high = -std::numeric_limits<float>::infinity();
  double mean() const { return count > 0 ? sum / count : 0; }
  double deviation() const {
    return count > 0 ? std::sqrt(std::max(0.0, squares / count - mean() * mean())) : 0;
  }
};

moments of(float x) {
  return {1, x, static_cast<double>(x) * x, x, x};
}

moments combined(moments const& a, moments const& b) {
  return {a.count + b.count, a.sum + b.sum, a.squares + b.squares, std::min(a.low, b.low),
          std::max(a.high, b.high)};
}

using results = std::map<std::string, moments>;

asio::awaitable<void> examine(fs::path file, results& all, tandem::async_semaphore& at_once) {
  auto const turn = co_await at_once.async_acquire();
  moments m;
  co_await tandem::async_run(tandem::read_file<float>(file.string()) |
                             tandem::map_reduce_to(m, combined, of));
  all[file.filename().string()] = m; // one control thread: no lock
}

asio::awaitable<void> examine_all(fs::path folder, results& all) {
  tandem::task_scope scope(co_await asio::this_coro::executor);
  tandem::async_semaphore at_once(3);
  for (auto const& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file())
      scope.spawn(examine(entry.path(), all, at_once));
  co_await scope.async_join(); // rethrows the first error
}

void make_example(samples::temporary_folder const& folder) {
  for (int k = 0; k < 12; ++k)
    tandem::run(
        tandem::generate(50000u * static_cast<unsigned>(k + 1),
                         [k](std::uint64_t i) { return static_cast<float>(k) + (i % 2 ? 1.0f : -1.0f); }) |
        tandem::write_file(folder.file("series-" + std::to_string(10 + k) + ".f32")));
}

} // namespace

int main(int argc, char** argv) try {
  std::optional<samples::temporary_folder> example;
  if (argc < 2)
    make_example(example.emplace("tandem-series"));
  fs::path const folder = example ? example->path() : argv[1];
  results all;
  asio::io_context control(1);
  std::exception_ptr error;
  asio::co_spawn(control, examine_all(folder, all), [&](std::exception_ptr e) { error = e; });
  control.run();
  if (error)
    std::rethrow_exception(error);
  std::printf("%-20s %12s %10s %10s %10s %10s\n", "file", "values", "mean", "deviation", "least", "greatest");
  for (auto const& [name, m] : all)
    std::printf("%-20s %12.0f %10.4f %10.4f %10.4f %10.4f\n", name.c_str(), m.count, m.mean(), m.deviation(),
                static_cast<double>(m.low), static_cast<double>(m.high));
  std::printf("%zu files\n", all.size());
} catch (std::exception const& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
