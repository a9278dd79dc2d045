#pragma once

// A lazy chain: sources, the function from their elements to an item, and the steps behind the first filter.

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/cursor.hpp>
#include <tandem/cpu/shape.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/policy.hpp>
#include <tandem/views/functions.hpp>
#include <tandem/views/sources.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// The places of a chain that reads through these cursors: places, and what memory should be asked for before
/// a loop comes to them.
template <bool Plain, class... Cursor>
class chain_indices : public cpu::indices<Plain> {
 public:
  explicit chain_indices(pack<Cursor...> const& cursors, std::size_t first = 0) noexcept
      : cpu::indices<Plain>(first), cursors_(cursors) {}

  void look_ahead(std::size_t i, std::size_t count) const noexcept {
    auto const place = (*this)[i];
    with_parts(cursors_, [&](Cursor const&... cursor) { (look_ahead_in(cursor, place, count), ...); });
  }

 private:
  template <class In>
  static void look_ahead_in([[maybe_unused]] In const& in, [[maybe_unused]] std::size_t i,
                            [[maybe_unused]] std::size_t count) noexcept {
    if constexpr (std::is_pointer_v<In>)
      cpu::detail::prefetch_ahead(in + i, count);
  }

  pack<Cursor...> cursors_;
};

/// Found by reductions, as the one for plain arrays is.
template <bool Plain, class... Cursor>
inline void prefetch_row(chain_indices<Plain, Cursor...> const& in, std::size_t row) {
  in.look_ahead(row, cpu::shape::reduction_lanes);
}

/// What loops run: the chain with its functions as they are best captured and its cursors. item(i) of an
/// indexed chain; push(i, sink) of any.
template <class F, class Steps, class... Cursor>
class chain_body {
 public:
  chain_body(F const& f, Steps const& following, Cursor... cursor)
      : f_(f), steps_(following), cursors_(pack_up(cursor...)) {}

  constexpr decltype(auto) item(std::size_t i) const {
    return with_parts(cursors_, [&](auto const&... cursor) -> decltype(auto) { return f_(cursor[i]...); });
  }
  template <class Sink>
  constexpr bool operator()(std::size_t i, Sink&& sink) const {
    return steps_(item(i), sink);
  }
  /// What to loop over, from `first` on.
  template <bool Plain>
  chain_indices<Plain, Cursor...> places(std::size_t first = 0) const {
    return chain_indices<Plain, Cursor...>(cursors_, first);
  }
  /// How many of n places come before one whose element, in the first array read, begins a cache line.
  std::size_t before_line(std::size_t n) const noexcept {
    std::size_t count = 0;
    with_parts(cursors_, [&](auto const&... cursor) { (... || find_line(cursor, n, count)); });
    return count;
  }

 private:
  template <class In>
  static bool find_line([[maybe_unused]] In const& in, [[maybe_unused]] std::size_t n,
                        [[maybe_unused]] std::size_t& count) noexcept {
    if constexpr (std::is_pointer_v<In>) {
      count = cpu::detail::elements_before_line(in, n);
      return true;
    } else {
      return false;
    }
  }

  cpu::held<F const> f_;
  cpu::held<Steps const> steps_;
  pack<Cursor...> cursors_;
};

/// A chain as a value: `tandem::par(x) | tandem::map(f) | …`. It refers to ranges given as lvalues, owns
/// those given as rvalues and every function, and does nothing until a terminal (`reduce`, `collect`,
/// `for_each`, …) stands at its end, as often as one does.
template <target Target, class F, class Steps, class... Source>
class chain {
 public:
  using function = F;
  using following = Steps;
  static constexpr target where_to = Target;
  static constexpr bool indexed = std::is_same_v<Steps, no_steps>;
  static constexpr bool at_most_one = Steps::at_most_one;
  /// One range and nothing done to its elements.
  static constexpr bool bare = std::is_same_v<F, pass_on>;
  static constexpr bool plain = (Source::plain && ...);

