#pragma once

#include <tandem/cpu/top_k.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/detail/known_order.hpp>
#include <tandem/gpu/top_k.hpp>
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

/// Which end GPUs select from, if they can: the total order of any numbers; for integers also tandem::less,
/// greater and the like.
template <class Less, class T>
constexpr cpu::known_order top_k_order_of() {
  using compare = std::remove_cvref_t<Less>;
  if constexpr (!device_type_v<T> || std::is_same_v<T, bool>)
    return cpu::known_order::unknown;
  else if constexpr (std::is_same_v<compare, cpu::total_less>)
    return cpu::known_order::ascending;
  else if constexpr (std::is_integral_v<T>)
    return cpu::known_order_v<compare, T>;
  else
    return cpu::known_order::unknown;
}

template <gpu::sort_order Order, class R>
auto top_k_launch(R const& in, std::size_t k, std::vector<element_t<R>>& best) {
  return plain_launch(
      [&in, k, &best](gpu::device& where) {
        if (k == 0)
          return;
        best.resize(k);
        gpu::top_k(where, input_operand(where, in), size_of(in), k, Order, best.data());
      },
      [k](gpu::device& where) { return gpu::warm_top_k(where, gpu::scalar_of<element_t<R>>, Order, k); });
}

inline constexpr auto top_k_of = []<target Target, class R, class Less = cpu::total_less>(
    policy<Target> where, R const& in, std::size_t k, Less&& less = {}) {
  static_assert(Range<R const>, "parallel_top_k needs a contiguous range");
  using T = element_t<R>;
  constexpr auto order = Target == target::cpu ? cpu::known_order::unknown : top_k_order_of<Less, T>();
  constexpr bool on_device = order != cpu::known_order::unknown;
  static_assert(Target != target::gpu || on_device,
                "tandem::on_gpu: parallel_top_k selects numbers of 4 or 8 bytes in their natural order there "
                "(integers also by "
                "tandem::less and tandem::greater); use tandem::on_cpu for other elements and comparators");
  auto& site = word_site<top_k_facts, on_device, std::remove_reference_t<Less>, T>::site;
  auto const wanted = k < size_of(in) ? k : size_of(in);
  std::vector<T> best;
  auto const on_host = [&](cpu::execution how) {
    auto const* const from = host_read(in);
    auto const indices = cpu::top_k_indices(how, size_of(in), from, wanted, less);
    best.clear();
    best.reserve(indices.size());
    for (auto const i : indices)
      best.push_back(from[i]);
  };
  if constexpr (on_device)
    run_anywhere(where, site, size_of(in), traffic_reading(static_cast<double>(wanted * sizeof(T)), in),
                 on_host,
                 top_k_launch < order == cpu::known_order::descending
                     ? gpu::sort_order::ascending
                     : gpu::sort_order::descending > (in, wanted, best));
  else
    run_on_host(where, site, size_of(in), on_host);
  return best;
};

} // namespace detail

/// The k greatest elements, greatest first; all of them, sorted, if k is the size or more:
///
///     std::vector<T> best = parallel_top_k([policy,] in, k [, less])
///
/// What a stable descending sort would begin with: of equals the earlier come first, floats stand in IEEE's
/// total order (+NaN is above +inf). `less`: a strict weak order. One pass and O(k) memory a thread for small
/// k.
template <class First, class... Rest>
auto parallel_top_k(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::top_k_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
