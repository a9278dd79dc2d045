#include "gpu_data.hpp"
#include "gpu_suite.hpp"

#include <tandem/gpu/extremum.hpp>
#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/gpu/top_k.hpp>
#include <tandem/gpu/tracing/trace.hpp>
#include <tandem/gpu/unique.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tandem_bench {
namespace {

constexpr auto is_odd = [](auto x) { return (x & 1u) != 0u; };

gpu_trial partition_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[] {},
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<bool(word)>(is_odd);
            d->count = gpu::partition(d->where, site, recorded, d->in.operand(), d->out.operand(), d->n);
          },
          [d] {
            words wanted = d->in.initial();
            auto const middle = std::stable_partition(wanted.begin(), wanted.end(), is_odd);
            return d->out.result() == wanted && d->count == static_cast<std::size_t>(middle - wanted.begin());
          }};
}

gpu_trial count_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[] {},
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<bool(word)>(is_odd);
            d->count = gpu::count_if(d->where, site, recorded, d->in.operand(), d->n);
          },
          [d] {
            words const& in = d->in.initial();
            return d->count == static_cast<std::size_t>(std::count_if(in.begin(), in.end(), is_odd));
          }};
}

/// Pairs of equal neighbours, so that half stays.
words in_pairs(std::size_t n) {
  words all = random_words(n);
  for (std::size_t i = 1; i < n; i += 2)
    all[i] = all[i - 1];
  return all;
}

gpu_trial unique_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  d->in = range(where, in_pairs(n), resident);
  return {[d] { d->in.refill(); },
          [d] {
            static constinit gpu::kernel_site site;
            gpu::recording& recorded = gpu::trace<bool(word, word)>([](auto a, auto b) { return a == b; });
            d->count = gpu::unique(d->where, site, recorded, d->in.operand(), d->n);
          },
          [d] {
            words wanted = d->in.initial();
            wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
            words const& made = d->in.result();
            return d->count == wanted.size() && std::equal(wanted.begin(), wanted.end(), made.begin());
          }};
}

gpu_trial least_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  return {[] {}, [d] { d->count = gpu::min_element(d->where, d->in.operand(), d->n); },
          [d] {
            words const& in = d->in.initial();
            return d->count == static_cast<std::size_t>(std::min_element(in.begin(), in.end()) - in.begin());
          }};
}

gpu_trial top_k_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident);
  auto const best = std::make_shared<words>(std::min<std::size_t>(n, 100));
  return {[] {},
          [d, best] {
            gpu::top_k(d->where, d->in.operand(), d->n, best->size(), gpu::sort_order::descending,
                       best->data());
          },
          [d, best] {
            words sorted = d->in.initial();
            std::sort(sorted.begin(), sorted.end(), std::greater<>{});
            return std::equal(best->begin(), best->end(), sorted.begin());
          }};
}

gpu_trial scatter_trial(gpu::device const& where, std::size_t n, bool resident) {
  auto d = make_data(where, n, resident, true);
  words index(n);
  std::iota(index.begin(), index.end(), word{0});
  std::shuffle(index.begin(), index.end(), std::mt19937(7));
  d->more = range(where, std::move(index), resident);
  return {[] {}, [d] { gpu::scatter(d->where, d->in.operand(), d->more.operand(), d->out.operand(), d->n); },
          [d] {
            words const& out = d->out.result();
            for (std::size_t i = 0; i < d->n; ++i)
              if (out[d->more.initial()[i]] != d->in.initial()[i])
                return false;
            return true;
          }};
}

auto always(double bytes) {
  return [bytes](gpu::device const&, std::size_t) { return bytes; };
}

} // namespace

std::vector<gpu_entry> gpu_searches() {
  return {{"partition half", 8, always(12), partition_trial}, // counted first
          {"unique half", 6, always(12), unique_trial},       // and copied back into the range
          {"count", 4, always(4), count_trial},
          {"min element", 4, always(4), least_trial},
          {"top 100", 8, always(16), top_k_trial},     // three digits and the collection
          {"scatter", 12, always(16), scatter_trial}}; // indices are checked first
}

} // namespace tandem_bench
