#pragma once

#include <tandem/cpu/sort.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_merge.hpp>
#include <tandem/detail/gpu_sort.hpp>
#include <tandem/detail/known_order.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/functional.hpp>
#include <tandem/policy.hpp>
#include <tandem/runtime.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::detail {

struct sort_name {
  static constexpr char const* name = "parallel_sort";
};
struct quicksort_name {
  static constexpr char const* name = "parallel_quicksort";
};
struct stable_sort_name {
  static constexpr char const* name = "parallel_stable_sort";
};
struct sort_by_key_name {
  static constexpr char const* name = "parallel_sort_by_key";
};
struct sort_permutation_name {
  static constexpr char const* name = "parallel_sort_permutation";
};

/// What a sort by these keys costs: numbers in a known order are sorted by their bits, by vector instructions
/// or by digits; everything else by comparing.
template <class Key, class Compare>
inline constexpr algorithm sort_kind_v =
    cpu::sorting::sorts_as_keys<Key, std::remove_cvref_t<Compare>> ? algorithm::radix_sort
                                                                   : algorithm::comparison_sort;

/// `OnGpu`: GPUs can do it. `Traced`: around a function of the user's, whose arithmetic the device must have
/// (keys alone are sorted as words).
template <class Name, algorithm Kind, bool OnGpu, bool Traced, class Compare, class... Element>
struct sort_site {
  static constexpr call_facts facts() {
    auto facts =
        facts_of<std::tuple_element_t<0, std::tuple<Element...>>, Element...>(Name::name, Kind, OnGpu);
    facts.device_types = facts.device_types || OnGpu;
    if (!Traced)
      facts.needs_int64 = facts.needs_float64 = false;
    return facts;
  }
  static inline constinit call_site site{facts()};
};

/// How many elements are sorted on the spot, before anything is decided.
inline constexpr std::size_t sorted_on_the_spot = 32;

/// Up to how many that may be learned. One thread sorts as many anyway, and neither it nor the bus to a GPU could
/// be made up for; what sorting took last time says little of other orders, so it is not trusted further.
constexpr std::size_t learned_on_the_spot(algorithm kind) {
  return kind == algorithm::radix_sort ? 4096 : 512;
}

template <class R>
bool on_a_device(R const& range) noexcept {
  if constexpr (is_array_range_v<R>)
    return range.resident();
  else
    return false;
}

/// Sorts what is too small for anything to be decided; true when done. Asked once a call, before anything else is
/// prepared, and for the shortest sorts nothing is looked at but the number of elements. Longer `ranges` that are on a
/// device are a reason to decide.
template <target Target, class OnCpu, class... R>
bool sorted_undecided(policy<Target> where, call_site& site, std::size_t n, OnCpu const& on_cpu,
                      R const&... ranges) {
  if constexpr (Target == target::automatic || Target == target::cpu) {
    if (n <= sorted_on_the_spot ||
        (n <= learned_on_the_spot(site.facts.kind) && n < site.serial_below.load(std::memory_order_relaxed) &&
         !(on_a_device(ranges) || ...))) {
      constexpr std::size_t scalar =
          3; // elements that no vector instruction is needed for: do not ask which there are
      note_plain_loop(where.bound_runtime(), site, n);
      on_cpu(n <= scalar ? cpu::execution{.workers = nullptr, .level = cpu::isa::baseline}
                         : cpu::execution{});
      return true;
    }
  }
  return false;
}

/// For sorts that are done on one side.
struct undivided {};

/// A sort that is to be decided.
template <target Target, class OnCpu, class Parts = undivided>
void run_sort(policy<Target> where, call_site& site, std::size_t n, traffic moved, OnCpu const& on_cpu,
              launch&& on_gpu, Parts&& parts = {}) {
  call now{where.bound_runtime(), Target, site, n, moved, on_gpu};
  if constexpr (!std::is_same_v<std::remove_cvref_t<Parts>, undivided> &&
                (Target == target::automatic || Target == target::both))
    if (auto const split = now.start_part(); split != 0) [[unlikely]] {
      parts.rest(now.cpu(), split, n);
      if (now.finish_part() != split)
        parts.rest(now.cpu(), 0, split);
      parts.join(now.cpu());
      return now.finish();
    }
  if (now.try_gpu() != n)
    on_cpu(now.cpu());
  now.finish();
}

template <class Compare, class Key>
constexpr void require_comparator() {
  static_assert(
      std::is_invocable_r_v<bool, Compare&, Key const&, Key const&>,
      "tandem: the comparator of a sort must take two elements (or projections of them) and return bool");
}

