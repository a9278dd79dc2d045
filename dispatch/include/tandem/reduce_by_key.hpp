#pragma once

#include <tandem/cpu/reduce_by_key.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/functional.hpp>
#include <tandem/gpu/reduce_by_key.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <cstring>
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

/// Outputs of a reduction by key and how many runs there are.
template <class KeysOut, class ValuesOut>
struct by_key_result {
  KeysOut& keys;
  ValuesOut& values;
  std::size_t runs = 0;

  std::size_t room() const { return size_of(keys) < size_of(values) ? size_of(keys) : size_of(values); }
};

/// op on the host, for runs that go on from one piece of a very large range to the next.
template <class T, class Op>
gpu::host_join join_on_host(Op& op) {
  auto const join = [](void* context, void* left, void const* right) {
    T a, b;
    std::memcpy(&a, left, sizeof(T));
    std::memcpy(&b, right, sizeof(T));
    a = static_cast<T>((*static_cast<std::remove_const_t<Op>*>(context))(a, b));
    std::memcpy(left, &a, sizeof(T));
  };
  return {join, const_cast<std::remove_const_t<Op>*>(&op)};
}

template <class Keys, class Values, class Result, class Op, class Equal>
auto by_key_launch(Keys const& keys, Values const& values, Result& result, Op& op, Equal& equals) {
  using K = element_t<Keys>;
  using T = element_t<Values>;
  return recorded<kernel_tag<by_key_facts, std::pair<Op, Equal>, K, T>>(
      [&op, &equals]() -> gpu::recording& {
        return gpu::trace_also<T(T, T)>(gpu::trace<bool(K, K)>(equals), op);
      },
      [&](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        auto const n = size_of(keys);
        if (n == 0)
          return;
        auto const keys_in = input_operand(where, keys);
        if (result.room() < n)
          if (auto const needed = gpu::count_runs(where, site, recording, keys_in, n); needed > result.room())
            throw_too_small(by_key_facts::name, "an output", needed, result.room());
        device_output changed_keys(where, result.keys, contents::replaced);
        device_output changed_values(where, result.values, contents::replaced);
        result.runs = gpu::reduce_by_key(where, site, recording, keys_in, input_operand(where, values),
                                         output_operand(where, result.keys),
                                         output_operand(where, result.values), n, join_on_host<T>(op));
        changed_keys.done();
        changed_values.done();
      },
      [&keys](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        return gpu::warm_reduce_by_key(where, site, recording, size_of(keys));
      });
}

template <target Target, class Keys, class Values, class KeysOut, class ValuesOut, class Op, class Equal>
constexpr bool by_key_on_gpu() {
  using K = element_t<Keys>;
  using T = element_t<Values>;
  constexpr bool same = std::is_same_v<K, element_t<KeysOut>> && std::is_same_v<T, element_t<ValuesOut>>;
  if constexpr (Target == target::gpu) {
    static_assert(same && !std::is_same_v<K, bool> && !std::is_same_v<T, bool>,
                  "tandem::on_gpu: parallel_reduce_by_key needs outputs of the types of its inputs there, "
                  "and not bool");
    require_gpu_can_run<T, Op, T, T>();
    require_gpu_can_run<bool, Equal, K, K>();
  }
  if constexpr (Target != target::cpu && same && device_type_v<K> && device_type_v<T> &&
                !std::is_same_v<K, bool> && !std::is_same_v<T, bool>)
    return traceable<Op, T, T>() && traceable<Equal, K, K>();
  else
    return false;
}

/// The whole call; outputs are not looked at beyond their room.
template <target Target, class Keys, class Values, class KeysOut, class ValuesOut, class Op, class Equal>
std::size_t by_key(policy<Target> where, Keys const& keys, Values const& values, KeysOut& keys_out,
                   ValuesOut& values_out, Op& op, Equal& equals) {
  static_assert(Range<Keys const> && Range<Values const>,
                "parallel_reduce_by_key needs contiguous ranges of keys and of values");
  auto const n = size_of(keys);
  require_same_size(by_key_facts::name, "the range of keys", n, "the range of values", 0, size_of(values));
  by_key_result<KeysOut, ValuesOut> result{keys_out, values_out};
  auto const on_host = [&](cpu::execution how) {
    if (result.room() < n)
      if (auto const needed = cpu::count_runs(how, n, host_read(keys), equals); needed > result.room())
        throw_too_small(by_key_facts::name, "an output", needed, result.room());
    result.runs = cpu::reduce_by_key<element_t<ValuesOut>>(
        how, n, host_read(keys), host_read(values), std::data(keys_out), std::data(values_out), equals, op);
  };
  constexpr bool on_device = by_key_on_gpu<Target, Keys, Values, KeysOut, ValuesOut, Op, Equal>();
  auto& site = device_site<by_key_facts, on_device, Op, element_t<Keys>, element_t<Values>>::site;
  if constexpr (on_device) {
    auto const to_host = traffic_of(keys_out).download_bytes + traffic_of(values_out).download_bytes;
    run_anywhere(where, site, n, traffic_reading(to_host, keys, values), on_host,
                 by_key_launch(keys, values, result, op, equals));
  } else {
    run_on_host(where, site, n, on_host);
  }
  return result.runs;
}

template <target Target, class Keys, class Values, class Op, class Equal = equal_to>
auto by_key_to_new(policy<Target> where, Keys const& keys, Values const& values, Op&& op,
                   Equal&& equals = {}) {
  std::pair<std::vector<element_t<Keys>>, std::vector<element_t<Values>>> result;
  require_same_size(by_key_facts::name, "the range of keys", size_of(keys), "the range of values", 0,
                    size_of(values));
  result.first.resize(size_of(keys));
  result.second.resize(size_of(keys));
  auto const runs = by_key(where, keys, values, result.first, result.second, op, equals);
  result.first.resize(runs);
  result.second.resize(runs);
  return result;
}

template <target Target, class Keys, class Values, class KeysOut, class ValuesOut, class Op,
          class Equal = equal_to>
std::size_t by_key_to(policy<Target> where, Keys const& keys, Values const& values, KeysOut& keys_out,
                      ValuesOut& values_out, Op&& op, Equal&& equals = {}) {
  static_assert(WritableRange<KeysOut> && WritableRange<ValuesOut>,
                "parallel_reduce_by_key: the outputs must be writable ranges");
  constexpr auto name = by_key_facts::name;
  require_disjoint(name, "the keys' output", extent_of(keys_out), "the keys", 0, extent_of(keys));
  require_disjoint(name, "the keys' output", extent_of(keys_out), "the values", 0, extent_of(values));
  require_disjoint(name, "the values' output", extent_of(values_out), "the keys", 0, extent_of(keys));
  require_disjoint(name, "the values' output", extent_of(values_out), "the values", 0, extent_of(values));
  require_disjoint(name, "the values' output", extent_of(values_out), "the keys' output", 0,
                   extent_of(keys_out));
  return by_key(where, keys, values, keys_out, values_out, op, equals);
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
/// \param …_out contiguous ranges with room for every run, apart from all others. Where they are smaller than
///              `keys`, runs are counted first, to know beforehand whether they fit.
///
/// \throws std::invalid_argument
///         if sizes do not agree, ranges overlap or an output is too small; nothing is written then.
///         What the functions throw.
///
/// Deterministic: the shape in which values meet depends on their place alone (docs/architecture.md), so even
/// float sums have the same bits with any number of threads and on a GPU.
template <class First, class... Rest>
auto parallel_reduce_by_key(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::by_key_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
