#pragma once

#include <tandem/cpu/find.hpp>
#include <tandem/detail/divided.hpp>
#include <tandem/detail/gpu_select.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

struct count_facts {
  static constexpr char const* name = "parallel_count";
  static constexpr algorithm kind = algorithm::reduce;
  static constexpr float written_bytes = 0;
};
struct find_facts {
  static constexpr char const* name = "parallel_find_if";
  static constexpr algorithm kind = algorithm::find;
  static constexpr float written_bytes = 0;
};
struct any_of_facts : find_facts {
  static constexpr char const* name = "parallel_any_of";
};
struct all_of_facts : find_facts {
  static constexpr char const* name = "parallel_all_of";
};

/// search(execution, n, elements, pred) on the CPU.
template <class Facts, target Target, class R, class Pred, class Search>
auto search_range(policy<Target> where, R const& in, Pred& pred, Search const& search) {
  auto& site = host_site<Facts, Pred, element_t<R>>::site;
  decltype(search(cpu::execution{}, std::size_t{}, host_read(in),
                  seeing_elements<element_t<R>>(pred))) result{};
  run_on_host(where, site, size_of(in), [&](cpu::execution how) {
    result = search(how, size_of(in), host_read(in), seeing_elements<element_t<R>>(pred));
  });
  return result;
}

/// search(execution) on the CPU; on a GPU run(device, site, recording, input), warm(device, site, recording).
template <class Facts, target Target, class R, class Pred, class Search, class Run, class Warm>
auto search_anywhere(policy<Target> where, R const& in, Pred& pred, Search const& search, Run run,
                     Warm warm) {
  decltype(search(cpu::execution{})) result{};
  auto const moved = traffic_reading(sizeof(std::size_t), in);
  auto const on_device = [&](gpu::device& device, gpu::kernel_site& kernels,
                             gpu::recording const& recording) {
    result = run(device, kernels, recording, size_of(in) == 0 ? gpu::operand{} : input_operand(device, in));
  };
  run_anywhere(
      where, device_site<Facts, true, Pred, element_t<R>>::site, size_of(in), moved,
      [&](cpu::execution how) { result = search(how); },
      select_launch<Facts, element_t<R>>(pred, on_device, warm));
  return result;
}

/// What a divided count adds up.
template <class R, class Pred>
struct count_parts {
  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    total += cpu::count(how, last - first, host_read(in) + first, seeing_elements<element_t<R>>(pred));
  }
  void join(cpu::execution) { total += on_device; }

  R const& in;
  Pred& pred;
  std::size_t& total;
  std::size_t on_device = 0;
  device_share share{};
};

template <target Target, class R, class Pred>
std::size_t count_anywhere(policy<Target> where, R const& in, Pred& pred) {
  auto const n = size_of(in);
  std::size_t total = 0;
  count_parts<R, Pred> parts{in, pred, total};
  auto whole = select_launch<count_facts, element_t<R>>(
      pred,
      [&](gpu::device& device, gpu::kernel_site& kernels, gpu::recording const& recording) {
        total = n == 0 ? 0 : gpu::count_if(device, kernels, recording, input_operand(device, in), n);
      },
      [n](gpu::device& device, gpu::kernel_site& kernels, gpu::recording const& recording) {
        return gpu::warm_count_if(device, kernels, recording, gpu::stored_scalar_of<element_t<R>>, n);
      });
  run_divided(
      where, device_site<count_facts, true, Pred, element_t<R>>::site, n,
      traffic_reading(sizeof(std::size_t), in),
      [&](cpu::execution how) {
        total = cpu::count(how, n, host_read(in), seeing_elements<element_t<R>>(pred));
      },
      parts,
      divided(
          true, std::move(whole),
          [&](gpu::device& device, std::size_t elements) {
            parts.share = {shared_input(device, in), elements};
          },
          [&](gpu::device& device, gpu::kernel_site& kernels, gpu::recording const& recording) {
            parts.on_device = gpu::count_if(device, kernels, recording, parts.share.in, parts.share.elements);
          }));
  return total;
}

template <target Target, class R, class Pred>
std::size_t count_where(policy<Target> where, R const& in, Pred& pred) {
  require_predicate<Target, R, Pred>();
  auto const search = [](cpu::execution how, std::size_t count, auto const* from, auto&& test) {
    return cpu::count(how, count, from, test);
  };
  if constexpr (can_select_on_gpu<Target, Pred, element_t<R>>())
    return count_anywhere(where, in, pred);
  else
    return search_range<count_facts>(where, in, pred, search);
}

