#pragma once

// What a chain's functions are called with: an element, or a pair or tuple of elements that may be taken
// apart.

#include <tandem/cpu/clones.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

template <class T>
inline constexpr bool is_tuple_item = false;
template <class A, class B>
inline constexpr bool is_tuple_item<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool is_tuple_item<std::tuple<T...>> = true;

/// All leaves of nested pairs and tuples, as one tuple of references.
template <class Item>
constexpr auto flat_item(Item&& item) {
  if constexpr (is_tuple_item<std::remove_cvref_t<Item>>)
    return std::apply(
        [](auto&&... part) { return std::tuple_cat(flat_item(std::forward<decltype(part)>(part))...); },
        std::forward<Item>(item));
  else
    return std::tuple<Item&&>(std::forward<Item>(item));
}

template <class F, class Tuple,
          class = std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<Tuple>>>>
inline constexpr bool takes_parts = false;
template <class F, class Tuple, std::size_t... I>
inline constexpr bool takes_parts<F, Tuple, std::index_sequence<I...>> =
    std::is_invocable_v<F const&, decltype(std::get<I>(std::declval<Tuple>()))...>;

enum class call_mode : unsigned char { none, whole, parts, flat };

/// How f takes an item: a pair or tuple in its parts where f has a parameter for each, else whole, else with
/// nested ones in theirs.
template <class F, class Item>
constexpr call_mode call_mode_of() {
  if constexpr (!is_tuple_item<std::remove_cvref_t<Item>>)
    return std::is_invocable_v<F const&, Item> ? call_mode::whole : call_mode::none;
  else if constexpr (takes_parts<F, Item>)
    return call_mode::parts;
  else if constexpr (std::is_invocable_v<F const&, Item>)
    return call_mode::whole;
  else
    return takes_parts<F, decltype(flat_item(std::declval<Item>()))> ? call_mode::flat : call_mode::none;
}

/// An lvalue as it is, anything else by value: what may outlive the call that made it.
template <class T>
using kept_t = std::conditional_t<std::is_lvalue_reference_v<T>, T, std::remove_cvref_t<T>>;

/// `call` stands for a function of type F.
template <class F, class Call, class Item>
constexpr decltype(auto) call_as(Call const& call, Item&& item) {
  constexpr auto mode = call_mode_of<F, Item>();
  static_assert(mode != call_mode::none, "tandem: a function of this chain cannot be called, as const, with "
                                         "what comes before it: give it one parameter "
                                         "for an element, or one for each part of what zip and enumerate "
                                         "make (or one for the whole pair or tuple)");
  if constexpr (mode == call_mode::parts)
    return std::apply(call, std::forward<Item>(item));
  else if constexpr (mode == call_mode::flat)
    return std::apply(call, flat_item(std::forward<Item>(item)));
  else if constexpr (mode == call_mode::whole)
    return call(std::forward<Item>(item));
}

template <class F, class Item>
constexpr decltype(auto) call_item_raw(F const& f, Item&& item) {
  return call_as<F>(f, std::forward<Item>(item));
}

template <class F, class Item>
constexpr auto call_item(F const& f, Item&& item)
    -> kept_t<decltype(call_item_raw(f, std::forward<Item>(item)))> {
  return call_item_raw(f, std::forward<Item>(item));
}

/// The same for a function held for a loop.
template <class F, bool ByCopy, class Item>
constexpr decltype(auto) call_held_item(cpu::held<F, ByCopy> const& f, Item&& item) {
  return call_as<std::remove_const_t<F>>(f, std::forward<Item>(item));
}

template <class F, class Item>
using called_t = decltype(call_item(std::declval<F const&>(), std::declval<Item>()));

/// The type an item is stored as: references become what they refer to, also inside pairs and tuples.
template <class T>
struct stored_item {
  using type = T;
};
template <class A, class B>
struct stored_item<std::pair<A, B>> {
  using type = std::pair<typename stored_item<std::remove_cvref_t<A>>::type,
                         typename stored_item<std::remove_cvref_t<B>>::type>;
};
template <class... T>
struct stored_item<std::tuple<T...>> {
  using type = std::tuple<typename stored_item<std::remove_cvref_t<T>>::type...>;
};
template <class T>
using stored_item_t = typename stored_item<std::remove_cvref_t<T>>::type;

/// A std::tuple that is trivial to copy where its members are.
template <std::size_t I, class T>
struct pack_member {
  T value;
};
template <class Seq, class... T>
struct pack_of;
template <std::size_t... I, class... T>
struct pack_of<std::index_sequence<I...>, T...> : pack_member<I, T>... {};
template <class... T>
using pack = pack_of<std::index_sequence_for<T...>, T...>;

template <std::size_t I, class T>
constexpr T& part(pack_member<I, T>& member) noexcept {
  return member.value;
}
template <std::size_t I, class T>
constexpr T const& part(pack_member<I, T> const& member) noexcept {
  return member.value;
}

template <class... T>
constexpr pack<T...> pack_up(T... value) {
  return {{std::move(value)}...};
}

template <class A>
constexpr A join_packs(A all) {
  return all;
}
template <std::size_t... I, class... A, std::size_t... J, class... B, class... Rest>
constexpr auto join_packs(pack_of<std::index_sequence<I...>, A...> a,
                          pack_of<std::index_sequence<J...>, B...> b, Rest... rest) {
  return join_packs(pack<A..., B...>{{std::move(part<I>(a))}..., {std::move(part<J>(b))}...},
                    std::move(rest)...);
}

/// use(part…)
template <class Use, std::size_t... I, class... T>
constexpr decltype(auto) with_parts(pack_of<std::index_sequence<I...>, T...> const& all, Use&& use) {
  return use(part<I>(all)...);
}
template <class Use, std::size_t... I, class... T>
constexpr decltype(auto) with_parts(pack_of<std::index_sequence<I...>, T...>& all, Use&& use) {
  return use(part<I>(all)...);
}

} // namespace tandem::detail
