#pragma once

// How searches by a comparator reach a GPU: extrema as a reduction of elements with their indices, the best k by
// sorting tiles.

#include <tandem/detail/gpu_select.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/top_k.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <vector>

namespace tandem::detail {

/// Elements are compared as they are.
struct whole_element {};

/// less(project(a), project(b)).
template <class Less, class Project>
struct projected_less {
  Less* less;
  Project* project;
  template <class A, class B>
  auto operator()(A const& a, B const& b) const {
    return (*less)((*project)(a), (*project)(b));
  }
};

template <class Less>
inline constexpr bool is_generic_order = GenericCallable<Less>;
template <class Less, class Project>
inline constexpr bool is_generic_order<projected_less<Less, Project>> =
    GenericCallable<Less>&& GenericCallable<Project>;

/// Whether GPUs can compare elements of type T, structs included, by this comparator.
template <target Target, class Less, class T>
constexpr bool can_compare_on_gpu() {
  using compare = std::remove_cvref_t<Less>;
  if constexpr (Target != target::cpu && gpu::Mappable<T> && is_generic_order<compare>)
    return std::is_invocable_v<compare&, gpu::symbolic_t<T>, gpu::symbolic_t<T>>;
  else
    return false;
}

/// Index and element of the least or the greatest, or of both.
template <class T, bool Both>
using extreme_state =
    std::conditional_t<Both, std::tuple<std::uint32_t, T, std::uint32_t, T>, std::tuple<std::uint32_t, T>>;

template <bool Both>
struct start_extreme {
  template <class X, class Index>
  auto operator()(X const& x, Index const& index) const {
    if constexpr (Both)
      return std::tuple{index, x, index, x};
    else
      return std::tuple{index, x};
  }
};

/// The better of two, the first of equals: a stands before b.
template <bool Least, bool Both, class Less>
struct join_extremes {
  Less* less;

  template <class S>
  S operator()(S const& a, S const& b) const {
    auto const pick = [](gpu::value<bool> const& second, auto const& left, auto const& right) {
      return gpu::select(second, right, left);
    };
    auto const first = [&](auto const& state) { return std::tuple{std::get<0>(state), std::get<1>(state)}; };
    gpu::value<bool> const leads =
        Least || Both ? (*less)(std::get<1>(b), std::get<1>(a)) : (*less)(std::get<1>(a), std::get<1>(b));
    if constexpr (Both) {
      auto const second = [&](auto const& state) {
        return std::tuple{std::get<2>(state), std::get<3>(state)};
      };
      gpu::value<bool> const exceeds = (*less)(std::get<3>(a), std::get<3>(b));
      return std::tuple_cat(pick(leads, first(a), first(b)), pick(exceeds, second(a), second(b)));
    } else
      return pick(leads, a, b);
  }
};

/// Where an element of an operand begins, as an operand of the others.
template <class T>
gpu::operand operand_from(gpu::operand whole, std::size_t first, std::size_t count) {
  if (whole.resident != nullptr)
    whole.offset_bytes += first * sizeof(T);
  else
    whole.host = static_cast<T*>(whole.host) + first;
  whole.count = count;
  return whole;
}

template <class T>
T first_element(gpu::operand const& from) {
  T element{};
  if (from.resident != nullptr)
    from.resident->download(&element, sizeof element, from.offset_bytes);
  else
    std::memcpy(static_cast<void*>(&element), from.host, sizeof element);
  return element;
}

/// The indices of the least and the greatest of n ≥ 1 elements, or of one of them twice. `recording` takes an
/// element and its index, and joins states.
template <class T, bool Both>
std::pair<std::size_t, std::size_t> search_extremes(gpu::device const& where, gpu::kernel_site& site,
                                                    gpu::recording const& recording, gpu::operand const& from,
                                                    std::size_t n) {
  using state = extreme_state<T, Both>;
  constexpr std::uint32_t earlier = ~std::uint32_t{0}; // what won before this piece
  std::pair<std::size_t, std::size_t> best{0, 0};
  T const start = first_element<T>(from);
  state now;
  std::get<1>(now) = start;
  if constexpr (Both)
    std::get<3>(now) = start;
  std::size_t const piece = gpu::most_indices(where);
  for (std::size_t first = 0; first < n; first += piece) {
    std::size_t const count = n - first < piece ? n - first : piece;
    gpu::operand const part = operand_from<T>(from, first, count);
    std::get<0>(now) = earlier;
    if constexpr (Both)
      std::get<2>(now) = earlier;
    state const init = now;
    gpu::map_reduce(where, site, recording, {&part, 1}, count, gpu::joined_type_of<state>(), &init, &now,
                    gpu::reduction_order::ordered);
    if (std::get<0>(now) != earlier)
      best.first = first + std::get<0>(now);
    if constexpr (Both) {
      if (std::get<2>(now) != earlier)
        best.second = first + std::get<2>(now);
    } else
      best.second = best.first;
  }
  return best;
}

/// The launch of such a search by a comparator; use(least, greatest) is given the indices.
template <class Facts, bool Least, bool Both, class R, class Less, class Use>
auto extremes_launch(R const& in, Less& less, Use use) {
  using T = element_t<R>;
  using state = extreme_state<T, Both>;
  return recorded<kernel_tag<Facts, Less, T>>(
      [&less]() -> gpu::recording& {
        return gpu::trace_also<state(state, state)>(
            gpu::trace<state(T, std::uint32_t)>(start_extreme<Both>{}),
            join_extremes<Least, Both, Less>{&less});
      },
      [&in, use](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        auto const [least, greatest] =
            search_extremes<T, Both>(where, site, recording, input_operand(where, in), size_of(in));
        use(least, greatest);
      },
      [&in](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_map_reduce(where, site, recording, operand_forms<T>(), size_of(in),
                                    gpu::reduction_order::ordered);
      });
}

/// less with its arguments exchanged.
template <class Less>
struct reversed_less {
  Less* less;
  template <class A, class B>
  auto operator()(A const& a, B const& b) const {
    return (*less)(b, a);
  }
};

/// The launch of a selection of the k greatest by a comparator.
template <class Facts, class R, class Less>
auto top_k_by_launch(R const& in, std::size_t k, Less& less, std::vector<element_t<R>>& best) {
  using T = element_t<R>;
  return recorded<kernel_tag<Facts, Less, T>>(
      [&less]() -> gpu::recording& { return gpu::trace<bool(T, T)>(reversed_less<Less>{&less}); },
      [&in, k, &best](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        if (k == 0)
          return;
        best.resize(k);
        gpu::top_k(where, site, recording, input_operand(where, in), size_of(in), k, best.data());
      },
      [&in, k](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_top_k(where, site, recording, gpu::scalar_of<T>, size_of(in), k);
      });
}

} // namespace tandem::detail
