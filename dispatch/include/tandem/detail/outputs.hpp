#pragma once

// The output of a map or generate: one range, or a tuple of several (std::tie(a, b)), each handled alike.

#include <tandem/detail/operand.hpp>
#include <tandem/gpu/tracing/record.hpp>

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

template <class T>
inline constexpr bool is_output_tuple = false;
template <class... R>
inline constexpr bool is_output_tuple<std::tuple<R...>> = sizeof...(R) != 0 && (WritableRange<R> && ...);

/// std::tie(a, b …) of ranges that can be written.
template <class T>
concept SeveralOutputs = is_output_tuple<std::remove_cvref_t<T>>;

/// What map and generate take as their output.
template <class T>
concept Output = SeveralOutputs<T> || WritableRange<T>;

/// fn(range) for each range of an output.
template <class Out, class Fn>
void for_outputs(Out& out, Fn&& fn) {
  if constexpr (SeveralOutputs<Out>)
    std::apply([&](auto&... range) { (fn(range), ...); }, out);
  else
    fn(out);
}

template <class Out>
struct output_element {
  using type = element_t<Out>;
};
template <class... R>
struct output_element<std::tuple<R...>> {
  using type = std::tuple<element_t<R>...>;
};

/// What the function must return: an element, or a tuple of one of each range.
template <class Out>
using output_element_t = typename output_element<std::remove_cvref_t<Out>>::type;

template <class Out>
inline constexpr std::size_t output_count = 1;
template <class... R>
inline constexpr std::size_t output_count<std::tuple<R...>> = sizeof...(R);

template <class Out>
std::size_t output_size(Out const& out) {
  if constexpr (SeveralOutputs<Out>)
    return size_of(std::get<0>(out));
  else
    return size_of(out);
}

/// Throws std::invalid_argument when one of several outputs overlaps another.
template <class Out>
void require_disjoint_outputs(char const* name, Out const& out) {
  if constexpr (SeveralOutputs<Out>) {
    auto const extents =
        std::apply([](auto const&... range) { return std::array{extent_of(range)...}; }, out);
    for (std::size_t a = 0; a < extents.size(); ++a)
      for (std::size_t b = a + 1; b < extents.size(); ++b)
        require_disjoint(name, "an output before it", extents[a], "output", b + 1, extents[b]);
  }
}

/// Whether T is a tuple, pair or array of `count` components.
template <class T, std::size_t count>
constexpr bool has_components() {
  if constexpr (gpu::detail::is_tuple_like<T>)
    return std::tuple_size_v<T> == count;
  else
    return false;
}

/// Pointers to the elements on the host, which are about to be overwritten.
template <class Out>
auto host_overwrite_all(Out& out) {
  if constexpr (SeveralOutputs<Out>)
    return std::apply([](auto&... range) { return std::tuple{host_overwrite(range)...}; }, out);
  else
    return host_overwrite(out);
}

template <class T>
struct is_wide_integer : std::bool_constant<wide_integer_v<T>> {};
template <class T>
struct is_wide_float : std::is_same<T, double> {};

/// facts_of for element types that may be structs, and results that may be tuples.
template <class Result, class... In>
constexpr call_facts mapping_facts(char const* name, algorithm kind, bool traceable) {
  constexpr bool types = gpu::Mappable<Result> && (gpu::Mappable<In> && ...);
  call_facts facts{.name = name,
                   .kind = kind,
                   .read_bytes_per_element = static_cast<float>((sizeof(In) + ... + 0)),
                   .written_bytes_per_element = static_cast<float>(sizeof(Result)),
                   .traceable = traceable,
                   .device_types = types,
                   .gpu_algorithm = true};
  if constexpr (types) {
    facts.needs_int64 = (gpu::detail::any_number<is_wide_integer, In>() || ... ||
                         gpu::detail::any_number<is_wide_integer, Result>());
    facts.needs_float64 = (gpu::detail::any_number<is_wide_float, In>() || ... ||
                           gpu::detail::any_number<is_wide_float, Result>());
  }
  return facts;
}

/// F can be called once with symbolic values of these element types, structs included.
template <class F, class... T>
constexpr bool maps_on_gpu() {
  if constexpr (GenericCallable<F> && (gpu::Mappable<T> && ...))
    return std::is_invocable_v<F&, gpu::detail::argument_t<T>...>;
  else
    return false;
}

/// Whether a call may record F for a GPU. F is not instantiated with symbolic values where no GPU is asked for or
/// could hold the result.
template <target Target, class Result, class F, class... T>
constexpr bool may_map_on_gpu() {
  if constexpr (Target != target::cpu && gpu::Mappable<Result>)
    return maps_on_gpu<F, T...>();
  else
    return false;
}

/// `on_gpu` with something no GPU can run is a compile error that says what to change.
template <class Result, class F, class... T>
constexpr void require_gpu_can_map() {
  constexpr bool types = gpu::Mappable<Result> && (gpu::Mappable<T> && ...);
  static_assert(types,
                "tandem::on_gpu: an element type cannot live on a GPU; use float, double, integers of 8 to "
                "64 bits, bool, "
                "tandem::half, std::tuple, std::pair or std::array of such, or a struct of them named by "
                "TANDEM_STRUCT(type, members…); or use tandem::on_cpu");
  if constexpr (types)
    static_assert(
        maps_on_gpu<F, T...>(),
        "tandem::on_gpu: the lambda's parameters have concrete types, so it can run on the CPU only; write "
        "'auto' "
        "parameters (for example [](auto x) { ... }) so that it can be traced, or use tandem::on_cpu");
}

/// What a function sees of an element on the CPU: a half is a float as soon as it is read.
template <class T>
using seen_t = std::conditional_t<std::is_same_v<T, half>, float, T>;

/// f, given floats for halves.
template <class F, class... In>
decltype(auto) seeing(F& f) {
  if constexpr ((std::is_same_v<In, half> || ...))
    return [&f](In const&... in) -> decltype(auto) { return f(static_cast<seen_t<In> const&>(in)...); };
  else
    return (f);
}

} // namespace tandem::detail
