#pragma once

// How filters, partitions, counts and searches by a predicate reach a GPU.

#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/gpu/filter.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::detail {

/// Whether GPUs can select among elements of type T by this predicate.
template <target Target, class Pred, class T>
constexpr bool can_select_on_gpu() {
  if constexpr (Target != target::cpu && device_type_v<T>)
    return traceable<Pred, T>();
  else
    return false;
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
