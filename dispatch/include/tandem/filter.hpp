#pragma once

#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/find.hpp>
#include <tandem/detail/divided.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

struct filter_facts {
  static constexpr char const* name = "parallel_filter";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 4;
};
struct partition_facts {
  static constexpr char const* name = "parallel_partition";
  static constexpr algorithm kind = algorithm::filter;
  static constexpr float written_bytes = 8;
};

/// Elements of which a filter makes a new range by way of room for all of them.
template <class T>
inline constexpr bool filtered_at_once = cpu::vectorisable<T> || std::is_same_v<T, half>;

/// The kept elements of other types.
template <class R>
auto filtered(cpu::execution how, R const& in, auto& pred) {
  using T = element_t<R>;
  auto const n = size_of(in);
  auto const* const from = host_read(in);
  cpu::detail::kept_marks const marks(how, n, cpu::detail::keep_where(how, from, pred));
  std::vector<T> kept;
  if constexpr (std::is_default_constructible_v<T> && std::is_copy_assignable_v<T>) {
    kept.resize(marks.kept());
    marks.for_each_kept(how, [&](std::size_t i, std::size_t place) { kept[place] = from[i]; });
  } else {
    kept.reserve(marks.kept());
    for (std::size_t i = 0; i < n; ++i)
      if (marks[i])
        kept.push_back(from[i]);
  }
  return kept;
}

/// The GPU's filter into `room`, which says in `kept` how many there are.
template <class R, class Pred, class Room>
auto filter_launch(R const& in, Pred& pred, Room& room, std::size_t& kept) {
  return select_launch<filter_facts, element_t<R>>(
      pred,
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        auto const n = size_of(in);
        if (n == 0)
          return;
        auto const from = input_operand(where, in);
        if (size_of(room) < n) // only then is it worth counting first
          if (auto const needed = gpu::count_if(where, site, recording, from, n); needed > size_of(room))
            throw_too_small("parallel_filter", "the output", needed, size_of(room));
        if (size_of(room) == 0)
          return;
        device_output changed(where, room, contents::replaced);
        kept = gpu::filter(where, site, recording, from, output_operand(where, room), n);
        changed.done();
      },
      [&in](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_filter(where, site, recording, gpu::stored_scalar_of<element_t<R>>, size_of(in));
      });
}

/// The GPU's filter of an array into a new one, of the right size, that stays on the device.
template <class R, class Pred>
auto filter_array_launch(R const& in, Pred& pred, std::optional<array<element_t<R>>>& made) {
  return select_launch<filter_facts, element_t<R>>(
      pred,
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        struct maker {
          gpu::device& where;
          std::optional<array<element_t<R>>> result;
        } made_here{where, array<element_t<R>>(0)};
        auto const make = [](void* context, std::size_t kept) {
          auto& here = *static_cast<maker*>(context);
          here.result = array<element_t<R>>::for_overwrite(kept);
          gpu::operand nothing{};
          nothing.type = gpu::stored_scalar_of<element_t<R>>;
          return kept == 0 ? nothing : output_operand(here.where, *here.result);
        };
        if (size_of(in) != 0)
          gpu::filter_to_new(where, site, recording, input_operand(where, in), size_of(in),
                             {make, &made_here});
        if (!made_here.result->empty())
          written(*made_here.result);
        made = std::move(made_here.result);
      },
      [&in](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_filter(where, site, recording, gpu::stored_scalar_of<element_t<R>>, size_of(in));
      });
}

/// The pieces of a divided filter. The device writes its own to the start of the room, the CPU to memory of
/// its own. `room` is set when the call is divided.
template <class R, class Pred>
struct filter_parts {
  using T = element_t<R>;
  struct piece {
    std::size_t first;
    std::unique_ptr<T[]> elements;
    std::size_t kept;
  };

  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    std::unique_ptr<T[]> elements(new T[last - first]);
    auto const found =
        cpu::filter(how, last - first, host_read(in) + first, elements.get(), seeing_elements<T>(pred));
    auto const before = pieces.empty() || pieces.front().first < first ? pieces.end() : pieces.begin();
    pieces.insert(before, piece{first, std::move(elements), found});
  }
  void join(cpu::execution how) {
    kept = on_device;
    for (auto const& each : pieces) {
      auto const* const from = each.elements.get();
      cpu::for_ranges(how, each.kept, 65536, [&](std::size_t first, std::size_t last) {
        std::memcpy(room + kept + first, from + first, (last - first) * sizeof(T));
      });
      kept += each.kept;
    }
  }

  R const& in;
  Pred& pred;
  std::size_t& kept;
  T* room = nullptr; ///< on the host, for all
  std::size_t on_device = 0;
  device_share share{};
  std::vector<piece> pieces{};
};

