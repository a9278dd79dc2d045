#pragma once

// The terminal that sends every item to one of two places.

#include <tandem/filter.hpp>
#include <tandem/views/collect.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem {
namespace detail {

template <class Pred>
struct partition_adaptor {
  Pred predicate;
};

/// Both parts of `all`, each as a range of its own.
template <target Target, class All, class Pred>
auto parted(policy<Target> where, All& all, Pred& pred) {
  using T = element_t<All>;
  std::size_t const first = parallel_partition(where, all, pred);
  T const* const from = std::as_const(all).data();
  return std::pair{copied_range<T>(from, first), copied_range<T>(from + first, size_of(all) - first)};
}

template <Chain C, class Pred>
auto operator|(C&& c, partition_adaptor<Pred> a) {
  using plain = std::remove_cvref_t<C>;
  using T = typename plain::value_type;
  if constexpr (plain::indexed && device_type_v<T>) {
    auto all = array<T>::for_overwrite(c.size()); // which stays where the items are made
    store_all<plain, array<T>, T>(c, all);
    return parted(c.where(), all, a.predicate);
  } else {
    auto all = collect_chain(std::as_const(c));
    return parted(c.where(), all, a.predicate);
  }
}

} // namespace detail

/// The items for which pred holds and the others, each in order: a std::pair of two new vectors (tandem::array
/// where they are bool). Items are computed once.
template <class Pred>
constexpr detail::partition_adaptor<Pred> partition(Pred pred) {
  return {std::move(pred)};
}

} // namespace tandem
