// Structs of numbers: how they are named member by member, their symbolic counterparts, and where their
// numbers lie in memory.
#pragma once

#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/functions.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <tuple>
#include <utility>

namespace tandem::gpu {
namespace detail {

/// A struct that TANDEM_STRUCT has named.
template <class T>
concept Registered = std::is_class_v<T> && requires(T const* object) {
  typename decltype(tandem_struct(object))::symbolic;
};

/// The symbolic counterpart that TANDEM_STRUCT has made of one.
template <class T>
concept Symbols = requires(T& object) {
  object.tandem_members();
  typename T::tandem_plain;
};

template <class T>
using struct_of = decltype(tandem_struct(static_cast<T const*>(nullptr)));

template <class T>
inline constexpr bool is_tuple_like = false;
template <class... T>
inline constexpr bool is_tuple_like<std::tuple<T...>> = true;
template <class A, class B>
inline constexpr bool is_tuple_like<std::pair<A, B>> = true;
template <class T, std::size_t N>
inline constexpr bool is_tuple_like<std::array<T, N>> = true;

/// Its elements are asked once, not one by one: a compiler need not nest expressions as deeply as arrays are long.
template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

/// What holds further components rather than being a number.
template <class T>
concept Compound = is_tuple_like<T> || Registered<T> || Symbols<T>;

/// The components of a compound as a tuple-like object of references (or itself).
template <class T>
constexpr decltype(auto) components(T& object) {
  using U = std::remove_const_t<T>;
  if constexpr (is_tuple_like<U>)
    return (object);
  else if constexpr (Symbols<U>)
    return object.tandem_members();
  else
    return struct_of<U>::members(object);
}

template <class T>
using components_t = std::remove_cvref_t<decltype(components(std::declval<T&>()))>;
template <class T>
inline constexpr std::size_t component_count = std::tuple_size_v<components_t<T>>;
template <std::size_t I, class T>
using component_t = std::remove_cvref_t<std::tuple_element_t<I, components_t<T>>>;

template <class T>
struct symbolic;

} // namespace detail

/// What a lambda for the GPU sees as the counterpart of a T: gpu::value<T> of a number, the same of each
/// component of a std::tuple, std::pair, std::array or a struct named by TANDEM_STRUCT.
template <class T>
using symbolic_t = typename detail::symbolic<std::remove_cv_t<T>>::type;

namespace detail {

template <class T>
struct symbolic {};
template <class T>
requires(Number<T>) struct symbolic<T> {
  using type = value<symbol_t<T>>;
};
template <class... T>
struct symbolic<std::tuple<T...>> {
  using type = std::tuple<typename symbolic<T>::type...>;
};
template <class A, class B>
struct symbolic<std::pair<A, B>> {
  using type = std::pair<typename symbolic<A>::type, typename symbolic<B>::type>;
};
template <class T, std::size_t N>
struct symbolic<std::array<T, N>> {
  using type = std::array<typename symbolic<T>::type, N>;
};
template <class T>
requires Registered<T>
struct symbolic<T> {
  using type = typename struct_of<T>::symbolic;
};

/// Numbers that are stored, or compounds of them that can be copied as bytes.
template <class T>
constexpr bool is_mappable() {
  if constexpr (Stored<T>)
    return true;
  else if constexpr (is_array<T>)
    return component_count<T> != 0 && is_mappable<typename T::value_type>() &&
           std::is_trivially_destructible_v<T>;
  else if constexpr ((is_tuple_like<T> || Registered<T>)&&std::is_trivially_destructible_v<T>)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return sizeof...(I) != 0 && (is_mappable<component_t<I, T>>() && ...);
    }
  (std::make_index_sequence<component_count<T>>{});
  else return false;
}

/// fn(number) for each number inside `object`, in order.
template <class T, class Fn>
void for_numbers(T const& object, Fn&& fn) {
  if constexpr (is_array<T>) {
    for (auto const& part : object)
      for_numbers(part, fn);
  } else if constexpr (Compound<T>) {
    auto&& parts = components(object);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (for_numbers(std::get<I>(parts), fn), ...);
    }
    (std::make_index_sequence<component_count<T>>{});
  } else
    fn(object);
}

template <class T>
constexpr std::size_t number_count() {
  if constexpr (is_array<T>)
    return component_count<T> * number_count<typename T::value_type>();
  else if constexpr (Compound<T>)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (std::size_t{0} + ... + number_count<component_t<I, T>>());
    }
  (std::make_index_sequence<component_count<T>>{});
  else return 1;
}

