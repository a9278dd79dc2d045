#pragma once

#include <tandem/cpu/compress.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/map.hpp>
#include <tandem/cpu/order_indices.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tandem::cpu {
namespace detail {

/// The best candidates a thread has seen, by index. Once there are k, an element must beat the worst of them
/// to get in.
template <class T, class Less>
class candidates {
 public:
  candidates(T const* in, std::size_t k, Less& less)
      : in_(in), k_(k), most_(k < 2048 ? 8192 : 4 * k), less_(less) {}

  void look_at(isa level, std::size_t first, std::size_t last) {
    constexpr std::size_t step = 1024;
    std::uint8_t beats[step];
    for (auto i = first; i < last; i += step) {
      auto const count = last - i < step ? last - i : step;
      if (!has_bar_) {
        for (auto j = i; j < i + count; ++j)
          indices_.push_back(j);
      } else {
        auto above = [&bar = in_[bar_], &less = less_](T const& x) {
          return !less(x, bar);
        }; // equals: by index, later
        evaluate_above(level, i, count, beats, above);
        for (std::size_t j = 0; j < count; ++j)
          if (beats[j] != 0)
            indices_.push_back(i + j);
      }
      if (indices_.size() >= most_)
        shrink();
    }
  }

  void shrink() {
    if (indices_.size() <= k_)
      return;
    select_indices(indices_.data(), indices_.size(), k_ - 1, *this);
    indices_.resize(k_);
    bar_ = indices_[k_ - 1];
    has_bar_ = true;
  }

  /// Whether element a ranks before element b: greater, or equal and earlier.
  bool operator()(std::size_t a, std::size_t b) const {
    if (less_(in_[b], in_[a]))
      return true;
    return a < b && !less_(in_[a], in_[b]);
  }

  std::vector<std::size_t>& indices() noexcept { return indices_; }

 private:
  template <class Above>
  void evaluate_above(isa level, std::size_t first, std::size_t count, std::uint8_t* beats, Above& above) {
    if constexpr (vectorisable<T>) {
      auto by_value = [bar = in_[bar_], less = less_](T x) { return !less(x, bar); };
      evaluate(level, in_ + first, count, beats, by_value);
    } else {
      for (std::size_t j = 0; j < count; ++j)
        beats[j] = above(in_[first + j]) ? 1 : 0;
    }
  }

  T const* in_;
  std::size_t k_, most_;
  Less& less_;
  std::vector<std::size_t> indices_;
  std::size_t bar_ = 0;
  bool has_bar_ = false;
};

} // namespace detail

/// The indices of the k greatest elements (all n if k is more), the greatest first, of equals the earlier:
/// what a stable sort by descending `less` would start with. About 16·k bytes a thread at least.
template <class T, class Less>
std::vector<std::size_t> top_k_indices(execution const& how, std::size_t n, T const* in, std::size_t k,
                                       Less&& less) {
  k = k < n ? k : n;
  if (k == 0)
    return {};
  using heap = detail::candidates<T, std::remove_reference_t<Less>>;
  constexpr std::size_t chunk = 16384;
  auto const chunks = (n - 1) / chunk + 1;
  auto const threads = how.workers == nullptr            ? 1
                       : how.workers->threads() < chunks ? how.workers->threads()
                                                         : chunks;
  std::vector<heap> found(threads, heap(in, k, less));
  std::atomic<std::size_t> next{0};
  auto const work = [&](std::size_t t) {
    for (auto c = next.fetch_add(1); c < chunks; c = next.fetch_add(1))
      found[t].look_at(how.level, c * chunk, (c + 1 == chunks ? n : (c + 1) * chunk));
    found[t].shrink();
  };
  if (threads == 1)
    work(0);
  else
    how.workers->for_workers(threads, work);
  auto& best = found[0].indices();
  for (std::size_t t = 1; t < threads; ++t)
    best.insert(best.end(), found[t].indices().begin(), found[t].indices().end());
  heap const order(in, k, less);
  detail::select_indices(best.data(), best.size(), k - 1, order);
  best.resize(k);
  detail::sort_indices(best.data(), k, order);
  return std::move(best);
}

} // namespace tandem::cpu
