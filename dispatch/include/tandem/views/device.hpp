#pragma once

// How a chain reaches a GPU: its functions recorded with symbolic elements, or with a symbolic index where
// not every source is an array that is read in step (then ranges are read as tables).

#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/functional.hpp>
#include <tandem/gpu/filter.hpp>
#include <tandem/views/chain.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// What f returns when it is recorded; void where it cannot be.
template <bool Traceable, class F, class... Element>
struct traced_item_of {
  using type = void;
};
template <class F, class... Element>
struct traced_item_of<true, F, Element...> {
  using type = decltype(std::declval<F const&>()(std::declval<gpu::value<gpu::canonical_t<Element>>>()...));
};

template <class C>
struct chain_traits;
template <target Target, class F, class Steps, class... Source>
struct chain_traits<chain<Target, F, Steps, Source...>> {
  static constexpr bool on_device = (Source::on_device && ...);
  static constexpr bool by_position = (Source::by_position && ...) && sizeof...(Source) <= 8;
  static constexpr bool in_place = (Source::in_place && ...);

  static constexpr bool function_traceable() {
    if constexpr (Target == target::cpu || !on_device)
      return false;
    else if constexpr (!by_position && (std::is_same_v<typename Source::element, bool> || ...))
      return false;
    else
      return F::template traceable<gpu::value<gpu::canonical_t<typename Source::element>>...>();
  }
  using traced_item = typename traced_item_of<function_traceable(), F, typename Source::element...>::type;

  /// Every function of the chain can be recorded, and its sources can be on a GPU.
  static constexpr bool traceable() {
    if constexpr (function_traceable())
      return Steps::template traceable<traced_item>();
    else
      return false;
  }
  /// What the traced chain ends in: a symbolic value or a number, or a pair of them. Only where traceable().
  template <class S>
  using traced_result = typename S::template result<traced_item>;

  template <class Written>
  static constexpr call_facts facts(char const* name, algorithm kind, bool can_trace) {
    return facts_of<Written, typename Source::element...>(name, kind, can_trace);
  }
  static auto forms() { return operand_forms<typename Source::element...>(); }
  static double upload(chain<Target, F, Steps, Source...> const& c) {
    if constexpr (on_device)
      return with_parts(c.sources(), [](auto const&... source) { return (source.upload() + ... + 0.0); });
    else
      return 0;
  }
};

template <class C, class T>
constexpr bool ends_in_number() {
  using traits = chain_traits<C>;
  if constexpr (device_type_v<T> && traits::traceable())
    return gpu::Operand<std::remove_cvref_t<typename traits::template traced_result<typename C::following>>>;
  else
    return false;
}

/// Traceable, whatever item the chain ends in.
template <class C>
constexpr bool ends_in_item() {
  return chain_traits<C>::traceable();
}

/// Kernels that are given an index have 32 bits for it.
template <class C>
bool fits_device_index(C const& c) noexcept {
  return chain_traits<C>::by_position || c.size() < ~std::uint32_t{0};
}

template <target Target, bool CanTrace>
constexpr void require_chain_on_gpu() {
  static_assert(Target != target::gpu || CanTrace,
                "tandem::on_gpu: this chain can run on the CPU only. On a GPU every range holds float, "
                "double, int32_t, uint32_t, "
                "int64_t, uint64_t or bool, every function has 'auto' parameters (for example [](auto x) { "
                "... }) and returns such "
                "a value, there is no flat_map, filter_map, inspect, chunks, windows, rev or step_by, and a "
                "reduction behind a "
                "filter uses an operation with a tandem::identity_of; or use tandem::on_cpu");
}

template <class T, class X>
gpu::value<gpu::canonical_t<T>> as_traced(X const& x) {
  if constexpr (gpu::Value<X>)
    return gpu::cast<T>(x);
  else
    return gpu::value<gpu::canonical_t<T>>(static_cast<T>(x));
}

