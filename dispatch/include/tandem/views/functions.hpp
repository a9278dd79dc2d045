#pragma once

// The functions that a chain is made of. An indexed chain has one function, from the elements of its sources
// to its item, put together from small ones that are trivial to copy where the user's are; what follows a
// filter is a list of steps, each of which hands zero or more values on. Both can be called with symbolic
// values where every function of the user's can.

#include <tandem/detail/traceable.hpp>
#include <tandem/gpu/tracing/value.hpp>
#include <tandem/views/items.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// What no GPU can do, though it looks like a function of any type.
template <class F>
inline constexpr bool is_host_function = false;

/// Whether a user's function can be called with what the trace has come to.
template <class F, class Item>
constexpr bool traceable_call() {
  if constexpr (GenericCallable<F> && !is_host_function<F>)
    return call_mode_of<F, Item>() != call_mode::none;
  else
    return false;
}

/// The item of a single source: its element.
struct pass_on {
  static constexpr std::size_t arguments = 1;
  template <class T>
  constexpr T operator()(T&& element) const {
    return static_cast<T&&>(element);
  }
  template <class... V>
  static constexpr bool traceable() {
    return true;
  }
};

template <class F, class G>
struct composed {
  static constexpr std::size_t arguments = F::arguments;
  F f;
  G g;
  template <class... A>
  constexpr decltype(auto) operator()(A&&... a) const {
    return call_item(g, f(std::forward<A>(a)...));
  }
  template <class... V>
  static constexpr bool traceable() {
    if constexpr (F::template traceable<V...>())
      return traceable_call<G, decltype(std::declval<F const&>()(std::declval<V>()...))>();
    else
      return false;
  }
};

/// An item as it is, after f was called with it.
template <class F>
struct looking {
  F f;
  template <class Item>
  constexpr Item operator()(Item&& item) const {
    static_cast<void>(call_item_raw(f, std::as_const(item)));
    return static_cast<Item&&>(item);
  }
};
template <class F>
inline constexpr bool is_host_function<looking<F>> = true;

/// Each function on its own run of the arguments; two results make a pair, more a tuple.
template <class... F>
struct zipped {
  static constexpr std::size_t arguments = (F::arguments + ...);
  pack<F...> functions;

  template <class... A>
  constexpr auto operator()(A&&... a) const {
    return call(std::forward_as_tuple(std::forward<A>(a)...), std::index_sequence_for<F...>{});
  }
  template <class... V>
  static constexpr bool traceable() {
    return []<std::size_t... K>(std::index_sequence<K...>) {
      return (part_traceable<K, F, V...>(std::make_index_sequence<F::arguments>{}) && ...);
    }
    (std::index_sequence_for<F...>{});
  }

 private:
  static constexpr std::size_t start(std::size_t k) {
    std::size_t const sizes[] = {F::arguments...};
    std::size_t result = 0;
    for (std::size_t i = 0; i < k; ++i)
      result += sizes[i];
    return result;
  }
  template <std::size_t K, class P, class... V, std::size_t... I>
  static constexpr bool part_traceable(std::index_sequence<I...>) {
    return P::template traceable<std::tuple_element_t<start(K) + I, std::tuple<V...>>...>();
  }
  template <std::size_t K, class P, class All, std::size_t... I>
  static constexpr decltype(auto) call_part(P const& f, All& all, std::index_sequence<I...>) {
    return f(std::get<start(K) + I>(std::move(all))...);
  }
  template <class All, std::size_t... K>
  constexpr auto call(All all, std::index_sequence<K...>) const {
    using result = std::conditional_t<sizeof...(F) == 2, pair_of<All>, tuple_of<All>>;
    return typename result::type{
        call_part<K>(part<K>(functions), all, std::make_index_sequence<F::arguments>{})...};
  }
  template <class All, class = std::index_sequence_for<F...>>
  struct tuple_of;
  template <class All, std::size_t... K>
  struct tuple_of<All, std::index_sequence<K...>> {
    using type = std::tuple<decltype(call_part<K>(std::declval<F const&>(), std::declval<All&>(),
                                                  std::make_index_sequence<F::arguments>{}))...>;
  };
  template <class All>
  struct pair_of {
    using both = typename tuple_of<All>::type;
    using type = std::pair<std::tuple_element_t<0, both>, std::tuple_element_t<sizeof...(F) - 1, both>>;
  };
};

