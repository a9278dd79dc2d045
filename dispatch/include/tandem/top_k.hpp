#pragma once

#include <tandem/cpu/top_k.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

struct top_k_facts {
  static constexpr char const* name = "parallel_top_k";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 0;
};

inline constexpr auto top_k_of = []<target Target, class R, class Less = cpu::total_less>(policy<Target> where, R const& in,
                                                                                        std::size_t k, Less&& less = {}) {
  static_assert(Range<R const>, "parallel_top_k needs a contiguous range");
  auto& site = host_site<top_k_facts, std::remove_reference_t<Less>, element_t<R>>::site;
  std::vector<element_t<R>> best;
  run_on_host(where, site, size_of(in), [&](cpu::execution how) {
    auto const* const from = host_read(in);
    auto const indices = cpu::top_k_indices(how, size_of(in), from, k, less);
    best.reserve(indices.size());
    for (auto const i : indices)
      best.push_back(from[i]);
  });
  return best;
};

} // namespace detail

/// The k greatest elements, greatest first; all of them, sorted, if k is the size or more:
///
///     std::vector<T> best = parallel_top_k([policy,] in, k [, less])
///
/// What a stable descending sort would begin with: of equals the earlier come first, floats stand in IEEE's total order (+NaN is
/// above +inf). `less`: a strict weak order. One pass and O(k) memory a thread for small k.
template <class First, class... Rest>
auto parallel_top_k(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::top_k_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