/// room() is where all elements would fit.
template <class Whole, class R, class Pred, class Room>
auto divided_filter(bool divisible, Whole whole, filter_parts<R, Pred>& parts, Room room) {
  using T = element_t<R>;
  return divided(
      divisible, std::move(whole),
      [&parts, room](gpu::device& where, std::size_t elements) {
        parts.share = {shared_input(where, parts.in), elements};
        parts.room = room();
      },
      [&parts](gpu::device& where, gpu::kernel_site& kernels, gpu::recording const& recording) {
        auto const to = gpu::operand_of<T>(parts.room, size_of(parts.in));
        parts.on_device = gpu::filter(where, kernels, recording, parts.share.in, to, parts.share.elements);
      });
}

/// `on_host(execution)` is the filter on the CPU; a GPU writes to `room` and says how many in `kept`.
template <target Target, class R, class Pred, class Room, class OnHost>
void filter_range(policy<Target> where, R const& in, Pred& pred, Room& room, std::size_t& kept,
                  OnHost const& on_host) {
  constexpr bool can_trace = can_select_on_gpu<Target, Pred, element_t<R>>();
  auto& site = device_site<filter_facts, can_trace, Pred, element_t<R>>::site;
  if constexpr (can_trace) {
    auto const n = size_of(in);
    filter_parts<R, Pred> parts{in, pred, kept};
    auto moved = traffic_of(room, in);
    moved.merged_bytes = static_cast<double>(n * sizeof(element_t<R>)) / 2;
    run_divided(where, site, n, moved, on_host, parts,
                divided_filter(size_of(room) >= n, filter_launch(in, pred, room, kept), parts,
                               [&room] { return std::data(room); }));
  } else
    run_on_host(where, site, size_of(in), on_host);
}

/// The CPU's filter of elements that vectors hold, through room for all of them.
template <class R, class Pred>
auto filtered_words(cpu::execution how, R const& in, Pred& pred) {
  using T = element_t<R>;
  std::unique_ptr<T[]> const memory(new T[size_of(in)]); // untouched pages cost nothing
  auto const kept = cpu::filter(how, size_of(in), host_read(in), memory.get(), seeing_elements<T>(pred));
  return copied_range<T, R>(memory.get(), kept);
}

template <target Target, class R, class Pred>
auto filter_to_new(policy<Target> where, R const& in, Pred& pred) {
  require_predicate<Target, R, Pred>();
  using T = element_t<R>;
  if constexpr (is_array_range_v<R> && can_select_on_gpu<Target, Pred, T>() && filtered_at_once<T>) {
    std::optional<array<T>> result;
    std::unique_ptr<T[]> memory;
    std::size_t kept = 0;
    filter_parts<R, Pred> parts{in, pred, kept};
    auto moved = traffic_reading(0, in);
    moved.on_host = false; // the result stays where it is made, unless both sides make it
    moved.merged_bytes = static_cast<double>(size_of(in) * sizeof(T)) / 2;
    run_divided(
        where, device_site<filter_facts, true, Pred, T>::site, size_of(in), moved,
        [&](cpu::execution how) { result = filtered_words(how, in, pred); }, parts,
        divided_filter(true, filter_array_launch(in, pred, result), parts, [&] {
          memory.reset(new T[size_of(in)]);
          return memory.get();
        }));
    return result ? std::move(*result) : copied_range<T, R>(memory.get(), kept);
  } else if constexpr (filtered_at_once<T>) {
    std::unique_ptr<T[]> const memory(new T[size_of(in)]);
    std::span<T> room(memory.get(), size_of(in));
    std::size_t kept = 0;
    filter_range(where, in, pred, room, kept, [&](cpu::execution how) {
      kept = cpu::filter(how, size_of(in), host_read(in), room.data(), seeing_elements<T>(pred));
    });
    return copied_range<T, R>(room.data(), kept);
  } else {
    std::optional<std::vector<T>> result;
    run_on_host(where, host_site<filter_facts, Pred, T>::site, size_of(in),
                [&](cpu::execution how) { result.emplace(filtered(how, in, pred)); });
    return std::move(*result);
  }
}