/// The steps of an indexed chain: none.
struct no_steps {
  static constexpr bool at_most_one = true;
  static constexpr bool changes_nothing = true; ///< values that come out are items that went in
  template <class Item>
  using result = Item;
  template <class Item>
  static constexpr bool traceable() {
    return true;
  }
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    return sink(std::forward<Item>(item));
  }
  template <class Keep, class Item, class Next>
  auto trace(Keep keep, Item item, Next const& next) const {
    return next(keep, item);
  }
};

template <class Before, class Step>
struct steps {
  static constexpr bool at_most_one = Before::at_most_one && Step::at_most_one;
  static constexpr bool changes_nothing = Before::changes_nothing && Step::changes_nothing;
  Before before;
  Step step;

  template <class Item>
  using result = typename Step::template result<typename Before::template result<Item>>;
  template <class Item>
  static constexpr bool traceable() {
    if constexpr (Before::template traceable<Item>())
      return Step::template traceable<typename Before::template result<Item>>();
    else
      return false;
  }
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    return before(std::forward<Item>(item),
                  [&](auto&& x) { return step(std::forward<decltype(x)>(x), sink); });
  }
  template <class Keep, class Item, class Next>
  auto trace(Keep keep, Item item, Next const& next) const {
    return before.trace(keep, item, [&](auto now, auto x) { return step.trace(now, x, next); });
  }
};

/// Nothing was filtered yet.
struct keep_all {};

template <class P>
struct keep_if {
  static constexpr bool at_most_one = true;
  static constexpr bool changes_nothing = true;
  P predicate;
  template <class Item>
  using result = Item;
  template <class Item>
  static constexpr bool traceable() {
    return traceable_call<P, std::remove_reference_t<Item> const&>();
  }
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    if (call_item(predicate, std::as_const(item)))
      return sink(std::forward<Item>(item));
    return true;
  }
  template <class Keep, class Item, class Next>
  auto trace(Keep keep, Item item, Next const& next) const {
    gpu::value<bool> const holds = call_item(predicate, std::as_const(item));
    if constexpr (std::is_same_v<Keep, keep_all>)
      return next(holds, item);
    else
      return next(keep && holds, item);
  }
};

template <class F>
struct then {
  static constexpr bool at_most_one = true;
  static constexpr bool changes_nothing = false;
  F function;
  template <class Item>
  using result = called_t<F, Item>;
  template <class Item>
  static constexpr bool traceable() {
    return traceable_call<F, Item>();
  }
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    return sink(call_item(function, std::forward<Item>(item)));
  }
  template <class Keep, class Item, class Next>
  auto trace(Keep keep, Item item, Next const& next) const {
    return next(keep, call_item(function, item));
  }
};

/// What no GPU can do.
struct host_step {
  template <class Item>
  static constexpr bool traceable() {
    return false;
  }
};

/// f returns something like std::optional.
template <class F>
struct then_if : host_step {
  static constexpr bool at_most_one = true;
  static constexpr bool changes_nothing = false;
  F function;
  explicit constexpr then_if(F f) : function(std::move(f)) {}
  template <class Item>
  using result = std::remove_cvref_t<decltype(*std::declval<called_t<F, Item>>())>;
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    auto&& found = call_item(function, std::forward<Item>(item));
    return found ? sink(*std::forward<decltype(found)>(found)) : true;
  }
};

/// f returns a range.
template <class F>
struct then_each : host_step {
  static constexpr bool at_most_one = false;
  static constexpr bool changes_nothing = false;
  F function;
  explicit constexpr then_each(F f) : function(std::move(f)) {}
  template <class Item>
  using range = called_t<F, Item>;
  template <class Item>
  using element = decltype(*std::begin(std::declval<std::remove_reference_t<range<Item>>&>()));
  template <class Item>
  using result = std::conditional_t<std::is_lvalue_reference_v<range<Item>>, element<Item>,
                                    std::remove_cvref_t<element<Item>>>;
  template <class Item, class Sink>
  constexpr bool operator()(Item&& item, Sink&& sink) const {
    auto&& made = call_item(function, std::forward<Item>(item));
    for (auto&& x : made) {
      constexpr bool ours =
          !std::is_lvalue_reference_v<range<Item>> && !std::is_const_v<std::remove_reference_t<decltype(x)>>;
      if constexpr (ours) {
        if (!sink(std::move(x)))
          return false;
      } else if (!sink(x)) {
        return false;
      }
    }
    return true;
  }
};

} // namespace tandem::detail
