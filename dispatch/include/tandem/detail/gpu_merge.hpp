#pragma once

// How merges, and sorts by a traced comparator, reach a GPU.

#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/gpu/merge.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::detail {

template <class Name, class R, class Compare>
auto merge_sort_launch(R& range, Compare& comp) {
  using T = element_t<R>;
  return recorded<kernel_tag<Name, Compare, T>>(
      [&comp]() -> gpu::recording& { return gpu::trace<bool(T, T)>(comp); },
      [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        if (size_of(range) == 0)
          return;
        device_output changed(where, range, contents::changed);
        gpu::merge_sort(where, site, recording, changed.elements(where), size_of(range));
        changed.done();
      },
      [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_merge_sort(where, site, recording, gpu::scalar_of<T>, size_of(range));
      });
}

template <class Facts, class A, class B, class Out, class Less>
auto merge_launch(A const& a, B const& b, Out& out, Less& less) {
  using T = element_t<A>;
  return recorded<kernel_tag<Facts, Less, T>>(
      [&less]() -> gpu::recording& { return gpu::trace<bool(T, T)>(less); },
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        gpu::merge(where, site, recording, input_operand(where, a), input_operand(where, b),
                   output_operand(where, out));
        written(out);
      },
      [](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_merge(where, site, recording, gpu::scalar_of<T>);
      });
}

/// In the natural order, which needs no tracing.
template <class A, class B, class Out>
auto natural_merge_launch(A const& a, B const& b, Out& out) {
  return plain_launch(
      [&](gpu::device& where) {
        gpu::merge(where, input_operand(where, a), input_operand(where, b), output_operand(where, out));
        written(out);
      },
      [](gpu::device& where) { return gpu::warm_merge(where, gpu::scalar_of<element_t<A>>); });
}

} // namespace tandem::detail