/// Whether Test<N>::value for any number type N inside T.
template <template <class> class Test, class T>
constexpr bool any_number() {
  if constexpr (is_array<T>)
    return component_count<T> != 0 && any_number<Test, typename T::value_type>();
  else if constexpr (Compound<T>)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (false || ... || any_number<Test, component_t<I, T>>());
    }
  (std::make_index_sequence<component_count<T>>{});
  else return Test<T>::value;
}

/// A To whose values are fn(type) each, in order.
template <class To, class Fn>
To make_values(Fn&& fn) {
  if constexpr (Value<To>)
    return fn(std::type_identity<number_t<To>>{});
  else
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return To{make_values<component_t<I, To>>(fn)...};
    }
  (std::make_index_sequence<component_count<To>>{});
}

} // namespace detail

/// True where a range of T may be an input or output of map and generate: a Stored number, or a std::tuple,
/// std::pair, std::array or struct named by TANDEM_STRUCT of such.
template <class T>
concept Mappable = detail::is_mappable<std::remove_cv_t<T>>();

namespace detail {

struct member_extent {
  std::size_t offset, size, alignment;
};

/// Whether nothing but padding lies between these members of a struct: then all of them are named.
constexpr bool fill_struct(std::initializer_list<member_extent> members, std::size_t size,
                           std::size_t alignment) {
  std::size_t named = 0; // each member starts where the alignment puts it after one of them, or at the start
  auto const follows = [&](std::size_t end) {
    for (member_extent const& each : members)
      if ((end + each.alignment - 1) / each.alignment * each.alignment == each.offset && each.offset >= end)
        return true;
    return (end + alignment - 1) / alignment * alignment == size;
  };
  bool complete = follows(0);
  for (member_extent const& each : members) {
    complete = complete && follows(each.offset + each.size);
    named += each.size;
  }
  return complete && named != 0;
}

/// The layout of T, a compound, as one of its objects shows it.
template <class T>
record_layout const* record_of() {
  if constexpr (Number<T>)
    return nullptr;
  else {
    constexpr std::size_t count = number_count<T>();
    struct known {
      std::array<record_field, count> fields{};
      record_layout layout;
      known() {
        T const sample{};
        std::size_t at = 0;
        for_numbers(sample, [&]<class N>(N const& number) {
          fields[at++] = {static_cast<std::uint32_t>(reinterpret_cast<char const*>(&number) -
                                                     reinterpret_cast<char const*>(&sample)),
                          stored_scalar_of<N>};
        });
        layout = {static_cast<std::uint32_t>(sizeof(T)), count, fields.data()};
      }
    };
    static known const found;
    return &found.layout;
  }
}

template <class T>
constexpr scalar operand_scalar() {
  if constexpr (Number<T>)
    return stored_scalar_of<T>;
  else
    return scalar::boolean;
}

} // namespace detail

/// `count` elements of any Mappable type in host memory, as an operand of map or generate.
template <Mappable T>
operand operand_of(T* first, std::size_t count) {
  using U = std::remove_const_t<T>;
  return {const_cast<U*>(first), nullptr, count, detail::operand_scalar<U>(), 0, detail::record_of<U>()};
}
/// `count` elements of T in device memory.
template <Mappable T>
operand operand_of(memory& data, std::size_t count, std::size_t first = 0) {
  return {nullptr, &data, count, detail::operand_scalar<T>(), first * sizeof(T), detail::record_of<T>()};
}

/// What a reduction to a T joins.
template <Mappable T>
joined_type joined_type_of() {
  using U = std::remove_const_t<T>;
  if constexpr (Element<U>)
    return scalar_of<U>;
  else if constexpr (Number<U>) {
    static constexpr record_field field{0, stored_scalar_of<U>};
    static constexpr record_layout layout{sizeof(U), 1, &field};
    return {scalar::boolean, &layout};
  } else
    return {scalar::boolean, detail::record_of<U>()};
}

/// c ? a : b for compounds of values, component by component.
template <class C, class S>
requires(detail::Compound<S>&& Operand<C>&& detail::any_number<std::is_class, S>()) S
    select(C const& c, S const& a, S const& b) {
  auto&& left = detail::components(a);
  auto&& right = detail::components(b);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return S{select(c, std::get<I>(left), std::get<I>(right))...};
  }
  (std::make_index_sequence<detail::component_count<S>>{});
}

} // namespace tandem::gpu

