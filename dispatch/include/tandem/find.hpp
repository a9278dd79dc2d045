#pragma once

#include <tandem/cpu/find.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct count_facts {
  static constexpr char const* name = "parallel_count";
  static constexpr algorithm kind = algorithm::reduce;
  static constexpr float written_bytes = 0;
};
struct find_facts {
  static constexpr char const* name = "parallel_find_if";
  static constexpr algorithm kind = algorithm::find;
  static constexpr float written_bytes = 0;
};

/// search(execution, n, elements, pred) on the CPU.
template <class Facts, target Target, class R, class Pred, class Search>
auto search_range(policy<Target> where, R const& in, Pred& pred, Search const& search) {
  static_assert(Range<R const>, "a contiguous range is needed");
  static_assert(std::is_invocable_r_v<bool, Pred&, element_t<R> const&>, "the predicate must take an element and return bool");
  auto& site = host_site<Facts, Pred, element_t<R>>::site;
  decltype(search(cpu::execution{}, std::size_t{}, host_read(in), pred)) result{};
  run_on_host(where, site, size_of(in),
              [&](cpu::execution how) { result = search(how, size_of(in), host_read(in), pred); });
  return result;
}

/// The same where GPUs can count or find too; the result is a number.
template <class Facts, selection What, target Target, class R, class Pred, class Search>
std::size_t select_number(policy<Target> where, R const& in, Pred& pred, Search const& search) {
  static_assert(Range<R const>, "a contiguous range is needed");
  static_assert(std::is_invocable_r_v<bool, Pred&, element_t<R> const&>, "the predicate must take an element and return bool");
  constexpr bool can_trace = can_select_on_gpu<Target, Pred, element_t<R>>();
  if constexpr (Target == target::gpu)
    require_gpu_can_run<bool, Pred, element_t<R>>();
  auto& site = device_site<Facts, can_trace, Pred, element_t<R>>::site;
  std::size_t result = 0;
  auto const on_host = [&](cpu::execution how) { result = search(how, size_of(in), host_read(in), pred); };
  if constexpr (can_trace) {
    traffic const moved{.upload_bytes = upload_bytes(in), .download_bytes = sizeof(std::size_t)};
    run_anywhere(where, site, size_of(in), moved, on_host, select_launch<What, Pred, R, R const>(pred, in, in, result));
  } else {
    run_on_host(where, site, size_of(in), on_host);
  }
  return result;
}

inline constexpr auto count_of = []<target Target, class R, class What>(policy<Target> where, R const& in, What&& what) {
  constexpr auto search = [](cpu::execution how, std::size_t n, auto const* from, auto& pred) { return cpu::count(how, n, from, pred); };
  if constexpr (std::is_invocable_v<What&, element_t<R> const&>) {
    return select_number<count_facts, selection::count>(where, in, what, search);
  } else {
    auto const equal = [&what](auto const& x) { return x == what; };
    if constexpr (std::is_arithmetic_v<std::remove_cvref_t<What>>)
      return select_number<count_facts, selection::count>(where, in, equal, search);
    else
      return search_range<count_facts>(where, in, equal, search);
  }
};

inline constexpr auto find_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in, Pred&& pred) {
  return select_number<find_facts, selection::find>(where, in, pred,
                                                    [](cpu::execution how, std::size_t n, auto const* from, auto& test) {
                                                      return cpu::find_if(how, n, from, test);
                                                    });
};

inline constexpr auto any_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in, Pred&& pred) {
  return search_range<find_facts>(where, in, pred, [](cpu::execution how, std::size_t n, auto const* from, auto& test) {
    return cpu::any_of(how, n, from, test);
  });
};

inline constexpr auto all_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in, Pred&& pred) {
  return search_range<find_facts>(where, in, pred, [](cpu::execution how, std::size_t n, auto const* from, auto& test) {
    return cpu::all_of(how, n, from, test);
  });
};

} // namespace detail

/// How many elements satisfy a predicate, or equal a value:
///
///     std::size_t n = parallel_count([policy,] in, pred or value)
///
/// pred is called once per element, in no order and from several threads. One pass, no memory.
template <class First, class... Rest>
std::size_t parallel_count(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::count_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// The lowest index whose element satisfies pred; the size of the range if there is none:
///
///     std::size_t i = parallel_find_if([policy,] in, pred)
///
/// Stops soon after it is found: pred may be called on some elements behind it, and twice on some.
template <class First, class... Rest>
std::size_t parallel_find_if(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::find_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether some element satisfies pred; false for an empty range. Stops soon after one is found.
///
///     bool some = parallel_any_of([policy,] in, pred)
template <class First, class... Rest>
bool parallel_any_of(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::any_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether every element satisfies pred; true for an empty range. Stops soon after one does not.
template <class First, class... Rest>
bool parallel_all_of(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::all_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether no element satisfies pred; true for an empty range.
template <class First, class... Rest>
bool parallel_none_of(First&& first, Rest&&... rest) {
  return !parallel_any_of(std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
