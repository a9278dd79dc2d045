#pragma once

// How filters, partitions, counts and searches by a predicate reach a GPU.

#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/gpu/filter.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::detail {

/// Whether GPUs can select among elements of type T, which may be narrow, by this predicate or this test of so
/// many elements.
template <target Target, class Pred, class T, class... More>
constexpr bool can_select_on_gpu() {
  if constexpr (Target != target::cpu && gpu::Stored<T>)
    return maps_on_gpu<Pred, T, More...>();
  else
    return false;
}

/// `on_gpu` with elements or a predicate that no GPU can run is a compile error that says what to change.
template <class Pred, class T, class... More>
constexpr void require_gpu_can_select() {
  static_assert(
      gpu::Stored<T>,
      "tandem::on_gpu: an element type cannot live on a GPU; use float, double, integers of 8 to 64 "
      "bits, bool or tandem::half, or use tandem::on_cpu");
  if constexpr (gpu::Stored<T>)
    require_gpu_can_map<bool, Pred, T, More...>();
}

/// What every call with a predicate of one element asks of it.
template <target Target, class R, class Pred>
constexpr void require_predicate() {
  static_assert(Range<R const>, "a contiguous range is needed");
  static_assert(std::is_invocable_r_v<bool, Pred&, seen_t<element_t<R>> const&>,
                "the predicate must take an element and return bool");
  if constexpr (Target == target::gpu)
    require_gpu_can_select<std::remove_reference_t<Pred>, element_t<R>>();
}

/// A generic function sees floats for halves on the CPU, as it does on GPUs.
template <class T, class F>
decltype(auto) seeing_elements(F& f) {
  if constexpr (GenericCallable<F> && std::is_same_v<T, half>) {
    if constexpr (std::is_invocable_v<F&, float const&>)
      return seeing<F, T>(f);
    else
      return seeing<F, T, T>(f);
  } else
    return (f);
}

/// The launch of a call whose only function is a predicate of elements of T: run and warm as in
/// recorded_launch.
template <class Facts, class T, class Pred, class Run, class Warm>
auto select_launch(Pred& pred, Run run, Warm warm) {
  return recorded<kernel_tag<Facts, Pred, T>>(
      [&pred]() -> gpu::recording& { return gpu::trace<bool(T)>(pred); }, std::move(run), std::move(warm));
}

/// !pred(x), traceable where pred is.
template <class Pred>
struct negated {
  Pred* pred;
  template <class T>
  auto operator()(T const& x) const {
    return !(*pred)(x);
  }
};

} // namespace tandem::detail
