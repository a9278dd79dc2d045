// Running sums.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "elements.hpp"
#include "thrust.hpp"

#include <tandem/functional.hpp>
#include <tandem/scan.hpp>

#include <tbb/blocked_range.h>
#include <tbb/parallel_scan.h>

#include <cmath>
#include <execution>
#include <memory>
#include <numeric>

#if TANDEM_BENCH_GNU
#include <parallel/numeric>
#endif

namespace tandem_bench {
namespace {

template <class T>
struct scanning {
  std::vector<T> in;
  std::vector<T> out;

  // Sums in double precision; float sums may differ from them by rounding.
  std::string check() const {
    double total = 0;
    double magnitude = 1;
    for (std::size_t i = 0; i < in.size(); ++i) {
      total += static_cast<double>(in[i]);
      magnitude += std::abs(static_cast<double>(in[i]));
      bool const wrong = std::is_integral_v<T>
                             ? out[i] != static_cast<T>(static_cast<std::int64_t>(total))
                             : std::abs(static_cast<double>(out[i]) - total) > 1e-4 * magnitude;
      if (wrong) {
        return "the sum of the first " + std::to_string(i + 1) + " is wrong";
      }
    }
    return "";
  }
};

template <class T>
std::shared_ptr<scanning<T>> data_of(std::size_t n) {
  auto const held = std::make_shared<scanning<T>>();
  held->in = random_numbers<T>(n);
  if constexpr (std::is_integral_v<T>) {
    for (T& x : held->in) {
      x = x % 100;
    }
  }
  held->out.resize(n);
  return held;
}

// Two passes with a plain loop as body, as one would write it.
template <class T>
void scan_by_tbb(T const* in, T* out, std::size_t n) {
  tbb::parallel_scan(
      tbb::blocked_range<std::size_t>(0, n, 1 << 16), T{},
      [=](tbb::blocked_range<std::size_t> const& range, T so_far, bool is_final) {
        for (std::size_t i = range.begin(); i < range.end(); ++i) {
          so_far = static_cast<T>(so_far + in[i]);
          if (is_final) {
            out[i] = so_far;
          }
        }
        return so_far;
      },
      [](T a, T b) { return static_cast<T>(a + b); });
}

template <class T>
void add_peers_of(comparison& made, std::shared_ptr<scanning<T>> const& held) {
  auto const check = [held] { return held->check(); };
  auto const add = [&](peer who, char const* name, auto scan) {
    made.ways.push_back(
        {who, {name, [held, scan] { scan(held->in.data(), held->out.data(), held->in.size()); }}, check});
  };
  add(peer::tbb, "tbb::parallel_scan", scan_by_tbb<T>);
  add(peer::standard, "std::inclusive_scan(par_unseq)", [](T const* in, T* out, std::size_t n) {
    std::inclusive_scan(std::execution::par_unseq, in, in + n, out);
  });
#if TANDEM_BENCH_GNU
  add(peer::gnu, "__gnu_parallel::partial_sum",
      [](T const* in, T* out, std::size_t n) { __gnu_parallel::partial_sum(in, in + n, out); });
#endif
#if TANDEM_BENCH_THRUST
  add(peer::thrust, "thrust::inclusive_scan",
      [](T const* in, T* out, std::size_t n) { thrust_tbb::scan(in, n, out); });
#endif
  add(peer::one_thread, "std::partial_sum",
      [](T const* in, T* out, std::size_t n) { std::partial_sum(in, in + n, out); });
}

template <class T, class Policy>
comparison scan_of(std::string title, std::size_t n, double wanted, Policy policy) {
  auto const held = data_of<T>(n);
  comparison made{.title = std::move(title), .n = n};
  made.goals.push_back({goal::kind::times_as_fast, wanted, peer::standard});
  made.ways.push_back({peer::tandem,
                       {"parallel_inclusive_scan",
                        [held, policy] { tandem::parallel_inclusive_scan(policy, held->in, held->out); }},
                       [held] { return held->check(); }});
  add_peers_of<T>(made, held);
  add_copying_bound(made, held, n);
  return made;
}

} // namespace

void add_scans(std::vector<job>& jobs) {
  jobs.push_back({"scan_i32", [](setting const& given) {
                    return scan_of<std::int32_t>("scan int32", given.n, 2.2,
                                                 tandem::on_cpu.with(given.where));
                  }});
  jobs.push_back({"scan_i64", [](setting const& given) {
                    return scan_of<std::int64_t>("scan int64", given.n, 2.2,
                                                 tandem::on_cpu.with(given.where));
                  }});
  jobs.push_back({"scan_f32", [](setting const& given) {
                    return scan_of<float>("scan float, fixed shape", given.n, 1.4,
                                          tandem::on_cpu.with(given.where));
                  }});
  jobs.push_back({"scan_f64", [](setting const& given) {
                    return scan_of<double>("scan double, fixed shape", given.n, 1.4,
                                           tandem::on_cpu.with(given.where));
                  }});
  jobs.push_back({"scan_f32_relaxed", [](setting const& given) {
                    return scan_of<float>("scan float, relaxed", given.n, 2.2,
                                          tandem::on_cpu.with(given.where).relaxed());
                  }});
}

} // namespace tandem_bench
