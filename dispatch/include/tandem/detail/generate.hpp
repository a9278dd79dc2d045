#pragma once

#include <tandem/cpu/generate.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/operand.hpp>

#include <cstdint>
#include <type_traits>

namespace tandem::detail {

template <target Target, class Index, class F, class Out>
struct generate_site {
  static constexpr bool can_trace = Target != target::cpu && traceable<F, Index>() && device_type_v<element_t<Out>>;
  static inline constinit call_site site{facts_of<element_t<Out>>("parallel_generate", algorithm::generate, can_trace)};
};

template <class Index, target Target, class F, class Out>
void generate_with(policy<Target> where, Out& out, F& f) {
  using facts = generate_site<Target, Index, F, Out>;
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    auto const shifted = [&f, start = static_cast<Index>(first)](Index i) { return f(static_cast<Index>(start + i)); };
    cpu::generate<Index>(how, last - first, host_overwrite(out) + first, shifted);
  };
  if constexpr (Target == target::gpu)
    require_gpu_can_run<element_t<Out>, F, Index>();
  if constexpr (facts::can_trace)
    run_elementwise(where, facts::site, size_of(out), traffic_of(out), on_host, generate_launch<Index, F, Out>(f, out));
  else
    run_elementwise(where, facts::site, size_of(out), traffic_of(out), on_host, no_launch{});
}

template <target Target, class Out, class F>
void generate_into(policy<Target> where, Out&& out, F&& f) {
  static_assert(WritableRange<Out>, "parallel_generate: the output must be a contiguous range that can be written");
  static_assert(std::is_invocable_v<F&, std::uint32_t>, "parallel_generate: the function must take one index");
  constexpr std::size_t indices32 = std::size_t{1} << 32;
  if (size_of(out) <= indices32)
    generate_with<std::uint32_t>(where, out, f);
  else
    generate_with<std::uint64_t>(where, out, f);
}

} // namespace tandem::detail
