#pragma once

#include <tandem/cpu/map_reduce.hpp>
#include <tandem/cpu/reduce.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/functional.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

template <class T>
struct is_traced_number : std::bool_constant<gpu::Value<T>> {};

/// The function of a plain reduction: converts an element to the type of the result.
template <class T>
struct convert_to {
  template <class U>
  auto operator()(U const& element) const {
    if constexpr (gpu::Value<U>)
      return gpu::cast<T>(element);
    else if constexpr (gpu::detail::any_number<is_traced_number, U>())
      return element; // the symbolic counterpart of a T
    else
      return static_cast<T>(element);
  }
};

/// Whether a recorded result of type From can be assigned to a T: a number to a number, a compound to one of the
/// same structure.
template <class To, class From>
constexpr bool assigns_when_traced() {
  if constexpr (gpu::Value<To>)
    return gpu::Operand<From>;
  else if constexpr (gpu::detail::Compound<From>) {
    constexpr bool as_many = gpu::detail::component_count<To> == gpu::detail::component_count<From>;
    if constexpr (gpu::detail::is_array<To> && gpu::detail::is_array<From>)
      return as_many && assigns_when_traced<typename To::value_type, typename From::value_type>();
    else if constexpr (as_many)
      return []<std::size_t... I>(std::index_sequence<I...>) {
        return (assigns_when_traced<gpu::detail::component_t<I, To>, gpu::detail::component_t<I, From>>() &&
                ...);
      }
    (std::make_index_sequence<gpu::detail::component_count<To>>{});
    else return false;
  } else
    return false;
}

/// F can be recorded with elements of these types, and what it returns is a T then.
template <class T, class F, class... In>
constexpr bool makes_on_gpu() {
  if constexpr (maps_on_gpu<F, In...>())
    return assigns_when_traced<
        gpu::symbolic_t<T>, std::remove_cvref_t<std::invoke_result_t<F&, gpu::detail::argument_t<In>...>>>();
  else
    return false;
}

template <target Target, class T, class Op, class F, class... In>
struct map_reduce_site {
  static constexpr bool can_trace() {
    if constexpr (Target == target::cpu || !gpu::Mappable<T>)
      return false;
    else if constexpr (std::is_same_v<F, convert_to<T> const> && gpu::detail::Compound<T>)
      return makes_on_gpu<T, Op, T, T>() && (std::is_same_v<element_t<In>, T> && ...);
    else
      return makes_on_gpu<T, Op, T, T>() && makes_on_gpu<T, F, element_t<In>...>();
  }
  static constexpr call_facts facts() {
    auto result =
        mapping_facts<T, element_t<In>...>("parallel_map_reduce", algorithm::map_reduce, can_trace());
    result.written_bytes_per_element = 0;
    return result;
  }
  static inline constinit call_site site{facts()};
};

template <class Op, class T>
inline constexpr bool commutative_on = is_commutative_v<std::remove_cvref_t<Op>, T>;

/// The CPU's part of a reduction that a device shares, and the end of both.
template <class T, class Op, class F, class... In>
struct reduction_parts {
  static constexpr bool commutative = commutative_on<Op, T>;

  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    using cpu::shape::blocks_of;
    auto&& g = seeing<F, element_t<In>...>(f);
    std::apply(
        [&](auto const&... range) {
          cpu::map_reduce_blocks<commutative>(how, blocks_of(first), blocks_of(last), n, totals.get(), op, g,
                                              host_read(range)...);
        },
        in);
  }
  void join(cpu::execution) {
    result = cpu::map_reduce_totals<commutative>(totals.get(), cpu::shape::blocks_of(n), init, op);
  }

  Op& op;
  F& f;
  T const& init;
  std::optional<T>& result;
  std::size_t n;
  std::tuple<In const&...> in;
  std::unique_ptr<T[]> totals{};
};

