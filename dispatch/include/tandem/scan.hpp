#pragma once

#include <tandem/cpu/scan.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/functional.hpp>
#include <tandem/gpu/room.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/policy.hpp>

#include <type_traits>
#include <utility>

namespace tandem {

/// @cond internal
template <>
inline constexpr bool cpu::is_addition<plus> = true;
template <class T>
inline constexpr bool cpu::is_addition<std::plus<T>> = true;
/// @endcond

namespace detail {

struct scan_facts {
  static constexpr char const* name = "parallel_scan";
  static constexpr algorithm kind = algorithm::scan;
  static constexpr float written_bytes = 8;
};

template <class R, class Out>
void check_scan(char const* name, R const& in, Out const& out) {
  static_assert(Range<R const> && WritableRange<Out>,
                "a scan needs a contiguous range to read and one to write");
  require_same_size(name, "the input", size_of(in), "the output", 0, size_of(out));
  require_no_racing_overlap(name, extent_of(out), "the input", 0, extent_of(in));
}

/// In place a GPU that fails between two pieces would leave nothing in host memory to start over from. (An
/// array that only a lost device has is lost whatever is done.)
template <target Target, class R, class Out>
bool in_place_on_host(R const& in, Out const& out) {
  return Target != target::gpu && !is_array_range_v<Out> && extent_of(in).data == extent_of(out).data;
}

[[noreturn]] TANDEM_API void throw_in_place_in_pieces(gpu::device const& where, std::size_t n);

/// init is null for an inclusive scan.
template <target Target, class T, class R, class Out, class Op>
auto scan_launch(R const& in, Out& out, T const* init, Op& op) {
  auto const run = [&in, &out, init](gpu::device& where, gpu::kernel_site& site,
                                     gpu::recording const& recording) {
    auto const n = size_of(in);
    if (in_place_on_host<Target>(in, out) && !gpu::changes_at_once(where, n, sizeof(T)))
      throw_in_place_in_pieces(where, n);
    auto const from = input_operand(where, in);
    device_output changed(where, out, same_array(in, out) ? contents::changed : contents::replaced);
    if (init == nullptr)
      gpu::inclusive_scan(where, site, recording, from, output_operand(where, out), n);
    else
      gpu::exclusive_scan(where, site, recording, from, output_operand(where, out), n, init);
    changed.done();
  };
  auto const warm = [&in, init](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
    return gpu::warm_scan(where, site, recording, size_of(in), init != nullptr);
  };
  return recorded<kernel_tag<scan_facts, Op, T>>(
      [&op]() -> gpu::recording& { return gpu::trace<T(T, T)>(op); }, run, warm);
}

/// `init` is null for an inclusive scan; on_host(execution) is the scan on the CPU.
template <target Target, class T, class R, class Out, class Op, class OnHost>
void scan_range(policy<Target> where, R const& in, Out& out, T const* init, Op& op, OnHost const& on_host) {
  constexpr bool types = device_type_v<T> && !std::is_same_v<T, bool> && std::is_same_v<T, element_t<R>>;
  constexpr bool can_trace = [] {
    if constexpr (Target != target::cpu && types)
      return traceable<Op, T, T>();
    return false;
  }();
  if constexpr (Target == target::gpu) {
    static_assert(types, "tandem::on_gpu: a scan's ranges must have the same element type, and not bool");
    require_gpu_can_run<T, Op, T, T>();
  }
  auto& site = device_site<scan_facts, can_trace, Op, element_t<R>, T>::site;
  auto const n = size_of(in);
  if (n == 0)
    return;
  if constexpr (can_trace)
    run_anywhere(where, site, n, traffic_of(out, in), on_host, scan_launch<Target, T>(in, out, init, op));
  else
    run_on_host(where, site, n, on_host);
}

inline constexpr auto inclusive_scan_of = []<target Target, class R, class Out, class Op = plus>(
    policy<Target> where, R const& in, Out&& out, Op&& op = {}) {
  check_scan("parallel_inclusive_scan", in, out);
  scan_range(where, in, out, static_cast<element_t<Out> const*>(nullptr), op, [&](cpu::execution how) {
    if (where.is_relaxed())
      cpu::inclusive_scan<true>(how, size_of(in), host_read(in), std::data(out), op);
    else
      cpu::inclusive_scan(how, size_of(in), host_read(in), std::data(out), op);
  });
};

inline constexpr auto exclusive_scan_of = []<target Target, class R, class Out, class T, class Op = plus>(
    policy<Target> where, R const& in, Out&& out, T const& init, Op&& op = {}) {
  check_scan("parallel_exclusive_scan", in, out);
  auto const first = static_cast<element_t<Out>>(init);
  scan_range(where, in, out, &first, op, [&](cpu::execution how) {
    if (where.is_relaxed())
      cpu::exclusive_scan<true>(how, size_of(in), host_read(in), std::data(out), first, op);
    else
      cpu::exclusive_scan(how, size_of(in), host_read(in), std::data(out), first, op);
  });
};

} // namespace detail

/// Running totals: out[i] = in[0] ∘ … ∘ in[i] for an associative operation ∘ (tandem::plus if none is given):
///
///     parallel_inclusive_scan([policy,] in, out [, op])
///
/// \param in   a contiguous range; elements are converted to out's type before they meet
/// \param out  a contiguous range of the same size; it may be `in`
/// \param op   associative, T × T → T for T the element type of `out`; the order of operands is kept
/// \throws std::invalid_argument if sizes differ or the ranges overlap otherwise; what op throws.
///
/// Deterministic: the shape in which elements meet depends on their place alone (docs/architecture.md), so even float sums have the
/// same bits with any number of threads and on a GPU. `policy.relaxed()` lets float sums go their fastest way instead. One pass over memory; 40 to 150 KiB a thread. T arithmetic, or default-constructible and
/// copyable.
template <class First, class... Rest>
void parallel_inclusive_scan(First&& first, Rest&&... rest) {
  detail::with_policy(detail::inclusive_scan_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Running totals before each element: out[0] = init, out[i] = init ∘ in[0] ∘ … ∘ in[i − 1]; otherwise as parallel_inclusive_scan:
///
///     parallel_exclusive_scan([policy,] in, out, init [, op])
template <class First, class... Rest>
void parallel_exclusive_scan(First&& first, Rest&&... rest) {
  detail::with_policy(detail::exclusive_scan_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
