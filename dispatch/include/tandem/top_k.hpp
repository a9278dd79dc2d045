#pragma once

#include <tandem/cpu/top_k.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/detail/gpu_compare.hpp>
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

/// Words are moved and compared: numbers of 4 or 8 bytes.
template <target Target, class Less, class T>
constexpr bool selects_by_comparator() {
  if constexpr (device_type_v<T> && !std::is_same_v<T, bool>)
    return can_compare_on_gpu<Target, Less, T>();
  else
    return false;
}

template <target Target, class R, class Less>
auto top_k_by(policy<Target> where, R const& in, std::size_t k, Less& less) {
  static_assert(Range<R const>, "parallel_top_k needs a contiguous range");
  using T = element_t<R>;
  constexpr auto order = Target == target::cpu ? cpu::known_order::unknown : top_k_order_of<Less, T>();
  constexpr bool by_words = order != cpu::known_order::unknown;
  constexpr bool by_comparator = !by_words && selects_by_comparator<Target, Less, T>();
  static_assert(
      Target != target::gpu || by_words || by_comparator,
      "tandem::on_gpu: parallel_top_k selects numbers of 4 or 8 bytes in their natural order there, or "
      "by a generic comparator such as [](auto a, auto b) { return a * a < b * b; }; use "
      "tandem::on_cpu for other elements and comparators");
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
  auto const moved = traffic_reading(static_cast<double>(wanted * sizeof(T)), in);
  if constexpr (by_words)
    run_anywhere(where, word_site<top_k_facts, true, Less, T>::site, size_of(in), moved, on_host,
                 top_k_launch < order == cpu::known_order::descending
                     ? gpu::sort_order::ascending
                     : gpu::sort_order::descending > (in, wanted, best));
  else if constexpr (by_comparator)
    run_anywhere(where, device_site<top_k_facts, true, Less, T>::site, size_of(in), moved, on_host,
                 top_k_by_launch<top_k_facts>(in, wanted, less, best));
  else
    run_on_host(where, word_site<top_k_facts, false, Less, T>::site, size_of(in), on_host);
  return best;
}

inline constexpr auto top_k_of =
    []<target Target, class R, class Less = cpu::total_less, class Project = whole_element>(
        policy<Target> where, R const& in, std::size_t k, Less&& less = {}, Project&& project = {}) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Project>, whole_element>)
    return top_k_by(where, in, k, less);
  else {
    projected_less<std::remove_reference_t<Less>, std::remove_reference_t<Project>> by_key{&less, &project};
    return top_k_by(where, in, k, by_key);
  }
};

} // namespace detail

/// The k greatest elements, greatest first; all of them, sorted, if k is the size or more:
///
///     std::vector<T> best = parallel_top_k([policy,] in, k [, less [, project]])
///
/// What a stable descending sort would begin with: of equals the earlier come first, floats stand in IEEE's
/// total order (+NaN is above +inf). `less`: a strict weak order, of what `project` makes of the elements if there
/// is one; generic ones run on a GPU too. One pass and O(k) memory a thread for small
/// k.
template <class First, class... Rest>
auto parallel_top_k(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::top_k_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