/// `on_host(execution, init)` is the whole reduction on the CPU.
template <target Target, class T, class Op, class F, class OnHost, class First, class... Rest>
T map_reduce_with([[maybe_unused]] char const* name, policy<Target> where, T init, [[maybe_unused]] Op& op,
                  [[maybe_unused]] F& f, OnHost const& on_host, First const& first, Rest const&... rest) {
  using facts = map_reduce_site<Target, T, Op, F, First, Rest...>;
  static_assert(std::is_invocable_r_v<T, Op&, T const&, T const&>,
                "the operation of a reduction must take two values of init's type and return one");
  auto const n = size_of(first);
  std::size_t index = 1;
  (require_same_size(name, "input 1", n, "input", ++index, size_of(rest)), ...);
  if constexpr (Target == target::gpu) {
    require_gpu_can_map<T, Op, T, T>();
    require_gpu_can_map<T, F, element_t<First>, element_t<Rest>...>();
    static_assert(facts::can_trace(),
                  "tandem::on_gpu: the operation and the function of a reduction must return what init is: a "
                  "number, or a std::tuple, std::pair, std::array or TANDEM_STRUCT of the same structure");
  }
  if (n == 0)
    return init;
  std::optional<T> result;
  auto const on_cpu = [&](cpu::execution how, std::size_t, std::size_t) {
    result.emplace(on_host(how, std::move(init)));
  };
  auto const moved = traffic_reading(sizeof(T), first, rest...);
  if constexpr (facts::can_trace()) {
    using device_launch = map_reduce_launch<T, commutative_on<Op, T>, Op, F, First, Rest...>;
    if constexpr (joins_blocks_v<T>) {
      reduction_parts<T, Op, F, First, Rest...> parts{op, f, init, result, n, {first, rest...}};
      run_divisible(where, facts::site, n, moved, on_cpu, parts,
                    device_launch(op, f, init, result, parts.totals, n, first, rest...));
    } else {
      std::unique_ptr<T[]> none;
      run_whole(where, facts::site, n, moved, on_cpu,
                device_launch(op, f, init, result, none, n, first, rest...));
    }
  } else {
    run_whole(where, facts::site, n, moved, on_cpu, no_launch{});
  }
  return std::move(*result);
}

template <target Target, class R, class T, class Op>
auto reduce_of(policy<Target> where, R const& range, T&& init, Op&& op) {
  static_assert(Range<R const>, "parallel_reduce needs a contiguous range");
  using result = std::remove_cvref_t<T>;
  convert_to<result> const convert{};
  auto const on_host = [&](cpu::execution how, result start) {
    return cpu::reduce<commutative_on<Op, result>>(how, size_of(range), std::move(start), op,
                                                   host_read(range));
  };
  return map_reduce_with("parallel_reduce", where, result(std::forward<T>(init)), op, convert, on_host,
                         range);
}

template <target Target, class T, class Op, class F, class First, class... Rest>
T map_reduce_of(policy<Target> where, T init, Op& op, F& f, First const& first, Rest const&... rest) {
  auto const on_host = [&](cpu::execution how, T start) {
    auto&& g = seeing<F, element_t<First>, element_t<Rest>...>(f);
    return cpu::map_reduce<commutative_on<Op, T>>(how, size_of(first), std::move(start), op, g,
                                                  host_read(first), host_read(rest)...);
  };
  return map_reduce_with("parallel_map_reduce", where, std::move(init), op, f, on_host, first, rest...);
}

template <target Target, class Tuple, std::size_t... In>
auto map_reduce_split(policy<Target> where, Tuple& all, std::index_sequence<In...>) {
  constexpr auto inputs = sizeof...(In);
  using result = std::remove_cvref_t<std::tuple_element_t<inputs, Tuple>>;
  auto& init = std::get<inputs>(all);
  static_assert(std::is_invocable_v<decltype(std::get<inputs + 2>(all)),
                                    seen_t<element_t<std::tuple_element_t<In, Tuple>>> const&...>,
                "parallel_map_reduce: the last argument must take one element of each input");
  return map_reduce_of(where, result(std::forward<std::tuple_element_t<inputs, Tuple>>(init)),
                       std::get<inputs + 1>(all), std::get<inputs + 2>(all), std::get<In>(all)...);
}

template <target Target, class... Args>
auto map_reduce_with_policy(policy<Target> where, Args&&... args) {
  constexpr auto inputs = sizeof...(Args) - 3;
  static_assert(inputs >= 1 && inputs <= 8,
                "parallel_map_reduce takes one to eight inputs, then init, the operation and the function");
  std::tuple<Args&&...> all{std::forward<Args>(args)...};
  return map_reduce_split(where, all, std::make_index_sequence<inputs>{});
}

template <class First, class... Args>
auto map_reduce_any(First&& first, Args&&... args) {
  if constexpr (Policy<First>)
    return map_reduce_with_policy(first, std::forward<Args>(args)...);
  else
    return map_reduce_with_policy(automatic, std::forward<First>(first), std::forward<Args>(args)...);
}

} // namespace tandem::detail
