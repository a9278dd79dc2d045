// How fast tandem sorts, beside what a user would call otherwise: nanoseconds an element (medians), and how
// many times as fast tandem is. All contenders of a line are measured in one run, sample by sample in turn.
//
//     sort_bench [n = 10000000] [threads = 2]
//     sort_bench sizes [most = 100000000] [least = 2] [numbers|records]
#include "measure.hpp"

#include <tandem/cpu/sort.hpp>
#include <tandem/sort.hpp>

#include <tbb/global_control.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <execution>
#include <parallel/algorithm>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using tandem::cpu::execution;

struct record {
  std::uint64_t key;
  std::uint64_t payload;
};

constexpr auto by_key = [](record const& a, record const& b) { return a.key < b.key; };

class table {
 public:
  table(execution how, std::size_t threads) : how_(how), threads_(static_cast<unsigned short>(threads)) {
    std::printf("%-34s %10s %10s %10s %10s %10s   ratio to tbb\n", "", "tandem", "tbb", "std par", "gnu par",
                "std::sort");
  }

  /// Sorts copies of `input` by tandem(execution, data, n) and the peers, which get `comp`.
  template <class T, class Sort, class Compare>
  void line(std::string const& name, std::vector<T> const& input, Sort sort, Compare comp,
            bool peers = true) const {
    std::vector<T> data(input.size());
    auto const refill = [&] { std::copy(input.begin(), input.end(), data.begin()); };
    std::vector<tandem_bench::contender> contenders;
    contenders.push_back({"tandem", [&] { sort(how_, data.data(), data.size()); }, refill});
    if (peers) {
      contenders.push_back({"tbb", [&] { tbb::parallel_sort(data.begin(), data.end(), comp); }, refill});
      contenders.push_back(
          {"std par", [&] { std::sort(std::execution::par, data.begin(), data.end(), comp); }, refill});
      contenders.push_back({"gnu",
                            [&] {
                              __gnu_parallel::sort(data.begin(), data.end(), comp,
                                                   __gnu_parallel::default_parallel_tag(threads_));
                            },
                            refill});
      contenders.push_back({"std", [&] { std::sort(data.begin(), data.end(), comp); }, refill});
    }
    tandem_bench::measure_options options;
    options.sample_ns = 1; // every sample sorts a fresh copy once
    options.budget_ns = 1e9;
    options.least_samples = 3;
    options.most_samples = 11;
    print(name, static_cast<double>(input.size()), tandem_bench::measure(contenders, options));
  }

 private:
  static void print(std::string const& name, double n, std::vector<tandem_bench::timing> const& times) {
    std::printf("%-34s", name.c_str());
    for (auto const& t : times)
      std::printf(" %10.2f", t.median_ns / n);
    if (times.size() > 1)
      std::printf("   %.1f", times[1].median_ns / times[0].median_ns);
    std::printf("\n");
    std::fflush(stdout);
  }

  execution how_;
  unsigned short threads_; // as __gnu_parallel counts them
};

template <class T>
std::vector<T> random_keys(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<T> keys(n);
  for (T& key : keys)
    key = std::is_floating_point_v<T> ? static_cast<T>(static_cast<double>(random()) / 1e15 - 9e3)
                                      : static_cast<T>(random());
  return keys;
}

template <class T>
void keys(table const& results, std::string const& name, std::size_t n) {
  auto const sort = [](execution how, T* data, std::size_t size) {
    tandem::cpu::sort(how, data, size, std::less<>{});
  };
  auto input = random_keys<T>(n);
  results.line(name + " random", input, sort, std::less<>{});
  std::sort(input.begin(), input.end());
  results.line(name + " sorted", input, sort, std::less<>{}, false);
  std::reverse(input.begin(), input.end());
  results.line(name + " reversed", input, sort, std::less<>{}, false);
}

void pairs(table const& results, std::size_t n) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> input;
  std::vector<std::uint32_t> const first = random_keys<std::uint32_t>(n);
  for (std::uint32_t i = 0; i < n; ++i)
    input.emplace_back(first[i], i);
  std::vector<std::uint32_t> sorted(n);
  std::vector<std::uint32_t> values(n);
  results.line(
      "u32 keys, u32 values, stable", input,
      [&](execution how, auto*, std::size_t size) {
        tandem::cpu::radix_sort(how, {first.data(), size, tandem::cpu::key_kind::u32},
                                {sorted.data(), first.data(), values.data()});
      },
      [](auto const& a, auto const& b) { return a.first < b.first; });
}

