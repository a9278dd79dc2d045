#pragma once

// Calls of algorithms that run on the CPU only.

#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <utility>

namespace tandem::detail {

/// One call site for each algorithm (Facts: its name and kind), function type and element types.
template <class Facts, class F, class... Element>
struct host_site {
  static inline constinit call_site site{
      call_facts{.name = Facts::name,
                 .kind = Facts::kind,
                 .read_bytes_per_element = static_cast<float>((sizeof(Element) + ... + 0)),
                 .written_bytes_per_element = Facts::written_bytes}};
};

/// work(execution) does the whole call, wherever on the CPU it pays. Under `on_gpu`: tandem::error, as there is no kernel.
template <target Target, class Work>
void run_on_host(policy<Target> where, call_site& site, std::size_t n, Work const& work) {
  if (Target != target::gpu && n == 0)
    return work(cpu::execution{}); // nothing to decide; what an empty range gives is for the algorithm to say
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) { work(how); };
  run_whole(where, site, n, traffic{}, on_cpu, no_launch{});
}

/// Calls algorithm(policy, arguments…), with `automatic` when the first argument is no policy.
template <class Algorithm, class First, class... Rest>
decltype(auto) with_policy(Algorithm const& algorithm, First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return algorithm(first, std::forward<Rest>(rest)...);
  else
    return algorithm(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

template <class... R>
inline constexpr bool any_array_range_v = (is_array_range_v<R> || ...);

/// A new range with the `count` elements at `from`.
template <class T, class... In>
auto copied_range(T const* from, std::size_t count) {
  if constexpr (std::is_same_v<T, bool> || (any_array_range_v<In...> && std::is_trivially_copyable_v<T>))
    return array<T>(std::span<T const>{from, count});
  else
    return std::vector<T>(from, from + count);
}

[[noreturn]] TANDEM_API void throw_too_small(char const* call, char const* name, std::size_t needed,
                                             std::size_t size);
[[noreturn]] TANDEM_API void throw_bad_index(char const* call, std::size_t position, long long value,
                                             std::size_t size);

} // namespace tandem::detail
