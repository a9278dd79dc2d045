#pragma once

#include <tandem/cpu/for_each.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/operand.hpp>

#include <type_traits>

namespace tandem::detail {

template <target Target, class F, class... Element>
struct for_each_site {
  static inline constinit call_site site{
      facts_of<void, Element...>("parallel_for_each", algorithm::for_each, false)};
};

template <target Target>
constexpr void require_cpu_for_side_effects() {
  static_assert(Target != target::gpu && Target != target::both,
                "tandem: parallel_for_each and parallel_for call functions for their side effects, which no "
                "GPU has; use "
                "parallel_map or parallel_generate to compute values, or tandem::on_cpu");
}

template <target Target, class R, class F>
void for_each_of(policy<Target> where, R&& range, F&& f) {
  static_assert(Range<R>, "parallel_for_each needs a contiguous range");
  require_cpu_for_side_effects<Target>();
  auto& site = for_each_site<Target, std::remove_reference_t<F>, element_t<R>>::site;
  auto* const elements = std::data(range);
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    cpu::for_each(how, last - first, elements + first, f);
  };
  run_elementwise(where, site, size_of(range), traffic{}, on_host, no_launch{});
}

template <target Target, class F>
void for_indices(policy<Target> where, std::size_t n, F&& f) {
  static_assert(std::is_invocable_v<F&, std::size_t>, "parallel_for: the function must take a std::size_t");
  require_cpu_for_side_effects<Target>();
  auto& site = for_each_site<Target, std::remove_reference_t<F>>::site;
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    cpu::for_n(how, last - first, [&f, first](std::size_t i) { f(first + i); });
  };
  run_elementwise(where, site, n, traffic{}, on_host, no_launch{});
}

} // namespace tandem::detail
