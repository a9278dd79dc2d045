#pragma once

#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/find.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

struct filter_facts {
  static constexpr char const* name = "parallel_filter";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 4;
};
struct partition_facts {
  static constexpr char const* name = "parallel_partition";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 8;
};

/// The kept elements of a type that no vector holds.
template <class R>
auto filtered(cpu::execution how, R const& in, auto& pred) {
  using T = element_t<R>;
  auto const n = size_of(in);
  auto const* const from = host_read(in);
  cpu::detail::kept_marks const marks(how, n, cpu::detail::keep_where(how, from, pred));
  std::vector<T> kept;
  if constexpr (std::is_default_constructible_v<T> && std::is_copy_assignable_v<T>) {
    kept.resize(marks.kept());
    marks.for_each_kept(how, [&](std::size_t i, std::size_t place) { kept[place] = from[i]; });
  } else {
    kept.reserve(marks.kept());
    for (std::size_t i = 0; i < n; ++i)
      if (marks[i])
        kept.push_back(from[i]);
  }
  return kept;
}

/// `on_host(execution)` is the filter on the CPU; a GPU writes to `room` and says how many in `kept`.
template <target Target, class R, class Pred, class Room, class OnHost>
void filter_range(policy<Target> where, R const& in, Pred& pred, Room& room, std::size_t& kept, OnHost const& on_host) {
  constexpr bool can_trace = can_select_on_gpu<Target, Pred, element_t<R>>();
  if constexpr (Target == target::gpu)
    require_gpu_can_run<bool, Pred, element_t<R>>();
  auto& site = device_site<filter_facts, can_trace, Pred, element_t<R>>::site;
  if constexpr (can_trace)
    run_anywhere(where, site, size_of(in), traffic_of(room, in), on_host,
                 select_launch<selection::filter, Pred, R, Room>(pred, in, room, kept));
  else
    run_on_host(where, site, size_of(in), on_host);
}

template <target Target, class R, class Pred>
auto filter_to_new(policy<Target> where, R const& in, Pred& pred) {
  using T = element_t<R>;
  if constexpr (cpu::vectorisable<T>) {
    std::unique_ptr<T[]> const memory(new T[size_of(in)]); // untouched pages cost nothing
    std::span<T> room(memory.get(), size_of(in));
    std::size_t kept = 0;
    filter_range(where, in, pred, room, kept,
                 [&](cpu::execution how) { kept = cpu::filter(how, size_of(in), host_read(in), room.data(), pred); });
    return copied_range<T, R>(room.data(), kept);
  } else {
    std::optional<std::vector<T>> result;
    std::size_t kept = 0;
    std::span<T> nowhere;
    filter_range(where, in, pred, nowhere, kept, [&](cpu::execution how) { result.emplace(filtered(how, in, pred)); });
    return std::move(*result);
  }
}

template <target Target, class R, class Out, class Pred>
std::size_t filter_to(policy<Target> where, R const& in, Out& out, Pred& pred) {
  static_assert(WritableRange<Out> && std::is_same_v<element_t<R>, element_t<Out>>,
                "parallel_filter: the output must be a writable range of the input's element type");
  auto const n = size_of(in);
  require_disjoint("parallel_filter", "the output", extent_of(out), "the input", 0, extent_of(in));
  std::size_t kept = 0;
  filter_range(where, in, pred, out, kept, [&](cpu::execution how) {
    if (size_of(out) < n) // only then is it worth counting first
      if (auto const needed = cpu::count(how, n, host_read(in), pred); needed > size_of(out))
        throw_too_small("parallel_filter", "the output", needed, size_of(out));
    kept = cpu::filter(how, n, host_read(in), std::data(out), pred);
  });
  return kept;
}

inline constexpr auto filter_of = []<target Target, class R, class... Rest>(policy<Target> where, R const& in, Rest&&... rest) {
  static_assert(Range<R const>, "parallel_filter needs a contiguous range");
  if constexpr (sizeof...(Rest) == 1)
    return filter_to_new(where, in, rest...);
  else
    return filter_to(where, in, rest...);
};

inline constexpr auto partition_of = []<target Target, class R, class Pred>(policy<Target> where, R&& range, Pred&& pred) {
  static_assert(WritableRange<R>, "parallel_partition needs a contiguous range that it may write to");
  auto& site = host_site<partition_facts, std::remove_reference_t<Pred>, element_t<R>>::site;
  std::size_t first = 0;
  run_on_host(where, site, size_of(range),
              [&](cpu::execution how) { first = cpu::partition(how, size_of(range), std::data(range), pred); });
  return first;
};

} // namespace detail

/// The elements for which pred holds, in their order:
///
///     auto kept = parallel_filter([policy,] in, pred)             a new std::vector (tandem::array if `in` is one, or of bool)
///     std::size_t n = parallel_filter([policy,] in, out, pred)    to the first n places of `out`
///
/// \param out   a contiguous range of the same type, apart from `in`. If it is smaller than `in`, pred is called twice as often, to
///              know beforehand whether all will fit.
/// \param pred  called once per element, in no order and from several threads
/// \throws std::invalid_argument if the ranges overlap or `out` is too small; nothing is written then. What pred throws.
///
/// Deterministic. Arithmetic types: one pass, about 150 KiB a thread, and n elements of untouched room for the first form; other
/// types: two passes and n bytes.
template <class First, class... Rest>
auto parallel_filter(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::filter_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Brings the elements for which pred holds to the front, both parts in their order; returns how many they are:
///
///     std::size_t n = parallel_partition([policy,] range, pred)
///
/// Uses room for n elements. Move-only types work (default-constructible ones).
template <class First, class... Rest>
std::size_t parallel_partition(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::partition_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
