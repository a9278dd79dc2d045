/// Bounded loops that run anywhere. The state is a number or a std::pair, std::tuple or std::array of
/// numbers; on the CPU it may be any copyable type.
#pragma once

#include <tandem/gpu/tracing/loops.hpp>
#include <tandem/math/number.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

template <class S>
inline constexpr bool holds_symbols = gpu::Value<S> || gpu::detail::Symbols<S>;
template <class S>
requires(!gpu::Value<S> && requires { std::tuple_size<S>::value; }) inline constexpr bool holds_symbols<S> = [
]<std::size_t... I>(std::index_sequence<I...>) {
  return (holds_symbols<std::remove_cvref_t<std::tuple_element_t<I, S>>> || ...);
}
(std::make_index_sequence<std::tuple_size<S>::value>{});

template <class Body, class S>
TANDEM_INLINE constexpr decltype(auto) next_state(Body& body, std::uint32_t index, S const& state) {
  if constexpr (std::is_invocable_v<Body&, std::uint32_t const&, S const&>)
    return body(index, state);
  else
    return body(state);
}

template <class S, class Returned>
TANDEM_INLINE constexpr S state_from(Returned&& returned) {
  if constexpr (std::is_arithmetic_v<S>)
    return static_cast<S>(returned);
  else
    return S(std::forward<Returned>(returned));
}

} // namespace detail

/// The state after n iterations of state = body(i, state) for i = 0, 1 … n − 1 (a std::uint32_t); body may
/// also take only the state. The types of the state are those of `initial`. n is an integer, at most 2^32 −
/// 1; a negative n is none.
template <class Count, class S, class Body>
TANDEM_INLINE constexpr auto repeat(Count const& n, S const& initial, Body&& body) {
  using State = std::remove_cvref_t<S>;
  if constexpr (detail::holds_symbols<Count> || detail::holds_symbols<State>)
    return gpu::repeat(n, initial, body);
  else if constexpr (detail::holds_symbols<
                         std::remove_cvref_t<decltype(detail::next_state(body, std::uint32_t{}, initial))>>)
    return gpu::repeat(n, initial, body);
  else {
    static_assert(std::integral<Count>, "tandem::repeat: the number of iterations must be an integer");
    constexpr std::uint64_t most = 0xffffffffu;
    std::uint64_t const wanted = n > Count{} ? static_cast<std::uint64_t>(n) : 0;
    auto const count = static_cast<std::uint32_t>(wanted < most ? wanted : most);
    State state = initial;
    for (std::uint32_t i = 0; i < count; ++i)
      state = detail::state_from<State>(detail::next_state(body, i, std::as_const(state)));
    return state;
  }
}

/// The state after the first iterations of state = body(i, state) while condition(state) holds, at most
/// `limit` of them; body may also take only the state.
template <class S, class Condition, class Body, class Count>
TANDEM_INLINE constexpr auto iterate_while(S const& initial, Condition&& condition, Body&& body,
                                           Count const& limit) {
  using State = std::remove_cvref_t<S>;
  if constexpr (detail::holds_symbols<Count> || detail::holds_symbols<State>)
    return gpu::iterate_while(initial, condition, body, limit);
  else if constexpr (detail::holds_symbols<
                         std::remove_cvref_t<decltype(detail::next_state(body, std::uint32_t{}, initial))>> ||
                     detail::holds_symbols<std::remove_cvref_t<decltype(condition(initial))>>)
    return gpu::iterate_while(initial, condition, body, limit);
  else {
    static_assert(std::integral<Count>, "tandem::iterate_while: the limit must be an integer");
    constexpr std::uint64_t most = 0xffffffffu;
    std::uint64_t const wanted = limit > Count{} ? static_cast<std::uint64_t>(limit) : 0;
    auto const count = static_cast<std::uint32_t>(wanted < most ? wanted : most);
    State state = initial;
    for (std::uint32_t i = 0; i < count && condition(std::as_const(state)); ++i)
      state = detail::state_from<State>(detail::next_state(body, i, std::as_const(state)));
    return state;
  }
}

} // namespace tandem
