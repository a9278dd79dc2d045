#pragma once

#include <tandem/cpu/unique.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/functional.hpp>
#include <tandem/gpu/unique.hpp>
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

template <class R, class Equal>
auto unique_launch(R& range, Equal& equals, std::size_t& kept) {
  using T = element_t<R>;
  return recorded<kernel_tag<unique_facts, Equal, T>>(
      [&equals]() -> gpu::recording& { return gpu::trace<bool(T, T)>(equals); },
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        if (size_of(range) == 0)
          return;
        device_output changed(where, range, contents::changed);
        kept = gpu::unique(where, site, recording, changed.elements(where), size_of(range));
        changed.done();
      },
      [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_unique(where, site, recording, gpu::stored_scalar_of<T>, size_of(range));
      });
}

inline constexpr auto unique_of =
    []<target Target, class R, class Equal = equal_to>(policy<Target> where, R&& range, Equal&& equals = {}) {
  static_assert(WritableRange<R>, "parallel_unique needs a contiguous range that it may write to");
  using T = element_t<R>;
  constexpr bool can_trace = can_select_on_gpu<Target, std::remove_reference_t<Equal>, T, T>();
  if constexpr (Target == target::gpu)
    require_gpu_can_select<std::remove_reference_t<Equal>, T, T>();
  auto& site = device_site<unique_facts, can_trace, std::remove_reference_t<Equal>, T>::site;
  std::size_t kept = 0;
  auto const on_host = [&](cpu::execution how) {
    if constexpr (std::is_same_v<std::remove_cvref_t<Equal>, equal_to> && std::is_arithmetic_v<T>)
      kept = cpu::unique(how, size_of(range), std::data(range), [](T a, T b) noexcept { return a == b; });
    else
      kept = cpu::unique(how, size_of(range), std::data(range), seeing_elements<T>(equals));
  };
  if constexpr (can_trace)
    run_anywhere(where, site, size_of(range), traffic_of(range, range), on_host,
                 unique_launch(range, equals, kept));
  else
    run_on_host(where, site, size_of(range), on_host);
  return kept;
};

} // namespace detail

/// Removes elements equal to the one before them (sort first to remove all duplicates); the others move to
/// the front, in order:
///
///     std::size_t n = parallel_unique([policy,] range [, equals]);   range.resize(n);
///
/// equals(element, next); a generic function runs on GPUs too. What stands behind the first n is unspecified. Whatever
/// `equals` throws, every element is in the range then, in some order. One pass for arithmetic types, with memory for
/// what is removed unless `equals` is noexcept; n bytes for others, whose elements are moved.
template <class First, class... Rest>
std::size_t parallel_unique(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::unique_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
