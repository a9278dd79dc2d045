#pragma once

#include <tandem/cpu/reduce_by_key.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/functional.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {
namespace detail {

struct by_key_facts {
  static constexpr char const* name = "parallel_reduce_by_key";
  static constexpr algorithm kind = algorithm::by_key;
  static constexpr float written_bytes = 8;
};

template <target Target, class Keys, class Values, class Op, class Equal, class Run>
void by_key(policy<Target> where, Keys const& keys, Values const& values, Op&, Equal&, Run const& run) {
  static_assert(Range<Keys const> && Range<Values const>, "parallel_reduce_by_key needs contiguous ranges of keys and of values");
  require_same_size("parallel_reduce_by_key", "the range of keys", size_of(keys), "the range of values", 0, size_of(values));
  run_on_host(where, host_site<by_key_facts, Op, element_t<Keys>, element_t<Values>>::site, size_of(keys), run);
}

template <target Target, class Keys, class Values, class Op, class Equal = equal_to>
auto by_key_to_new(policy<Target> where, Keys const& keys, Values const& values, Op&& op, Equal&& equals = {}) {
  std::pair<std::vector<element_t<Keys>>, std::vector<element_t<Values>>> result;
  by_key(where, keys, values, op, equals, [&](cpu::execution how) {
    result.first.resize(size_of(keys));
    result.second.resize(size_of(keys));
    auto const runs = cpu::reduce_by_key<element_t<Values>>(how, size_of(keys), host_read(keys), host_read(values), result.first.data(),
                                                            result.second.data(), equals, op);
    result.first.resize(runs);
    result.second.resize(runs);
  });
  return result;
}

template <target Target, class Keys, class Values, class KeysOut, class ValuesOut, class Op, class Equal = equal_to>
std::size_t by_key_to(policy<Target> where, Keys const& keys, Values const& values, KeysOut& keys_out, ValuesOut& values_out, Op&& op,
                      Equal&& equals = {}) {
  static_assert(WritableRange<KeysOut> && WritableRange<ValuesOut>, "parallel_reduce_by_key: the outputs must be writable ranges");
  constexpr auto name = "parallel_reduce_by_key";
  auto const n = size_of(keys);
  require_disjoint(name, "the keys' output", extent_of(keys_out), "the keys", 0, extent_of(keys));
  require_disjoint(name, "the keys' output", extent_of(keys_out), "the values", 0, extent_of(values));
  require_disjoint(name, "the values' output", extent_of(values_out), "the keys", 0, extent_of(keys));
  require_disjoint(name, "the values' output", extent_of(values_out), "the values", 0, extent_of(values));
  require_disjoint(name, "the values' output", extent_of(values_out), "the keys' output", 0, extent_of(keys_out));
  std::size_t runs = 0;
  by_key(where, keys, values, op, equals, [&](cpu::execution how) {
    auto const room = size_of(keys_out) < size_of(values_out) ? size_of(keys_out) : size_of(values_out);
    if (room < n)
      if (auto const needed = cpu::count_runs(how, n, host_read(keys), equals); needed > room)
        throw_too_small(name, "an output", needed, room);
    runs = cpu::reduce_by_key<element_t<ValuesOut>>(how, n, host_read(keys), host_read(values), std::data(keys_out),
                                                    std::data(values_out), equals, op);
  });
  return runs;
}

inline constexpr auto by_key_of = []<target Target, class Keys, class Values, class Third, class... Rest>(
                                      policy<Target> where, Keys const& keys, Values const& values, Third&& third, Rest&&... rest) {
  if constexpr (Range<Third>)
    return by_key_to(where, keys, values, third, std::forward<Rest>(rest)...);
  else
    return by_key_to_new(where, keys, values, std::forward<Third>(third), std::forward<Rest>(rest)...);
};

} // namespace detail

/// Joins the values of each run of equal consecutive keys (sort by key first to join all equal keys):
///
///     auto [keys, totals] = parallel_reduce_by_key([policy,] keys, values, op [, equals])
///     std::size_t runs = parallel_reduce_by_key([policy,] keys, values, keys_out, values_out, op [, equals])
///
/// \param op    associative, T × T → T for T the type of the totals; the order of operands is kept
/// \param …_out contiguous ranges with room for every run, apart from all others. Where they are smaller than `keys`, runs are
///              counted first, to know beforehand whether they fit.
/// \throws std::invalid_argument if sizes do not agree, ranges overlap or an output is too small; nothing is written then. What the
///         functions throw.
///
/// Deterministic: values meet from left to right within tiles of 4096 elements, and tiles from left to right.
template <class First, class... Rest>
auto parallel_reduce_by_key(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::by_key_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
