#pragma once

#include <tandem/cpu/generate.hpp>
#include <tandem/cpu/map_several.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/outputs.hpp>

#include <cstdint>
#include <type_traits>

namespace tandem::detail {

template <target Target, class Index, class F, class Out>
struct generate_site {
  using element = output_element_t<Out>;
  static constexpr bool can_trace = may_map_on_gpu<Target, element, F, Index>();
  static inline constinit call_site site{
      mapping_facts<element>("parallel_generate", algorithm::generate, can_trace)};
};

template <class Index, target Target, class F, class Out, class OnHost>
void run_generate(policy<Target> where, Out& out, F& f, OnHost const& on_host) {
  using facts = generate_site<Target, Index, F, Out>;
  if constexpr (Target == target::gpu)
    require_gpu_can_map<output_element_t<Out>, F, Index>();
  if constexpr (facts::can_trace)
    run_elementwise(where, facts::site, output_size(out), traffic_of(out), on_host,
                    generate_launch<Index, F, Out>(f, out));
  else
    run_elementwise(where, facts::site, output_size(out), traffic_of(out), on_host, no_launch{});
}

template <class Index, target Target, class F, class Out>
void generate_with(policy<Target> where, Out& out, F& f) {
  run_generate<Index>(where, out, f, [&](cpu::execution how, std::size_t first, std::size_t last) {
    auto const shifted = [&f, start = static_cast<Index>(first)](Index i) {
      return f(static_cast<Index>(start + i));
    };
    auto const results = host_overwrite_all(out);
    if constexpr (SeveralOutputs<Out>)
      cpu::generate_several<Index>(
          how, last - first, std::apply([&](auto*... each) { return std::tuple{each + first...}; }, results),
          shifted);
    else
      cpu::generate<Index>(how, last - first, results + first, shifted);
  });
}

template <class R, class C, class Index>
std::integral_constant<bool, std::is_integral_v<Index> && sizeof(Index) < 8> narrow_index(R (C::*)(Index));
template <class R, class C, class Index>
std::integral_constant<bool, std::is_integral_v<Index> && sizeof(Index) < 8> narrow_index(R (C::*)(Index)
                                                                                              const);
template <class R, class Index>
std::integral_constant<bool, std::is_integral_v<Index> && sizeof(Index) < 8> narrow_index(R (*)(Index));

/// Whether f's only parameter is written as an integer of fewer than 64 bits, so that an index above 2^32
/// would lose its upper half.
template <class F>
constexpr bool takes_narrow_index() {
  if constexpr (std::is_function_v<F>)
    return decltype(narrow_index(static_cast<F*>(nullptr)))::value;
  else if constexpr (requires { narrow_index(&F::operator()); })
    return decltype(narrow_index(&F::operator()))::value;
  else
    return false;
}

[[noreturn]] TANDEM_API void throw_narrow_index(std::size_t n);

template <target Target, class Out, class F>
void generate_into(policy<Target> where, Out&& out, F&& f) {
  static_assert(
      Output<Out>,
      "parallel_generate: the output must be a contiguous range that can be written, or std::tie of several");
  static_assert(std::is_invocable_v<F&, std::uint32_t>,
                "parallel_generate: the function must take one index");
  if constexpr (SeveralOutputs<Out>) {
    using result = std::remove_cvref_t<std::invoke_result_t<F&, std::uint32_t>>;
    static_assert(has_components<result, output_count<std::remove_cvref_t<Out>>>(),
                  "parallel_generate: with several outputs the function must return a std::tuple, std::pair "
                  "or std::array with one "
                  "result for each");
    std::size_t number = 0;
    for_outputs(out, [&](auto const& range) {
      require_same_size("parallel_generate", "output 1", output_size(out), "output", ++number,
                        size_of(range));
    });
    require_disjoint_outputs("parallel_generate", out);
  }
  constexpr std::size_t indices32 = std::size_t{1} << 32;
  if (output_size(out) <= indices32)
    generate_with<std::uint32_t>(where, out, f);
  else if constexpr (takes_narrow_index<std::remove_cvref_t<F>>())
    throw_narrow_index(output_size(out));
  else
    generate_with<std::uint64_t>(where, out, f);
}

/// f(x, y) as a function of the index, for recording.
template <class F>
struct by_coordinates {
  F& f;
  std::uint32_t width;

  template <class Index>
  auto operator()(Index const& i) const {
    return f(i % width, i / width);
  }
};

[[noreturn]] TANDEM_API void throw_not_a_picture(std::size_t size, std::size_t width, std::size_t height);

template <target Target, class Out, class F>
void generate_picture(policy<Target> where, Out&& out, std::size_t width, std::size_t height, F&& f) {
  static_assert(WritableRange<Out>,
                "parallel_generate: the output must be a contiguous range that can be written");
  static_assert(
      std::is_invocable_v<F&, std::uint32_t, std::uint32_t>,
      "parallel_generate: with a width and a height the function must take two coordinates, x and y");
  auto const n = size_of(out);
  constexpr std::size_t most = std::size_t{1} << 32;
  if (width >= most || height >= most || n >= most || width * height != n)
    throw_not_a_picture(n, width, height);
  if (n == 0)
    return;
  auto const row = static_cast<std::uint32_t>(width);
  by_coordinates<std::remove_reference_t<F>> indexed{f, row};
  run_generate<std::uint32_t>(where, out, indexed,
                              [&](cpu::execution how, std::size_t first, std::size_t last) {
                                cpu::generate_rows(how, first, last - first, row, host_overwrite(out), f);
                              });
}

} // namespace tandem::detail