template <target Target, class R, class Out, class Pred>
std::size_t filter_to(policy<Target> where, R const& in, Out& out, Pred& pred) {
  require_predicate<Target, R, Pred>();
  static_assert(WritableRange<Out> && std::is_same_v<element_t<R>, element_t<Out>>,
                "parallel_filter: the output must be a writable range of the input's element type");
  auto const n = size_of(in);
  require_disjoint("parallel_filter", "the output", extent_of(out), "the input", 0, extent_of(in));
  std::size_t kept = 0;
  filter_range(where, in, pred, out, kept, [&](cpu::execution how) {
    auto&& test = seeing_elements<element_t<R>>(pred);
    if (size_of(out) < n) // only then is it worth counting first
      if (auto const needed = cpu::count(how, n, host_read(in), test); needed > size_of(out))
        throw_too_small("parallel_filter", "the output", needed, size_of(out));
    kept = cpu::filter(how, n, host_read(in), std::data(out), test);
  });
  return kept;
}

inline constexpr auto filter_of =
    []<target Target, class R, class... Rest>(policy<Target> where, R const& in, Rest&&... rest) {
  if constexpr (sizeof...(Rest) == 1)
    return filter_to_new(where, in, rest...);
  else
    return filter_to(where, in, rest...);
};

template <class R, class Pred>
auto partition_launch(R& range, Pred& pred, std::size_t& first) {
  return select_launch<partition_facts, element_t<R>>(
      pred,
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        if (size_of(range) == 0)
          return;
        device_output changed(where, range, contents::changed);
        auto const elements = changed.elements(where);
        first = gpu::partition(where, site, recording, elements, elements, size_of(range));
        changed.done();
      },
      [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_partition(where, site, recording, gpu::stored_scalar_of<element_t<R>>,
                                   size_of(range));
      });
}

inline constexpr auto partition_of = []<target Target, class R, class Pred>(policy<Target> where, R&& range,
                                                                            Pred&& pred) {
  static_assert(WritableRange<R>, "parallel_partition needs a contiguous range that it may write to");
  require_predicate<Target, R, Pred>();
  constexpr bool can_trace = can_select_on_gpu<Target, Pred, element_t<R>>();
  auto& site = device_site<partition_facts, can_trace, std::remove_reference_t<Pred>, element_t<R>>::site;
  std::size_t first = 0;
  auto const on_host = [&](cpu::execution how) {
    first = cpu::partition(how, size_of(range), std::data(range), seeing_elements<element_t<R>>(pred));
  };
  if constexpr (can_trace)
    run_anywhere(where, site, size_of(range), traffic_of(range, range), on_host,
                 partition_launch(range, pred, first));
  else
    run_on_host(where, site, size_of(range), on_host);
  return first;
};

} // namespace detail

/// The elements for which pred holds, in their order:
///
///     auto kept = parallel_filter([policy,] in, pred)             // a new std::vector, or tandem::array
///     std::size_t n = parallel_filter([policy,] in, out, pred)    // to the first n places of `out`
///
/// `kept` is a tandem::array if `in` is one, or holds bool.
///
/// \param out   a contiguous range of the same type, apart from `in`. If it is smaller than `in`, pred is
///              called twice as often, to know beforehand whether all will fit.
/// \param pred  called once per element, in no order and from several threads
/// \throws std::invalid_argument if the ranges overlap or `out` is too small; nothing is written then. What
/// pred throws.
///
/// Deterministic. Arithmetic types: one pass, about 150 KiB a thread, and n elements of untouched room for
/// the first form; other types: two passes and n bytes.
template <class First, class... Rest>
auto parallel_filter(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::filter_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Brings the elements for which pred holds to the front, both parts in their order; returns how many they
/// are:
///
///     std::size_t n = parallel_partition([policy,] range, pred)
///
/// Uses room for n elements. Move-only types work (default-constructible ones).
template <class First, class... Rest>
std::size_t parallel_partition(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::partition_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
