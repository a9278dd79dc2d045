#pragma once

// Which lambdas can become kernels, found out without instantiating the body of one that cannot.

#include <tandem/gpu/tracing/trace.hpp>

#include <type_traits>

namespace tandem::detail {

/// The call operator of F is a template: a generic lambda, or a functor such as tandem::plus.
template <class F>
concept GenericCallable = std::is_class_v<std::remove_cvref_t<F>> && !requires {
  &std::remove_cvref_t<F>::operator();
};

template <class T>
inline constexpr bool device_type_v = gpu::Element<std::remove_cv_t<T>>;

/// F can be called once with symbolic values of the element types. A generic lambda whose body is not meant for symbolic
/// values fails to compile here, with the message of the operation that failed: give it concrete parameter types or use on_cpu.
template <class F, class... T>
constexpr bool traceable() {
  if constexpr (GenericCallable<F> && (device_type_v<T> && ...))
    return std::is_invocable_v<F&, gpu::value<gpu::canonical_t<T>>...>;
  else
    return false;
}

/// `on_gpu` with something no GPU can run is a compile error that says what to change.
template <class Result, class F, class... T>
constexpr void require_gpu_can_run() {
  constexpr bool types = device_type_v<Result> && (device_type_v<T> && ...);
  static_assert(
      types,
      "tandem::on_gpu: an element type cannot live on a GPU; use float, double, int32_t, uint32_t, int64_t, "
      "uint64_t or bool, or use tandem::on_cpu");
  if constexpr (types)
    static_assert(
        traceable<F, T...>(),
        "tandem::on_gpu: the lambda's parameters have concrete types, so it can run on the CPU only; write "
        "'auto' "
        "parameters (for example [](auto x) { ... }) so that it can be traced, or use tandem::on_cpu");
}

} // namespace tandem::detail