/// finish(keep, value, index) of the traced chain; keep is keep_all where there is no filter, index the
/// position where it is known.
template <class C, class Finish>
class traced_chain {
 public:
  traced_chain(C const& c, Finish finish) : chain_(&c), finish_(finish) {}

  /// Called with one symbolic element of each source.
  template <class... V>
  auto operator()(V... element) const {
    return chain_->all_steps().trace(keep_all{}, chain_->f()(element...),
                                     [&](auto keep, auto x) { return finish_(keep, x, keep_all{}); });
  }

 private:
  C const* chain_;
  Finish finish_;
};

/// The same of a symbolic index.
template <class C, class Finish>
class traced_chain_at {
 public:
  traced_chain_at(C const& c, Finish finish) : chain_(&c), finish_(finish) {}

  template <class V>
  auto operator()(V index) const {
    auto const item = with_parts(
        chain_->sources(), [&](auto const&... source) { return chain_->f()(source.table()[index]...); });
    return chain_->all_steps().trace(keep_all{}, item,
                                     [&](auto keep, auto x) { return finish_(keep, x, index); });
  }

 private:
  C const* chain_;
  Finish finish_;
};

/// The value converted to T; where it was filtered out, Otherwise.
template <class T, class Otherwise>
struct finish_value {
  template <class Keep, class X, class Index>
  auto operator()(Keep keep, X const& x, Index const&) const {
    if constexpr (std::is_same_v<Keep, keep_all>)
      return as_traced<T>(x);
    else
      return gpu::select(keep, as_traced<T>(x), gpu::constant(Otherwise::value));
  }
};
struct finish_keep {
  template <class Keep, class X, class Index>
  gpu::value<bool> operator()(Keep keep, X const&, Index const&) const {
    if constexpr (std::is_same_v<Keep, keep_all>)
      return gpu::value<bool>(true);
    else
      return keep;
  }
};
/// The index where a value is there and test(value) is Wanted, else the largest index.
template <class Test, bool Wanted>
struct finish_search {
  Test const* test;
  template <class Keep, class X, class Index>
  auto operator()(Keep keep, X const& x, Index const& index) const {
    gpu::value<bool> const answer = call_item(*test, x);
    gpu::value<bool> const holds = Wanted ? answer : !answer;
    auto const none = gpu::constant(~std::uint32_t{0});
    if constexpr (std::is_same_v<Keep, keep_all>)
      return gpu::select(holds, index, none);
    else
      return gpu::select(keep && holds, index, none);
  }
};

/// f, recorded over the chain's elements where By position, else over its index. R is what it returns.
template <bool ByPosition, class R, class C, class Finish>
gpu::recording& record_chain(C const& c, Finish finish) {
  if constexpr (ByPosition)
    return with_parts(c.sources(), [&]<class... Source>(Source const&...) -> gpu::recording& {
      return gpu::trace<R(typename Source::element...)>(traced_chain<C, Finish>(c, finish));
    });
  else
    return gpu::trace<R(std::uint32_t)>(traced_chain_at<C, Finish>(c, finish));
}

template <bool ByPosition, class C>
auto chain_operands(gpu::device& where, [[maybe_unused]] C const& c) {
  if constexpr (ByPosition)
    return with_parts(c.sources(), [&](auto const&... source) {
      return std::array<gpu::operand, sizeof...(source)>{source.operand(where)...};
    });
  else
    return std::array<gpu::operand, 0>{};
}

/// Of the operands only the types.
template <bool ByPosition, class C>
auto chain_forms() {
  if constexpr (ByPosition)
    return chain_traits<C>::forms();
  else
    return std::array<gpu::operand, 0>{};
}

/// Whether a chain reads the array that it is written to.
template <class C, class Out>
bool reads(C const& c, Out const& out) {
  if constexpr (is_array_range_v<Out>)
    return with_parts(c.sources(), [&](auto const&... source) {
      return ((source.memory().data == out.storage().host_address()) || ...);
    });
  else
    return false;
}

} // namespace tandem::detail