/// The first index where pred holds; `search(execution)` finds it on the CPU.
template <class Facts, target Target, class R, class Pred, class Search>
std::size_t find_anywhere(policy<Target> where, R const& in, Pred& pred, Search const& search) {
  auto const n = size_of(in);
  return search_anywhere<Facts>(
      where, in, pred, search, [n](auto&&... call) { return n == 0 ? 0 : gpu::find_if(call..., n); },
      [](auto&&... call) { return gpu::warm_find_if(call..., gpu::stored_scalar_of<element_t<R>>); });
}

inline constexpr auto count_of = []<target Target, class R, class What>(policy<Target> where, R const& in,
                                                                        What&& what) {
  if constexpr (std::is_invocable_v<What&, seen_t<element_t<R>> const&>) {
    return count_where(where, in, what);
  } else if constexpr (gpu::Number<What>) {
    auto const equal = [&what](auto const& x) { return x == what; };
    return count_where(where, in, equal);
  } else {
    auto const equal = [&what](element_t<R> const& x) { return x == what; };
    return count_where(where, in, equal);
  }
};

inline constexpr auto find_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in,
                                                                       Pred&& pred) {
  require_predicate<Target, R, Pred>();
  auto const search = [](cpu::execution how, std::size_t n, auto const* from, auto&& test) {
    return cpu::find_if(how, n, from, test);
  };
  if constexpr (can_select_on_gpu<Target, Pred, element_t<R>>())
    return find_anywhere<find_facts>(where, in, pred, [&](cpu::execution how) {
      return search(how, size_of(in), host_read(in), seeing_elements<element_t<R>>(pred));
    });
  else
    return search_range<find_facts>(where, in, pred, search);
};

inline constexpr auto any_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in,
                                                                      Pred&& pred) {
  require_predicate<Target, R, Pred>();
  auto const search = [](cpu::execution how, std::size_t n, auto const* from, auto&& test) {
    return cpu::any_of(how, n, from, test);
  };
  auto const n = size_of(in);
  if constexpr (can_select_on_gpu<Target, Pred, element_t<R>>())
    return n != find_anywhere<any_of_facts>(where, in, pred, [&](cpu::execution how) {
             return search(how, n, host_read(in), seeing_elements<element_t<R>>(pred)) ? std::size_t{0} : n;
           });
  else
    return search_range<any_of_facts>(where, in, pred, search);
};

inline constexpr auto all_of = []<target Target, class R, class Pred>(policy<Target> where, R const& in,
                                                                      Pred&& pred) {
  require_predicate<Target, R, Pred>();
  auto const search = [](cpu::execution how, std::size_t n, auto const* from, auto&& test) {
    return cpu::all_of(how, n, from, test);
  };
  auto const n = size_of(in);
  if constexpr (can_select_on_gpu<Target, Pred, element_t<R>>()) {
    negated<std::remove_reference_t<Pred>> const fails{&pred};
    return n == find_anywhere<all_of_facts>(where, in, fails, [&](cpu::execution how) {
             return search(how, n, host_read(in), seeing_elements<element_t<R>>(pred)) ? n : std::size_t{0};
           });
  } else {
    return search_range<all_of_facts>(where, in, pred, search);
  }
};

} // namespace detail

/// How many elements satisfy a predicate, or equal a value:
///
///     std::size_t n = parallel_count([policy,] in, pred or value)
///
/// pred is called once per element, in no order and from several threads. One pass, no memory.
template <class First, class... Rest>
std::size_t parallel_count(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::count_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// The lowest index whose element satisfies pred; the size of the range if there is none:
///
///     std::size_t i = parallel_find_if([policy,] in, pred)
///
/// Stops soon after it is found: pred may be called on some elements behind it, and twice on some. A GPU
/// looks at ever larger pieces.
template <class First, class... Rest>
std::size_t parallel_find_if(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::find_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether some element satisfies pred; false for an empty range. Stops soon after one is found.
///
///     bool some = parallel_any_of([policy,] in, pred)
template <class First, class... Rest>
bool parallel_any_of(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::any_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether every element satisfies pred; true for an empty range. Stops soon after one does not.
template <class First, class... Rest>
bool parallel_all_of(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::all_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// Whether no element satisfies pred; true for an empty range.
template <class First, class... Rest>
bool parallel_none_of(First&& first, Rest&&... rest) {
  return !parallel_any_of(std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
