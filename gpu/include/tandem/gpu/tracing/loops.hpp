// Bounded loops over symbolic state. A state is a value, a number, or a std::pair, std::tuple, std::array or
// struct named by TANDEM_STRUCT of states.
#pragma once

#include <tandem/gpu/tracing/record.hpp>

namespace tandem::gpu {
namespace detail {

template <class S>
struct state_of {
  static_assert(Operand<S>,
                "tandem: the state of repeat and iterate_while is a number or a traced value, "
                "or a std::pair, std::tuple, std::array or struct named by TANDEM_STRUCT of such");
  using type = value<number_t<S>>;
  static constexpr bool traced = Value<S>;
};
template <class... S>
struct state_of<std::tuple<S...>> {
  using type = std::tuple<typename state_of<S>::type...>;
  static constexpr bool traced = (state_of<S>::traced || ...);
};
template <class A, class B>
struct state_of<std::pair<A, B>> {
  using type = std::pair<typename state_of<A>::type, typename state_of<B>::type>;
  static constexpr bool traced = state_of<A>::traced || state_of<B>::traced;
};
template <class S, std::size_t N>
struct state_of<std::array<S, N>> {
  using type = std::array<typename state_of<S>::type, N>;
  static constexpr bool traced = state_of<S>::traced;
};
template <class S>
requires Registered<S>
struct state_of<S> {
  using type = symbolic_t<S>;
  static constexpr bool traced = false;
};
template <class S>
requires Symbols<S>
struct state_of<S> {
  using type = S;
  static constexpr bool traced = true;
};

/// fn(leaf of To, the leaf of from that belongs to it) → the leaf of the result, in order.
template <class To, class From, class Fn>
To map_leaves(From const& from, Fn&& fn) {
  if constexpr (Value<To>)
    return fn(std::type_identity<number_t<To>>{}, from);
  else {
    static_assert(Compound<From>,
                  "tandem: the result, or the state that the body of a loop returns, must have the structure "
                  "that is asked for: a std::tuple, std::pair, std::array or struct named by TANDEM_STRUCT");
    static_assert(
        component_count<To> == component_count<From>,
        "tandem: the body of a loop must return a state of the same structure as the one it was given");
    auto&& parts = components(from);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return To{map_leaves<component_t<I, To>>(std::get<I>(parts), fn)...};
    }
    (std::make_index_sequence<component_count<To>>{});
  }
}

/// A loop's trip count as a uint32 value: negative counts are none.
template <Operand N>
value<std::uint32_t> trip_count(N const& n) {
  using T = number_t<N>;
  static_assert(std::integral<T>, "tandem: the number of iterations must be an integer");
  if constexpr (!Value<N>) {
    std::uint64_t const count = n > N{} ? static_cast<std::uint64_t>(n) : 0;
    return value<std::uint32_t>(count > 0xffffffffu ? 0xffffffffu : static_cast<std::uint32_t>(count));
  } else if constexpr (std::signed_integral<T>)
    return as<std::uint32_t>(max(n, constant(T{0})));
  else
    return as<std::uint32_t>(n);
}

template <class Body, class I, class S>
auto call_body(Body& body, I const& index, S const& state) {
  if constexpr (std::is_invocable_v<Body&, I const&, S const&>)
    return body(index, state);
  else
    return body(state);
}

/// Records a loop; `guard(state)` records the condition to go on, or does nothing.
template <class S, class Guard, class Body>
auto record_loop(value<std::uint32_t> trips, S const& initial, Guard&& guard, Body&& body) {
  using State = typename state_of<std::remove_cvref_t<S>>::type;
  recording& target = current();
  State const start = map_leaves<State>(
      initial, [](auto type, auto const& x) { return as<typename decltype(type)::type>(x); });
  std::uint32_t const loop = target.push(opcode::loop, scalar::uint32, trips.id());
  State const state = map_leaves<State>(start, [&]<class T>(std::type_identity<T>, value<T> x) {
    return value<T>::from_node(target.push(opcode::loop_state, scalar_of<T>, x.id(), loop));
  });
  guard(loop, state);
  auto const returned = call_body(body, value<std::uint32_t>::from_node(loop), state);
  State const next = map_leaves<State>(
      returned, [](auto type, auto const& x) { return as<typename decltype(type)::type>(x); });
  // States and their successors are visited in the same order, so the k-th successor belongs to the k-th
  // state.
  std::uint32_t component = loop + 1;
  map_leaves<State>(next, [&]<class T>(std::type_identity<T>, value<T> x) {
    target.push(opcode::loop_next, scalar_of<T>, component++, x.id(), loop);
    return x;
  });
  target.push(opcode::loop_end, scalar::boolean, loop);
  return map_leaves<State>(state, [&]<class T>(std::type_identity<T>, value<T> x) {
    return value<T>::from_node(target.push(opcode::loop_result, scalar_of<T>, x.id()));
  });
}

} // namespace detail

/// A state in which at least one component is symbolic.
template <class S>
concept TracedState = detail::state_of<std::remove_cvref_t<S>>::traced;

/// The state after n iterations of state = body(i, state), i = 0, 1 … n − 1 as a std::uint32_t; body may also
/// take only the state. The types of the state are those of `initial`. n is a number or a value; negative is
/// none.
template <Operand N, class S, class Body>
auto repeat(N const& n, S const& initial, Body&& body) {
  return detail::record_loop(
      detail::trip_count(n), initial, [](std::uint32_t, auto const&) {}, body);
}

/// The state after the first iterations of state = body(i, state), while condition(state), at most `limit` of
/// them; body may also take only the state.
template <class S, class Condition, class Body, Operand N>
auto iterate_while(S const& initial, Condition&& condition, Body&& body, N const& limit) {
  auto const guard = [&](std::uint32_t loop, auto const& state) {
    value<bool> const go_on = detail::as<bool>(condition(state));
    detail::current().push(opcode::loop_guard, scalar::boolean, go_on.id(), loop);
  };
  return detail::record_loop(detail::trip_count(limit), initial, guard, body);
}

} // namespace tandem::gpu