// Names each of up to some hundreds of arguments, by rescanning (__VA_OPT__).
#define TANDEM_PARENS ()
#define TANDEM_EXPAND(...) TANDEM_EXPAND3(TANDEM_EXPAND3(TANDEM_EXPAND3(TANDEM_EXPAND3(__VA_ARGS__))))
#define TANDEM_EXPAND3(...) TANDEM_EXPAND2(TANDEM_EXPAND2(TANDEM_EXPAND2(TANDEM_EXPAND2(__VA_ARGS__))))
#define TANDEM_EXPAND2(...) TANDEM_EXPAND1(TANDEM_EXPAND1(TANDEM_EXPAND1(TANDEM_EXPAND1(__VA_ARGS__))))
#define TANDEM_EXPAND1(...) __VA_ARGS__
#define TANDEM_FOR_EACH(macro, type, ...)                                                                    \
  __VA_OPT__(TANDEM_EXPAND(TANDEM_FOR_EACH_STEP(macro, type, __VA_ARGS__)))
#define TANDEM_FOR_EACH_STEP(macro, type, first, ...)                                                        \
  macro(type, first) __VA_OPT__(TANDEM_FOR_EACH_AGAIN TANDEM_PARENS(macro, type, __VA_ARGS__))
#define TANDEM_FOR_EACH_AGAIN() TANDEM_FOR_EACH_STEP
#define TANDEM_LIST(macro, type, ...) __VA_OPT__(TANDEM_EXPAND(TANDEM_LIST_STEP(macro, type, __VA_ARGS__)))
#define TANDEM_LIST_STEP(macro, type, first, ...)                                                            \
  macro(type, first) __VA_OPT__(, TANDEM_LIST_AGAIN TANDEM_PARENS(macro, type, __VA_ARGS__))
#define TANDEM_LIST_AGAIN() TANDEM_LIST_STEP

#define TANDEM_STRUCT_MEMBER(type, member) ::tandem::gpu::symbolic_t<decltype(type::member)> member;
#define TANDEM_STRUCT_REFERENCE(type, member) object.member
#define TANDEM_STRUCT_EXTENT(type, member)                                                                   \
  ::tandem::gpu::detail::member_extent {                                                                     \
    offsetof(type, member), sizeof(type::member), alignof(decltype(type::member))                            \
  }

/// Makes a struct of numbers an element type of map, generate and map_reduce, on every device:
///
///     struct particle { float x, y, mass; };
///     TANDEM_STRUCT(particle, x, y, mass);
///
/// Written once, in the struct's own namespace, after the struct; every data member is named. In a lambda for
/// the GPU the parameter is then an object with the same members, each a symbolic value: `[](auto p) { p.x +=
/// p.y; return p; }`. Members are numbers of a fixed size, bool, tandem::half, std::array, std::pair,
/// std::tuple, or structs named in the same way.
#define TANDEM_STRUCT(type, ...)                                                                             \
  [[maybe_unused]] inline auto tandem_struct(type const*) {                                                  \
    struct symbols {                                                                                         \
      using tandem_plain [[maybe_unused]] = type;                                                            \
      TANDEM_FOR_EACH(TANDEM_STRUCT_MEMBER, type, __VA_ARGS__)                                               \
      auto tandem_members() { return std::tie(__VA_ARGS__); }                                                \
      auto tandem_members() const { return std::tie(__VA_ARGS__); }                                          \
    };                                                                                                       \
    struct description {                                                                                     \
      using symbolic [[maybe_unused]] = symbols;                                                             \
      static auto members(type& object) {                                                                    \
        return std::tie(TANDEM_LIST(TANDEM_STRUCT_REFERENCE, type, __VA_ARGS__));                            \
      }                                                                                                      \
      static auto members(type const& object) {                                                              \
        return std::tie(TANDEM_LIST(TANDEM_STRUCT_REFERENCE, type, __VA_ARGS__));                            \
      }                                                                                                      \
    };                                                                                                       \
    static_assert(std::is_trivially_copyable_v<type>,                                                        \
                  "TANDEM_STRUCT(" #type ", …): the struct must be trivially copyable");                     \
    static_assert(::tandem::gpu::detail::fill_struct({TANDEM_LIST(TANDEM_STRUCT_EXTENT, type, __VA_ARGS__)}, \
                                                     sizeof(type), alignof(type)),                           \
                  "TANDEM_STRUCT(" #type ", …): every data member must be named");                           \
    return description{};                                                                                    \
  }                                                                                                          \
  static_assert(true) /* for the semicolon */
