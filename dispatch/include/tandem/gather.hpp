#pragma once

#include <tandem/cpu/gather.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/policy.hpp>

#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct gather_facts {
  static constexpr char const* name = "parallel_gather";
  static constexpr algorithm kind = algorithm::map;
  static constexpr float written_bytes = 4;
};
struct scatter_facts {
  static constexpr char const* name = "parallel_scatter";
  static constexpr algorithm kind = algorithm::map;
  static constexpr float written_bytes = 4;
};

template <class Index, class Out, class R>
void check_indexed(char const* name, Index const& index, Out const& out, R const& in) {
  static_assert(Range<R const> && Range<Index const> && WritableRange<Out>,
                "two contiguous ranges and a writable one are needed");
  static_assert(std::is_integral_v<element_t<Index>>, "indices are integers");
  require_disjoint(name, "the output", extent_of(out), "the input", 0, extent_of(in));
  require_disjoint(name, "the output", extent_of(out), "the indices", 0, extent_of(index));
}

template <class Index>
void require_indices(char const* name, cpu::execution how, Index const& index, std::size_t size) {
  auto const n = size_of(index);
  if (auto const bad = cpu::find_bad_index(how, n, host_read(index), size); bad != n)
    throw_bad_index(name, bad, static_cast<long long>(host_read(index)[bad]), size);
}

/// GPUs move elements of 4 and 8 bytes by indices of 4 and 8 bytes.
template <target Target, class T, class OutT, class Index>
constexpr bool moves_on_gpu() {
  constexpr bool can =
      std::is_same_v<T, OutT> && moves_as_words_v<T> && device_type_v<Index> && !std::is_same_v<Index, bool>;
  static_assert(Target != target::gpu || can, "tandem::on_gpu: GPUs gather and scatter trivially copyable "
                                              "elements of 4 or 8 bytes, the same type on both sides, by "
                                              "indices of 4 or 8 bytes; use tandem::on_cpu for others");
  return Target != target::cpu && can;
}

/// move(device, operands of in, index and out, n) returns n, or the position of the first bad index.
template <class R, class Index, class Out, class Move>
void move_on_gpu(char const* name, gpu::device& where, R const& in, Index const& index, Out& out,
                 contents what, std::size_t size, Move const& move) {
  auto const n = size_of(index);
  if (n == 0)
    return;
  auto const from =
      size_of(in) == 0 ? gpu::operand{.type = word_scalar_v<element_t<R>>} : input_words(where, in);
  device_output changed(where, out, what);
  auto const to =
      size_of(out) == 0 ? gpu::operand{.type = word_scalar_v<element_t<Out>>} : changed.words(where);
  if (auto const bad = move(where, from, input_operand(where, index), to, n); bad != n) {
    changed.untouched();
    throw_bad_index(name, bad, static_cast<long long>(host_read(index)[bad]), size);
  }
  changed.done();
}

template <class R, class Index, class Out>
auto gather_launch(R const& in, Index const& index, Out& out) {
  return plain_launch(
      [&](gpu::device& where) {
        move_on_gpu("parallel_gather", where, in, index, out, contents::replaced, size_of(in), gpu::gather);
      },
      [](gpu::device& where) {
        return gpu::warm_gather(where, word_scalar_v<element_t<R>>, gpu::scalar_of<element_t<Index>>);
      });
}

template <class R, class Index, class Out>
auto scatter_launch(R const& in, Index const& index, Out& out) {
  return plain_launch(
      [&](gpu::device& where) {
        move_on_gpu("parallel_scatter", where, in, index, out, contents::changed, size_of(out), gpu::scatter);
      },
      [](gpu::device& where) {
        return gpu::warm_scatter(where, word_scalar_v<element_t<R>>, gpu::scalar_of<element_t<Index>>);
      });
}

inline constexpr auto gather_of = []<target Target, class R, class Index, class Out>(
                                      policy<Target> where, R const& in, Index const& index, Out&& out) {
  check_indexed("parallel_gather", index, out, in);
  require_same_size("parallel_gather", "the index range", size_of(index), "the output", 0, size_of(out));
  constexpr bool on_device = moves_on_gpu<Target, element_t<R>, element_t<Out>, element_t<Index>>();
  auto& site = word_site<gather_facts, on_device, void, element_t<R>, element_t<Index>>::site;
  auto const on_host = [&](cpu::execution how) {
    require_indices("parallel_gather", how, index, size_of(in));
    cpu::gather(how, size_of(index), host_read(in), host_read(index), std::data(out));
  };
  if constexpr (on_device)
    run_anywhere(where, site, size_of(index), traffic_of(out, in, index), on_host,
                 gather_launch(in, index, out));
  else
    run_on_host(where, site, size_of(index), on_host);
};

inline constexpr auto scatter_of = []<target Target, class R, class Index, class Out>(
                                       policy<Target> where, R const& in, Index const& index, Out&& out) {
  check_indexed("parallel_scatter", index, out, in);
  require_same_size("parallel_scatter", "the input", size_of(in), "the index range", 0, size_of(index));
  constexpr bool on_device = moves_on_gpu<Target, element_t<R>, element_t<Out>, element_t<Index>>();
  auto& site = word_site<scatter_facts, on_device, void, element_t<R>, element_t<Index>>::site;
  auto const on_host = [&](cpu::execution how) {
    require_indices("parallel_scatter", how, index, size_of(out));
    cpu::scatter(how, size_of(index), host_read(in), host_read(index), std::data(out));
  };
  if constexpr (on_device)
    run_anywhere(where, site, size_of(index), traffic_of(out, in, index, out), on_host,
                 scatter_launch(in, index, out));
  else
    run_on_host(where, site, size_of(index), on_host);
};

} // namespace detail

/// out[i] = in[index[i]]:
///
///     parallel_gather([policy,] in, index, out)
///
/// \param index  a contiguous range of integers, as large as `out`
/// \throws std::invalid_argument
///         if sizes differ, `out` overlaps the others, or an index is out of range (the first one is named);
///         nothing is written then.
template <class First, class... Rest>
void parallel_gather(First&& first, Rest&&... rest) {
  detail::with_policy(detail::gather_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// out[index[i]] = in[i]; other places of `out` stay as they are:
///
///     parallel_scatter([policy,] in, index, out)
///
/// Indices must differ from each other: of elements sent to the same place an unspecified one stays (and that
/// is a data race for types that are not arithmetic). Otherwise as parallel_gather.
template <class First, class... Rest>
void parallel_scatter(First&& first, Rest&&... rest) {
  detail::with_policy(detail::scatter_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
