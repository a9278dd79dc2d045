#pragma once

#include <tandem/cpu/histogram.hpp>
#include <tandem/detail/divided.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

struct histogram_facts {
  static constexpr char const* name = "parallel_histogram";
  static constexpr algorithm kind = algorithm::histogram;
  static constexpr float written_bytes = 0;
};

template <class R, class Bins, class F>
auto histogram_launch(R const& in, Bins& bins, F& f, std::size_t& outside) {
  using T = element_t<R>;
  return recorded<kernel_tag<histogram_facts, F, T>>(
      [&f]() -> gpu::recording& { return gpu::trace<void(T)>(f); },
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        if (size_of(in) == 0)
          return;
        std::vector<std::uint64_t> counts(size_of(bins));
        outside = gpu::histogram(where, site, recording, input_operand(where, in), size_of(in), counts);
        auto* const to = std::data(bins);
        for (std::size_t b = 0; b < counts.size(); ++b)
          to[b] = static_cast<element_t<Bins>>(to[b] + static_cast<element_t<Bins>>(counts[b]));
      },
      [&bins](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_histogram(where, site, recording, gpu::stored_scalar_of<T>, size_of(bins));
      });
}

/// A divided histogram: the CPU adds to the caller's counts, the device to its own.
template <class R, class Bins, class F>
struct histogram_parts {
  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    outside += cpu::histogram(how, last - first, host_read(in) + first, size_of(bins), std::data(bins),
                              seeing_elements<element_t<R>>(f));
  }
  void join(cpu::execution) {
    if (counted) {
      outside += outside_on_device;
      for (std::size_t b = 0; b < counts.size(); ++b)
        bins[b] = static_cast<element_t<Bins>>(bins[b] + static_cast<element_t<Bins>>(counts[b]));
    }
  }

  R const& in;
  Bins& bins;
  F& f;
  std::size_t& outside;
  std::vector<std::uint64_t> counts{};
  std::size_t outside_on_device = 0;
  bool counted = false;
  device_share share{};
};

inline constexpr auto histogram_of =
    []<target Target, class R, class Bins, class F>(policy<Target> where, R const& in, Bins&& bins, F&& f) {
      static_assert(Range<R const> && WritableRange<Bins>,
                    "parallel_histogram needs a contiguous range and a writable one of counts");
      static_assert(std::is_integral_v<element_t<Bins>>, "parallel_histogram: counts are integers");
      constexpr bool can_trace = can_select_on_gpu<Target, std::remove_reference_t<F>, element_t<R>>();
      if constexpr (Target == target::gpu)
        require_gpu_can_select<std::remove_reference_t<F>, element_t<R>>();
      auto& site = device_site<histogram_facts, can_trace, std::remove_reference_t<F>, element_t<R>>::site;
      require_disjoint("parallel_histogram", "the counts", extent_of(bins), "the input", 0, extent_of(in));
      std::size_t outside = 0;
      auto const on_host = [&](cpu::execution how) {
        outside = cpu::histogram(how, size_of(in), host_read(in), size_of(bins), std::data(bins),
                                 seeing_elements<element_t<R>>(f));
      };
      if constexpr (can_trace) {
        using bins_range = std::remove_reference_t<Bins>;
        auto const bin_count = size_of(bins);
        std::span<element_t<Bins>> const to(std::data(bins), bin_count);
        histogram_parts<R, std::span<element_t<Bins>> const, std::remove_reference_t<F>> parts{in, to, f,
                                                                                               outside};
        run_divided(where, site, size_of(in), traffic_reading(4.0 * static_cast<double>(bin_count), in),
                    on_host, parts,
                    divided(
                        !is_array_range_v<bins_range>, histogram_launch(in, bins, f, outside),
                        [&](gpu::device& device, std::size_t elements) {
                          parts.share = {shared_input(device, in), elements};
                          parts.counts.assign(bin_count, 0);
                        },
                        [&](gpu::device& device, gpu::kernel_site& kernels, gpu::recording const& recording) {
                          parts.outside_on_device = gpu::histogram(device, kernels, recording, parts.share.in,
                                                                   parts.share.elements, parts.counts);
                          parts.counted = true;
                        }));
      } else
        run_on_host(where, site, size_of(in), on_host);
      return outside;
    };

} // namespace detail

/// Counts elements by kind: bins[f(x)] += 1 for every element; returns how many had f(x) outside [0, size of
/// bins):
///
///     std::size_t outside = parallel_histogram([policy,] in, bins, f)
///
/// \param bins  a contiguous range of integers, fewer than 2^32; counts are added to what it holds
/// \param f     element → any integer (negative ones are outside), which depends on the element alone; called in no
///              order, from several threads, once per element, or, where elements are one byte, once per value
/// \throws std::invalid_argument if the ranges overlap. What f throws; some elements are counted then.
///
/// One pass; private counts for each thread up to 32 Ki bins (several tables of them up to 4096), on a GPU for
/// each group of threads as far as its shared memory goes. Bytes are counted by value first.
template <class First, class... Rest>
std::size_t parallel_histogram(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::histogram_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
