/// Structs as element types on every device: `TANDEM_STRUCT(type, members…)`, once, beside the struct.
#pragma once

#include <tandem/gpu/tracing/loops.hpp>
#include <tandem/gpu/tracing/record.hpp>

#include <tuple>
#include <utility>

namespace tandem {
namespace detail {

template <class X>
inline constexpr bool has_symbols = gpu::Value<X>;
template <class X>
requires gpu::detail::Symbols<X>
inline constexpr bool has_symbols<X> = true;

/// To from From, component by component.
template <class To, class From>
constexpr void assign_components(To& to, From const& from) {
  auto&& left = gpu::detail::components(to);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((std::get<I>(left) = static_cast<std::remove_cvref_t<decltype(std::get<I>(left))>>(std::get<I>(from))),
     ...);
  }
  (std::make_index_sequence<gpu::detail::component_count<To>>{});
}

} // namespace detail

/// A struct named by TANDEM_STRUCT made of its members, in the order in which the macro names them: a T of numbers, its
/// symbolic counterpart where one of them is symbolic. In a generic lambda: `return tandem::make<particle>(x, y, mass);`.
template <class T, class... Members>
constexpr auto make(Members const&... members) {
  static_assert(gpu::detail::Registered<T>, "tandem::make<T>: T must be named by TANDEM_STRUCT(T, members…)");
  static_assert(sizeof...(Members) == gpu::detail::component_count<T>,
                "tandem::make<T> takes one argument for each member");
  std::tuple<Members const&...> const all{members...};
  if constexpr ((detail::has_symbols<Members> || ...))
    return gpu::detail::map_leaves<gpu::symbolic_t<T>>(
        all, [](auto type, auto const& x) { return gpu::detail::as<typename decltype(type)::type>(x); });
  else {
    T result{};
    detail::assign_components(result, all);
    return result;
  }
}

} // namespace tandem