void records(table const& results, std::size_t n) {
  std::vector<record> input;
  for (std::uint64_t const key : random_keys<std::uint64_t>(n))
    input.push_back({key, input.size()});
  results.line(
      "16-byte records, comparator", input,
      [](execution how, record* data, std::size_t size) { tandem::cpu::sort(how, data, size, by_key); },
      by_key);
  results.line(
      "16-byte records, stable", input,
      [](execution how, record* data, std::size_t size) {
        tandem::cpu::stable_sort(how, data, size, by_key);
      },
      by_key, false);
}

void strings(table const& results, std::size_t n) {
  std::mt19937_64 random(1);
  std::vector<std::string> input(n);
  for (std::string& text : input) {
    text.resize(8 + random() % 17);
    for (char& c : text)
      c = static_cast<char>('a' + random() % 26);
  }
  results.line(
      "std::string of 8 to 24", input,
      [](execution how, std::string* data, std::size_t size) {
        tandem::cpu::sort(how, data, size, std::less<>{});
      },
      std::less<>{});
}

/// One size: fresh data each time, so that no branch is learnt; arrays enough for a sample of some length.
template <class T, class Compare>
double times_as_fast(std::size_t n, std::vector<T> const& input, Compare compare) {
  std::size_t const arrays = input.size() / n;
  auto data = input;
  auto const refill = [&] { data = input; };
  std::vector<tandem_bench::contender> const contenders = {
      {"tandem",
       [&] {
         for (std::size_t i = 0; i < arrays; ++i)
           tandem::parallel_sort(tandem::on_cpu, std::span(data).subspan(i * n, n), compare);
       },
       refill},
      {"std",
       [&] {
         for (std::size_t i = 0; i < arrays; ++i)
           std::sort(data.data() + i * n, data.data() + i * n + n, compare);
       },
       refill}};
  tandem_bench::measure_options options;
  options.sample_ns = 1;
  options.budget_ns = 2e8;
  options.least_samples = n < 5'000'000 ? 5 : 3; // of which each takes seconds
  auto const times = tandem_bench::measure(contenders, options);
  std::printf("%14.1f %14.1f %8.2f", times[0].median_ns / static_cast<double>(arrays),
              times[1].median_ns / static_cast<double>(arrays), times[1].median_ns / times[0].median_ns);
  return times[1].median_ns / times[0].median_ns;
}

/// The public call against std::sort at every size, numbers and records by a comparator.
/// `only`: "", "numbers" or "records".
void all_sizes(std::size_t most, std::size_t first, std::string_view only) {
  std::printf("%-10s %14s %14s %8s %14s %14s %8s\n", "ns a call", "uint32", "std::sort", "ratio", "records",
              "std::sort", "ratio");
  double least = 1e9;
  for (auto size = static_cast<double>(first); size <= static_cast<double>(most) * 1.001;
       size = size < 16    ? size + 1
              : size < 512 ? size * 1.26
                           : size * 3.1623) {
    auto const n = static_cast<std::size_t>(size + 0.5);
    auto const elements = std::max<std::size_t>(n, 400'000 / n * n);
    std::printf("%-10zu ", n);
    if (only != "records")
      least = std::min(least, times_as_fast(n, random_keys<std::uint32_t>(elements), std::less<>{}));
    if (only != "numbers") {
      std::vector<record> records(elements);
      auto const keys = random_keys<std::uint64_t>(elements);
      std::transform(keys.begin(), keys.end(), records.begin(), [](std::uint64_t key) {
        return record{key, 0};
      });
      std::printf(" ");
      least = std::min(least, times_as_fast(n, records, by_key));
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  std::printf("the least ratio is %.2f\n", least);
}

} // namespace

int main(int count, char** arguments) {
  if (count > 1 && std::string_view{arguments[1]} == "sizes") {
    all_sizes(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 100'000'000,
              count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 2, count > 4 ? arguments[4] : "");
    return 0;
  }
  std::size_t const n = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 10'000'000;
  std::size_t const threads = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 2;
  tbb::global_control const limit(tbb::global_control::max_allowed_parallelism, threads);
  tandem::cpu::pool workers({.threads = threads});
  std::printf("%zu elements, %zu threads, nanoseconds an element\n", n, threads);
  table const results({&workers}, threads);
  keys<std::uint32_t>(results, "uint32", n);
  keys<float>(results, "float", n);
  keys<std::uint64_t>(results, "uint64", n);
  keys<double>(results, "double", n);
  pairs(results, n);
  records(results, n);
  strings(results, std::max<std::size_t>(n / 10, 1));
}