template <class R>
inline constexpr bool sortable =
    WritableRange<R>&& std::is_move_constructible_v<element_t<R>>&& std::is_move_assignable_v<element_t<R>>;

/// Elements that carry their key along on a GPU: of a type that the key function can be traced with.
template <class T, class Key, class Compare, class Project>
constexpr bool projects_on_gpu() {
  if constexpr (device_type_v<T> && !std::is_same_v<T, bool> && radix_on_gpu_v<Key, Compare>)
    return traceable<Project, T>();
  else
    return false;
}

/// A comparator that GPUs may be able to run. Elements are then sorted stably, so that the result is the same wherever it
/// happens. (Known comparators sort by the bits of the elements; a quicksort is the CPU's by its name.)
template <class Name, class T, class Compare, class Project>
inline constexpr bool has_generic_comparator =
    !std::is_same_v<Name, quicksort_name> && std::is_same_v<std::remove_cvref_t<Project>, identity> &&
    device_type_v<T> && !std::is_same_v<T, bool> && !cpu::has_known_order<Compare, T> &&
    GenericCallable<Compare>;

template <class Name, bool Stable, target Target, class R, class Compare = less, class Project = identity>
void sort_range(policy<Target> where, R&& range, Compare&& comp = {}, Project&& project = {}) {
  static_assert(WritableRange<R>, "tandem: a sort needs a contiguous range that it may write to");
  static_assert(sortable<R>, "tandem: a sort needs elements that can be moved");
  using Element = element_t<R>;
  using Key = std::remove_cvref_t<std::invoke_result_t<Project&, Element const&>>;
  require_comparator<Compare, Key>();
  constexpr bool projected = !std::is_same_v<std::remove_cvref_t<Project>, identity>;
  constexpr bool generic = has_generic_comparator<Name, Element, Compare, Project>;
  constexpr bool possible = [] {
    if constexpr (Target == target::cpu)
      return false;
    else if constexpr (projected)
      return projects_on_gpu<Element, Key, Compare, Project>();
    else if constexpr (generic)
      return traceable<std::remove_cvref_t<Compare>, Element, Element>();
    else
      return radix_on_gpu_v<Element, Compare>;
  }();
  static_assert(Target != target::gpu || possible,
                "tandem::on_gpu: GPUs sort numbers of 4 or 8 bytes in natural or reversed order (no "
                "comparator, tandem::less or "
                "tandem::greater), by a generic comparator such as [](auto a, auto b) { return a > b; }, or "
                "by a generic key function "
                "such as [](auto x) { return tandem::abs(x); }; use tandem::on_cpu for other elements, "
                "comparators and keys");
  auto &site = sort_site < Name, sort_kind_v<Key, Compare>, possible, projected || generic,
       std::remove_cvref_t<Compare>, Element > ::site;
  auto const n = size_of(range);
  auto const on_cpu = [&](cpu::execution how) {
    auto* const data = std::data(range);
    if constexpr (projected)
      cpu::sort_projected<Stable>(how, data, n, comp, project);
    else if constexpr (Stable || generic)
      cpu::stable_sort(how, data, n, comp);
    else
      cpu::sort(how, data, n, comp);
  };
  if (sorted_undecided(where, site, n, on_cpu, range))
    return;
  auto const moved = traffic_of(range, range);
  if constexpr (!possible)
    run_sort(where, site, n, moved, on_cpu, no_launch{});
  else if constexpr (projected)
    run_sort(where, site, n, moved, on_cpu, projected_sort_launch<Name, Compare>(range, project));
  else if constexpr (generic)
    run_sort(where, site, n, moved, on_cpu, merge_sort_launch<Name>(range, comp));
  else {
    using range_type = std::remove_reference_t<R>;
    sort_parts<range_type, std::remove_reference_t<Compare>> parts{range, comp, n};
    auto parted = moved;
    parted.merged_bytes = 2.0 * static_cast<double>(n * sizeof(Element));
    run_sort(where, site, n, parted, on_cpu, divided_sort_launch(range, parts), parts);
  }
}

