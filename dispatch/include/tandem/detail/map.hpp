#pragma once

#include <tandem/cpu/map_several.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/outputs.hpp>
#include <tandem/detail/range.hpp>
#include <tandem/detail/traceable.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

inline constexpr std::size_t most_map_inputs = 8;

template <target Target, class F, class Out, class... In>
struct map_site {
  using element = output_element_t<Out>;
  static constexpr bool can_trace = may_map_on_gpu<Target, element, F, element_t<In>...>();
  static inline constinit call_site site{
      mapping_facts<element, element_t<In>...>("parallel_map", algorithm::map, can_trace)};
};

template <class Out, class First, class... Rest>
std::size_t checked_map_size(Out const& out, First const& first, Rest const&... rest) {
  constexpr auto name = "parallel_map";
  auto const n = size_of(first);
  std::size_t index = 1;
  (require_same_size(name, "input 1", n, "input", ++index, size_of(rest)), ...);
  std::size_t number = SeveralOutputs<Out> ? 1 : 0;
  for_outputs(out, [&](auto const& range) {
    require_same_size(name, "input 1", n, number == 0 ? "the output" : "output", number, size_of(range));
    index = 1;
    require_no_racing_overlap(name, extent_of(range), "input", 1, extent_of(first));
    (require_no_racing_overlap(name, extent_of(range), "input", ++index, extent_of(rest)), ...);
    ++number;
  });
  require_disjoint_outputs(name, out);
  return n;
}

template <target Target, class F, class Out, class... In>
void map_into(policy<Target> where, F& f, Out& out, In const&... in) {
  using facts = map_site<Target, F, Out, In...>;
  auto const n = checked_map_size(out, in...);
  auto const on_host = [&](cpu::execution how, std::size_t first, std::size_t last) {
    std::tuple const sources{host_read(in)...}; // before the output, which may be one of them
    auto const results = host_overwrite_all(out);
    auto&& g = seeing<F, element_t<In>...>(f);
    if constexpr (SeveralOutputs<Out>) {
      auto const to = std::apply([&](auto*... each) { return std::tuple{each + first...}; }, results);
      std::apply([&](auto const*... from) { cpu::map_several(how, last - first, to, g, from + first...); },
                 sources);
    } else
      std::apply(
          [&](auto const*... from) { cpu::map(how, last - first, results + first, g, from + first...); },
          sources);
  };
  if constexpr (Target == target::gpu)
    require_gpu_can_map<output_element_t<Out>, F, element_t<In>...>();
  if constexpr (facts::can_trace)
    run_elementwise(where, facts::site, n, traffic_of(out, in...), on_host,
                    map_launch<F, Out, In...>(f, out, n, in...));
  else
    run_elementwise(where, facts::site, n, traffic_of(out, in...), on_host, no_launch{});
}

template <target Target, class F, class... In>
auto map_to_new(policy<Target> where, F& f, In const&... in) {
  using result = std::remove_cvref_t<std::invoke_result_t<F&, seen_t<element_t<In>> const&...>>;
  auto out = new_range<result, In...>(size_of(std::get<0>(std::tie(in...))));
  map_into(where, f, out, in...);
  return finished_range<result>(std::move(out));
}

/// f takes one element of each of the ranges Tuple[I].
template <class F, class Tuple, std::size_t... I>
constexpr bool takes_elements_of(std::index_sequence<I...>) {
  return std::is_invocable_v<F&, seen_t<element_t<std::tuple_element_t<I, Tuple>>> const&...>;
}

template <target Target, class Tuple, std::size_t... In>
void map_split_into(policy<Target> where, Tuple& all, std::index_sequence<In...>) {
  constexpr auto inputs = sizeof...(In);
  map_into(where, std::get<inputs + 1>(all), std::get<inputs>(all), std::get<In>(all)...);
}

template <target Target, class Tuple, std::size_t... In>
auto map_split_to_new(policy<Target> where, Tuple& all, std::index_sequence<In...>) {
  return map_to_new(where, std::get<sizeof...(In)>(all), std::get<In>(all)...);
}

template <target Target, class Tuple, std::size_t... In>
void map_to_several(policy<Target> where, Tuple& all, std::index_sequence<In...>) {
  constexpr auto inputs = sizeof...(In);
  using out = std::remove_cvref_t<std::tuple_element_t<inputs, Tuple>>;
  using function = std::remove_reference_t<std::tuple_element_t<inputs + 1, Tuple>>;
  static_assert(inputs >= 1 && inputs <= most_map_inputs, "parallel_map takes one to eight inputs");
  static_assert(output_count<out> <= most_map_inputs, "parallel_map takes one to eight outputs");
  static_assert(
      takes_elements_of<function, Tuple>(std::index_sequence<In...>{}),
      "parallel_map: the function must take one element of each input, as const references or values");
  using result = std::remove_cvref_t<
      std::invoke_result_t<function&, seen_t<element_t<std::tuple_element_t<In, Tuple>>> const&...>>;
  static_assert(has_components<result, output_count<out>>(),
                "parallel_map: with several outputs the function must return a std::tuple, std::pair or "
                "std::array with one result for each");
  map_into(where, std::get<inputs + 1>(all), std::get<inputs>(all), std::get<In>(all)...);
}

template <target Target, class Tuple>
decltype(auto) map_to_one(policy<Target> where, Tuple& all) {
  constexpr auto ranges = std::tuple_size_v<Tuple> - 1;
  using function = std::remove_reference_t<std::tuple_element_t<ranges, Tuple>>;
  constexpr bool all_are_inputs = takes_elements_of<function, Tuple>(std::make_index_sequence<ranges>{});
  constexpr bool last_is_output = [] {
    if constexpr (ranges >= 2)
      return takes_elements_of<function, Tuple>(std::make_index_sequence<ranges - 1>{});
    return false;
  }();
  // A variadic lambda takes either: then a last range that can be written is the output.
  constexpr bool into =
      last_is_output && (WritableRange<std::tuple_element_t<ranges - 1, Tuple>> || !all_are_inputs);
  if constexpr (into) {
    static_assert(ranges - 1 <= most_map_inputs, "parallel_map takes one to eight inputs");
    static_assert(WritableRange<std::tuple_element_t<ranges - 1, Tuple>>,
                  "parallel_map: the output range is const");
    map_split_into(where, all, std::make_index_sequence<ranges - 1>{});
  } else {
    static_assert(ranges <= most_map_inputs, "parallel_map takes one to eight inputs");
    static_assert(
        all_are_inputs,
        "parallel_map: the function must take one element of each input, as const references or values");
    return map_split_to_new(where, all, std::make_index_sequence<ranges>{});
  }
}

template <target Target, class... Args>
decltype(auto) map_with(policy<Target> where, Args&&... args) {
  using all_types = std::tuple<Args&&...>;
  constexpr auto ranges = sizeof...(Args) - 1;
  all_types all{std::forward<Args>(args)...};
  if constexpr (SeveralOutputs<std::tuple_element_t<ranges - 1, all_types>>)
    return map_to_several(where, all, std::make_index_sequence<ranges - 1>{});
  else
    return map_to_one(where, all);
}

template <class First, class... Args>
decltype(auto) map_any(First&& first, Args&&... args) {
  if constexpr (Policy<First>)
    return map_with(first, std::forward<Args>(args)...);
  else
    return map_with(automatic, std::forward<First>(first), std::forward<Args>(args)...);
}

} // namespace tandem::detail
