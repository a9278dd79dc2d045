#include "gpu_suite.hpp"

#include "gpu_data.hpp"

#include "algorithms/chained.hpp"
#include "runtime/recorder.hpp"

#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/merge.hpp>
#include <tandem/gpu/reduce.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <span>

namespace tandem_bench {
namespace {

bool chained(gpu::device const& where) {
  return gpu::detail::chained_on(where.engine()).has_value();
}

gpu_trial map_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[] {},
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<word(word)>([](auto x) { return x * 2u + 1u; });
            gpu::operand const in = d->in.operand();
            gpu::map(d->where, site, recorded, {&in, 1}, d->out.operand(), d->n);
          },
          [d] {
            words const& out = d->out.result();
            for (std::size_t i = 0; i < d->n; ++i)
              if (out[i] != d->in.initial()[i] * 2 + 1)
                return false;
            return true;
          }};
}

gpu_trial reduce_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {
      [] {},
      [d] {
        static constinit gpu::kernel_site site;
        word const init = 0;
        gpu::recording& recorded = gpu::trace<word(word, word)>([](auto a, auto b) { return a + b; });
        gpu::reduce(d->where, site, recorded, d->in.operand(), d->n, &init, &d->number,
                    gpu::reduction_order::commutative);
      },
      [d] { return d->number == std::accumulate(d->in.initial().begin(), d->in.initial().end(), word{0}); }};
}

template <class T>
gpu_trial scan_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  if constexpr (std::is_floating_point_v<T>) { // few ones among zeros, so that the order of additions does
                                               // not show
    words small = d->in.initial();
    for (word& each : small)
      each = std::bit_cast<word>(static_cast<T>(each % 16 == 0 ? 1 : 0));
    d->in = range(where, std::move(small), resident);
  }
  return {[] {},
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<T(T, T)>([](auto a, auto b) { return a + b; });
            gpu::inclusive_scan(d->where, site, recorded, d->in.operand<T>(), d->out.operand<T>(), d->n);
          },
          [d] {
            words const& out = d->out.result();
            T sum{};
            for (std::size_t i = 0; i < std::min<std::size_t>(d->n, 1U << 24); ++i) {
              sum = static_cast<T>(sum + std::bit_cast<T>(d->in.initial()[i]));
              if (std::bit_cast<T>(out[i]) != sum)
                return false;
            }
            return true;
          }};
}

gpu_trial filter_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[] {},
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<bool(word)>([](auto x) { return (x & 1u) != 0u; });
            d->count = gpu::filter(d->where, site, recorded, d->in.operand(), d->out.operand(), d->n);
          },
          [d] {
            words const& out = d->out.result();
            std::size_t kept = 0;
            for (word each : d->in.initial())
              if (each % 2 != 0 && (kept >= d->count || out[kept++] != each))
                return false;
            return kept == d->count;
          }};
}

gpu_trial histogram_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  d->bins.resize(256);
  return {[d] { std::fill(d->bins.begin(), d->bins.end(), 0); },
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<word(word)>([](auto x) { return x >> 24; });
            gpu::histogram(d->where, site, recorded, d->in.operand(), d->n, d->bins);
          },
          [d] {
            std::vector<std::uint64_t> wanted(256);
            for (word each : d->in.initial())
              ++wanted[each >> 24];
            return d->bins == wanted;
          }};
}

gpu_trial gather_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident, true);
  words index(n);
  std::iota(index.begin(), index.end(), word{0});
  std::shuffle(index.begin(), index.end(), std::mt19937(7));
  d->more = range(where, std::move(index), resident);
  return {[] {}, [d] { gpu::gather(d->where, d->in.operand(), d->more.operand(), d->out.operand(), d->n); },
          [d] {
            words const& out = d->out.result();
            for (std::size_t i = 0; i < d->n; ++i)
              if (out[i] != d->in.initial()[d->more.initial()[i]])
                return false;
            return true;
          }};
}

gpu_trial sort_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[d] { d->in.refill(); }, [d] { gpu::radix_sort(d->where, d->in.operand(), d->n); },
          [d] {
            words wanted = d->in.initial();
            std::sort(wanted.begin(), wanted.end());
            return d->in.result() == wanted;
          }};
}

gpu_trial pairs_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident, true);
  words places(n);
  std::iota(places.begin(), places.end(), word{0});
  d->more = range(where, std::move(places), resident);
  return {[d] {
            d->in.refill();
            d->more.refill();
          },
          [d] { gpu::radix_sort_by_key(d->where, d->in.operand(), d->more.operand(), 4, d->n); },
          [d] {
            words const& keys = d->in.result();
            words const& places_now = d->more.result();
            for (std::size_t i = 0; i < d->n; ++i)
              if (keys[i] != d->in.initial()[places_now[i]] ||
                  (i > 0 &&
                   (keys[i - 1] > keys[i] || (keys[i - 1] == keys[i] && places_now[i - 1] > places_now[i]))))
                return false;
            return true;
          }};
}

gpu_trial merge_sort_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  auto const less = [](auto a, auto b) { return (a ^ 0x55555555u) < (b ^ 0x55555555u); };
  return {[d] { d->in.refill(); },
          [d, less] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<bool(word, word)>(less);
            gpu::merge_sort(d->where, site, recorded, d->in.operand(), d->n);
          },
          [d, less] {
            words wanted = d->in.initial();
            std::stable_sort(wanted.begin(), wanted.end(), less);
            return d->in.result() == wanted;
          }};
}

auto always(double bytes) {
  return [bytes](gpu::device const&, std::size_t) { return bytes; };
}

/// One reading less where workgroups may wait for earlier ones.
auto by_chaining(double with, double without) {
  return [=](gpu::device const& where, std::size_t) { return chained(where) ? with : without; };
}

double merge_bytes(gpu::device const&, std::size_t n) {
  return 8 * (1 + std::max(0.0, std::ceil(std::log2(static_cast<double>(n) / 4096))));
}

} // namespace

std::vector<gpu_entry> gpu_entries() {
  std::vector<gpu_entry> all{{"map", 8, always(8), map_trial},
                             {"reduce", 4, always(4), reduce_trial},
                             {"scan float", 8, by_chaining(8, 12), scan_trial<float>},
                             {"scan uint32", 8, by_chaining(8, 12), scan_trial<word>},
                             {"filter half", 6, by_chaining(6, 10), filter_trial},
                             {"histogram 256", 4, always(4), histogram_trial},
                             {"gather", 12, always(16), gather_trial}, // indices are checked first
                             {"radix keys", 36, by_chaining(36, 48), sort_trial},
                             {"radix pairs", 68, by_chaining(68, 80), pairs_trial},
                             {"merge sort", 0, merge_bytes, merge_sort_trial}};
  for (gpu_entry& each : gpu_searches())
    all.push_back(std::move(each));
  return all;
}

gpu_trial device_copy(gpu::device const& where, std::size_t n) {
  auto from = std::make_shared<gpu::memory>(where, n * 4);
  auto to = std::make_shared<gpu::memory>(where, n * 4);
  return {[] {},
          [=] {
            gpu::detail::recorder work = where.engine().record();
            work.copy(*from, 0, *to, 0, n * 4);
            work.run();
          },
          [] { return true; }};
}

} // namespace tandem_bench
