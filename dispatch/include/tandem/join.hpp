#pragma once

#include <tandem/cpu/join.hpp>
#include <tandem/policy.hpp>
#include <tandem/runtime.hpp>

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

template <class F>
using join_result_t = std::invoke_result_t<F&>;

/// Where a function's result waits for the others; nothing for void.
template <class F>
struct join_slot {
  F& f;
  std::optional<join_result_t<F>> result;
  void operator()() { result.emplace(f()); }
};

template <target Target, class... F>
auto join_of(policy<Target> where, F&... f) {
  static_assert(Target == target::automatic || Target == target::cpu,
                "tandem: parallel_join calls functions on the CPU only");
  static_assert(sizeof...(F) >= 2, "parallel_join needs two functions or more");
  auto& owner = where.bound_runtime() != nullptr ? *where.bound_runtime() : current_runtime();
  cpu::execution const how{&owner.workers()};
  if constexpr ((std::is_void_v<join_result_t<F>> || ...)) {
    cpu::join(how, f...);
  } else {
    std::tuple<join_slot<F>...> slots{join_slot<F>{f, std::nullopt}...};
    return std::apply(
        [&how](auto&... slot) {
          cpu::join(how, slot...);
          return std::tuple<join_result_t<F>...>{std::move(*slot.result)...};
        },
        slots);
  }
}

} // namespace detail

/// Fork-join: calls every function, perhaps at once, and returns when all have ended:
///
///     parallel_join([policy,] f, g, …)
///     auto [a, b] = parallel_join([policy,] f, g)       where no function returns void
///
/// Made for recursion: a split costs about 0.05 µs, so leaves of a few µs are enough; calls nest without deadlock. The first exception is
/// rethrown when all that had started have ended; functions not yet started are then skipped.
template <class First, class... Rest>
auto parallel_join(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return detail::join_of(first, rest...);
  else
    return detail::join_of(automatic, first, rest...);
}

} // namespace tandem
