// Calling a lambda once with symbolic arguments.
#pragma once

#include <tandem/gpu/tracing/loops.hpp>

namespace tandem::gpu {
namespace detail {

/// What a lambda is given for an element of type T: a half is a float as soon as it is read.
template <class T>
using argument_t = symbolic_t<std::conditional_t<std::is_same_v<std::remove_cv_t<T>, half>, float, T>>;

template <class Signature>
struct traced_function;

template <class R, class... A>
struct traced_function<R(A...)> {
  template <class F>
  static void record(recording& target, F&& f) {
    static_assert(
        std::is_invocable_v<F&, argument_t<A>...>,
        "tandem: to run on the GPU a lambda takes its parameters as auto, one for each input, and uses "
        "only operators and tandem:: functions on them; a lambda with concrete parameters such as (float x) "
        "is for the CPU");
    target.begin_function();
    std::uint32_t argument = 0;
    auto const input = [&]<class T>(std::type_identity<T>) {
      return value<T>::from_node(target.push(opcode::input, scalar_of<T>, argument++));
    };
    // Braces fix the order of the arguments' nodes.
    std::tuple<argument_t<A>...> arguments{make_values<argument_t<A>>(input)...};
    auto const returned = std::apply(f, std::move(arguments));
    using Result = typename decltype(result_state<std::remove_cvref_t<decltype(returned)>>())::type;
    Result const results = map_leaves<Result>(
        returned, [](auto type, auto const& x) { return as<typename decltype(type)::type>(x); });
    map_leaves<Result>(results, [&]<class T>(std::type_identity<T>, value<T> x) {
      target.push(opcode::result, scalar_of<T>, x.id());
      return x;
    });
  }

 private:
  template <class Returned>
  static constexpr auto result_state() {
    if constexpr (std::is_void_v<R>)
      return std::type_identity<typename state_of<Returned>::type>{};
    else
      return std::type_identity<typename state_of<R>::type>{};
  }
};

} // namespace detail

/// Whether f can be called with symbolic values of these element types. The call operator must be a template:
/// a lambda with concrete parameters is for the CPU.
template <class F, class... T>
concept Traceable = (Mappable<T> && ...) && std::is_invocable_v<F&, detail::argument_t<T>...> && !requires {
  &std::remove_cvref_t<F>::operator();
};

/// Calls f once with symbolic arguments and returns what it recorded: this thread's recording, valid until
/// the next trace on this thread. `trace<R(A...)>(f)` converts the result to R as an assignment would; with R
/// = void it stays as it is. R may be a std::tuple, std::pair, std::array or struct named by TANDEM_STRUCT:
/// several results, as arguments of such types are several inputs. Costs about a
/// microsecond for a small lambda and allocates nothing once the thread's recording has grown to the size
/// needed.
template <class Signature, class F>
recording& trace(F&& f) {
  recording& target = detail::thread_recording();
  detail::tracing_scope const scope(target);
  target.clear();
  detail::traced_function<Signature>::record(target, f);
  return target;
}

/// Adds a further function to a recording that `trace` began, such as the operation of a fused map and
/// reduction.
template <class Signature, class F>
recording& trace_also(recording& target, F&& f) {
  detail::tracing_scope const scope(target);
  detail::traced_function<Signature>::record(target, f);
  return target;
}

} // namespace tandem::gpu