  using item = decltype(std::declval<F const&>()(std::declval<typename Source::reference>()...));
  using result = typename Steps::template result<item>; ///< what a terminal sees, perhaps a reference
  using value_type = stored_item_t<result>;

  chain(policy<Target> where, std::size_t n, F f, Steps following_steps, pack<Source...> sources)
      : where_(where), n_(n), f_(std::move(f)), steps_(std::move(following_steps)),
        sources_(std::move(sources)) {}

  /// How many items the sources give; of an indexed chain, how many results there are.
  std::size_t size() const noexcept { return n_; }
  policy<Target> where() const noexcept { return where_; }
  F const& f() const& noexcept { return f_; }
  F&& f() && noexcept { return std::move(f_); }
  Steps const& all_steps() const& noexcept { return steps_; }
  Steps&& all_steps() && noexcept { return std::move(steps_); }
  pack<Source...> const& sources() const& noexcept { return sources_; }
  pack<Source...>&& sources() && noexcept { return std::move(sources_); }

  /// The same chain under another policy.
  template <target Other>
  auto on(policy<Other> where) const& {
    return chain<Other, F, Steps, Source...>(where, n_, f_, steps_, sources_);
  }
  template <target Other>
  auto on(policy<Other> where) && {
    return chain<Other, F, Steps, Source...>(where, n_, std::move(f_), std::move(steps_),
                                             std::move(sources_));
  }

  /// For the CPU; brings arrays to the host.
  auto body() const {
    return with_parts(sources_, [&](Source const&... source) {
      return chain_body<F, Steps, decltype(source.cursor())...>(f_, steps_, source.cursor()...);
    });
  }

 private:
  policy<Target> where_;
  std::size_t n_;
  F f_;
  Steps steps_;
  pack<Source...> sources_;
};

template <class T>
inline constexpr bool is_chain = false;
template <target Target, class F, class Steps, class... Source>
inline constexpr bool is_chain<chain<Target, F, Steps, Source...>> = true;

template <class T>
concept Chain = is_chain<std::remove_cvref_t<T>>;

template <Chain C>
constexpr void require_indexed() {
  static_assert(std::remove_cvref_t<C>::indexed,
                "tandem: zip, enumerate, take, skip, rev, step_by and position need to know the place of "
                "every item, so they stand "
                "before the first filter or flat_map of a chain");
}

/// A chain with the same sources and size, but for what is given.
template <Chain C, class F, class Steps>
auto rebuilt(C&& c, F f, Steps next) {
  return with_parts(c.sources(), [&]<class... Source>(Source const&...) {
    auto const where = c.where();
    auto const n = c.size();
    return chain<std::remove_cvref_t<C>::where_to, F, Steps, Source...>(
        where, n, std::move(f), std::move(next), std::forward<C>(c).sources());
  });
}

/// The chain with a function behind what it has: part of the item's function, or a step.
template <Chain C, class G>
auto with_function(C&& c, G g) {
  using plain = std::remove_cvref_t<C>;
  if constexpr (plain::indexed) {
    composed<typename plain::function, G> f{std::forward<C>(c).f(), std::move(g)};
    return rebuilt(std::forward<C>(c), std::move(f), no_steps{});
  } else {
    steps<typename plain::following, then<G>> next{std::forward<C>(c).all_steps(), {std::move(g)}};
    auto f = std::forward<C>(c).f();
    return rebuilt(std::forward<C>(c), std::move(f), std::move(next));
  }
}

template <Chain C, class Step>
auto with_step(C&& c, Step step) {
  steps<typename std::remove_cvref_t<C>::following, Step> next{std::forward<C>(c).all_steps(),
                                                               std::move(step)};
  auto f = std::forward<C>(c).f();
  return rebuilt(std::forward<C>(c), std::move(f), std::move(next));
}

} // namespace tandem::detail

namespace tandem::cpu::detail {

/// @cond a specialisation of what the reference leaves out
template <bool Plain, class... Cursor>
inline constexpr bool vectorisable_input<tandem::detail::chain_indices<Plain, Cursor...>> = Plain;
/// @endcond

} // namespace tandem::cpu::detail