template <target Target, class Keys, class Values, class Compare = less>
void sort_by_key_of(policy<Target> where, Keys&& keys, Values&& values, Compare&& comp = {}) {
  static_assert(
      sortable<Keys> && sortable<Values>,
      "tandem: parallel_sort_by_key needs two contiguous ranges of movable elements that it may write to");
  require_comparator<Compare, element_t<Keys>>();
  auto const n = size_of(keys);
  require_same_size(sort_by_key_name::name, "keys", n, "values", 0, size_of(values));
  require_disjoint(sort_by_key_name::name, "keys", extent_of(keys), "values", 0, extent_of(values));
  constexpr bool possible = Target != target::cpu && radix_on_gpu_v<element_t<Keys>, Compare>;
  static_assert(
      Target != target::gpu || possible,
      "tandem::on_gpu: parallel_sort_by_key sorts by numbers of 4 or 8 bytes in natural or reversed order "
      "there (no "
      "comparator, tandem::less or tandem::greater); use tandem::on_cpu for other keys and comparators");
  auto& site = sort_site<sort_by_key_name, sort_kind_v<element_t<Keys>, Compare>, possible, false,
                         std::remove_cvref_t<Compare>, element_t<Keys>, element_t<Values>>::site;
  auto const on_cpu = [&](cpu::execution how) {
    cpu::sort_by_key(how, std::data(keys), std::data(values), n, comp);
  };
  if (sorted_undecided(where, site, n, on_cpu, keys, values))
    return;
  auto moved = traffic_of(values, keys, values);
  moved.download_bytes += traffic_of(keys).download_bytes;
  if constexpr (!possible)
    run_sort(where, site, n, moved, on_cpu, no_launch{});
  else if constexpr (moves_as_words_v<element_t<Values>>) {
    using keys_type = std::remove_reference_t<Keys>;
    using values_type = std::remove_reference_t<Values>;
    sort_by_key_parts<keys_type, values_type, std::remove_reference_t<Compare>> parts{keys, values, comp, n};
    // The order is found, then keys and values are moved by it.
    moved.merged_bytes = 4.0 * static_cast<double>(n * (sizeof(element_t<Keys>) + sizeof(element_t<Values>)));
    run_sort(where, site, n, moved, on_cpu, divided_by_key_launch(keys, values, parts), parts);
  } else
    run_sort(where, site, n, traffic_reading(4.0 * static_cast<double>(n), keys), on_cpu,
             sort_through_permutation_launch<Compare>(keys, values, where.bound_runtime()));
}

[[noreturn]] TANDEM_API void throw_too_many_for_index(std::size_t n);

template <class Index, target Target, class Keys, class Compare = less>
std::vector<Index> sort_permutation_of(policy<Target> where, Keys const& keys, Compare&& comp = {}) {
  static_assert(Range<Keys const>, "tandem: parallel_sort_permutation needs a contiguous range of keys");
  static_assert(std::is_unsigned_v<Index> && (sizeof(Index) == 4 || sizeof(Index) == 8),
                "tandem: parallel_sort_permutation makes indices of 32 or 64 unsigned bits");
  require_comparator<Compare, element_t<Keys>>();
  using compiled = std::conditional_t<sizeof(Index) == 4, std::uint32_t, std::uint64_t>;
  static_assert(std::is_same_v<Index, compiled>);
  auto const n = size_of(keys);
  if (sizeof(Index) == 4 && n > UINT32_MAX)
    throw_too_many_for_index(n);
  constexpr bool possible = Target != target::cpu && radix_on_gpu_v<element_t<Keys>, Compare>;
  static_assert(
      Target != target::gpu || possible,
      "tandem::on_gpu: parallel_sort_permutation sorts numbers of 4 or 8 bytes in natural or reversed order "
      "there (no "
      "comparator, tandem::less or tandem::greater); use tandem::on_cpu for other keys and comparators");
  std::vector<Index> positions(n);
  auto& site = sort_site<sort_permutation_name, sort_kind_v<element_t<Keys>, Compare>, possible, false,
                         std::remove_cvref_t<Compare>, element_t<Keys>>::site;
  auto const on_cpu = [&](cpu::execution how) {
    cpu::sort_permutation(how, host_read(keys), n, comp, positions.data());
  };
  if (sorted_undecided(where, site, n, on_cpu, keys))
    return positions;
  auto moved = traffic_reading(4.0 * static_cast<double>(n), keys);
  if constexpr (possible) {
    permutation_parts<Keys, Index, std::remove_reference_t<Compare>> parts{keys, positions.data(), comp, n};
    moved.merged_bytes = 4 * moved.download_bytes;
    run_sort(where, site, n, moved, on_cpu, divided_permutation_launch(parts), parts);
  } else
    run_sort(where, site, n, moved, on_cpu, no_launch{});
  return positions;
}

} // namespace tandem::detail
