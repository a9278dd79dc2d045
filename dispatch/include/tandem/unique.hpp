#pragma once

#include <tandem/cpu/unique.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/functional.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct unique_facts {
  static constexpr char const* name = "parallel_unique";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 4;
};

inline constexpr auto unique_of = []<target Target, class R, class Equal = equal_to>(policy<Target> where, R&& range,
                                                                                    Equal&& equals = {}) {
  static_assert(WritableRange<R>, "parallel_unique needs a contiguous range that it may write to");
  auto& site = host_site<unique_facts, std::remove_reference_t<Equal>, element_t<R>>::site;
  std::size_t kept = 0;
  run_on_host(where, site, size_of(range),
              [&](cpu::execution how) { kept = cpu::unique(how, size_of(range), std::data(range), equals); });
  return kept;
};

} // namespace detail

/// Removes elements equal to the one before them (sort first to remove all duplicates); the others move to the front, in order:
///
///     std::size_t n = parallel_unique([policy,] range [, equals]);   range.resize(n);
///
/// What stands behind the first n is unspecified. One pass for arithmetic types; n bytes for others, whose elements are moved.
template <class First, class... Rest>
std::size_t parallel_unique(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::unique_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
