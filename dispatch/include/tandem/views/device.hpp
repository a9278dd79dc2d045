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

/// A launch that owns one recording function and one site of kernels, both made by Derived.
template <class Derived>
class chain_launch : public launch {
 public:
  float work() override { return site().note(self().recorded()).operations; }
  kernel_state kernel(gpu::device& where) override {
    return state_of_kernels([&] { return self().warm(where); });
  }

 protected:
  ~chain_launch() = default;
  Derived& self() { return static_cast<Derived&>(*this); }
  static gpu::kernel_site& site() { return kernel_site_of<Derived>; }
};

template <class C, class Out>
class chain_map_launch final : public chain_launch<chain_map_launch<C, Out>> {
  static constexpr bool by_position = chain_traits<C>::by_position;
  using T = element_t<Out>;

 public:
  chain_map_launch(C const& c, Out& out) : chain_(&c), out_(&out) {}
  gpu::recording& recorded() { return record_chain<by_position, T>(*chain_, finish_value<T, void>{}); }

  bool warm(gpu::device& where) {
    return gpu::warm_map(where, this->site(), recorded(), chain_forms<by_position, C>(), operand_forms<T>(),
                         chain_->size());
  }
  void run(gpu::device& where) override {
    auto const inputs = chain_operands<by_position>(where, *chain_);
    overwrite(where, *out_, reads(*chain_, *out_), [&](gpu::operand const& to) {
      if constexpr (by_position)
        gpu::map(where, this->site(), recorded(), inputs, to, chain_->size());
      else
        gpu::generate(where, this->site(), recorded(), to, chain_->size());
    });
  }

 private:
  C const* chain_;
  Out* out_;
};

template <class C, class T, class Op, bool Commutative>
class chain_reduce_launch final : public chain_launch<chain_reduce_launch<C, T, Op, Commutative>> {
  static constexpr bool by_position = chain_traits<C>::by_position;
  static constexpr auto order =
      Commutative ? gpu::reduction_order::commutative : gpu::reduction_order::ordered;

 public:
  chain_reduce_launch(C const& c, Op& op, T const& init, std::optional<T>& result)
      : chain_(&c), op_(&op), init_(&init), result_(&result) {}
  gpu::recording& recorded() {
    return gpu::trace_also<T(T, T)>(
        record_chain<by_position, T>(*chain_, finish_value<T, identity_of<Op, T>>{}), *op_);
  }
  bool warm(gpu::device& where) {
    return gpu::warm_map_reduce(where, this->site(), recorded(), chain_forms<by_position, C>(),
                                chain_->size(), order);
  }
  void run(gpu::device& where) override {
    auto const inputs = chain_operands<by_position>(where, *chain_);
    T total = *init_;
    gpu::map_reduce(where, this->site(), recorded(), inputs, chain_->size(), gpu::scalar_of<T>, init_, &total,
                    order);
    *result_ = total;
  }

 private:
  C const* chain_;
  Op* op_;
  T const* init_;
  std::optional<T>* result_;
};

/// The lowest index with test(value), or ~0: a reduction of indices.
template <class C, class Test, bool Wanted>
class chain_search_launch final : public chain_launch<chain_search_launch<C, Test, Wanted>> {
 public:
  chain_search_launch(C const& c, Test const& test, std::size_t& found)
      : chain_(&c), test_(&test), found_(&found) {}
  gpu::recording& recorded() {
    using index = std::uint32_t;
    return gpu::trace_also<index(index, index)>(
        record_chain<false, index>(*chain_, finish_search<Test, Wanted>{test_}), minimum{});
  }
  bool warm(gpu::device& where) {
    return gpu::warm_map_reduce(where, this->site(), recorded(), {}, chain_->size(),
                                gpu::reduction_order::commutative);
  }
  void run(gpu::device& where) override {
    std::uint32_t const none = ~std::uint32_t{0};
    std::uint32_t lowest = none;
    gpu::map_reduce(where, this->site(), recorded(), {}, chain_->size(), gpu::scalar::uint32, &none, &lowest,
                    gpu::reduction_order::commutative);
    *found_ = lowest == none ? chain_->size() : lowest;
  }

 private:
  C const* chain_;
  Test const* test_;
  std::size_t* found_;
};

/// Filters, then stores: elements of one range as they are, or the indices that stay, from which values are
/// made.
template <class C, class T>
class chain_filter_launch final : public chain_launch<chain_filter_launch<C, T>> {
  static constexpr bool copies_elements =
      C::bare && C::following::changes_nothing && chain_traits<C>::by_position && !std::is_same_v<T, bool>;
  struct numbering {};
  struct storing {};

 public:
  chain_filter_launch(C const& c, T* room, std::size_t& kept) : chain_(&c), room_(room), kept_(&kept) {}
  gpu::recording& recorded() { return record_chain<copies_elements, bool>(*chain_, finish_keep{}); }
  bool warm(gpu::device& where) {
    auto const n = chain_->size();
    bool const filtering = gpu::warm_filter(where, this->site(), recorded(), n);
    if constexpr (copies_elements)
      return filtering;
    else
      return gpu::warm_map(where, numbering_site(), gpu::trace<index(index)>(same), {},
                           operand_forms<index>(), n) &&
             gpu::warm_map(where, storing_site(), values(), operand_forms<index>(), operand_forms<T>(), n) &&
             filtering;
  }
  void run(gpu::device& where) override {
    auto const n = chain_->size();
    if constexpr (copies_elements)
      *kept_ = gpu::filter(where, this->site(), recorded(), chain_operands<true>(where, *chain_)[0],
                           gpu::operand_of<T>(room_, n), n);
    else
      *kept_ = filter_indices(where, n);
  }

 private:
  using index = std::uint32_t;
  static constexpr auto same = [](auto i) { return i; };
  static gpu::kernel_site& numbering_site() {
    return kernel_site_of<std::pair<chain_filter_launch, numbering>>;
  }
  static gpu::kernel_site& storing_site() { return kernel_site_of<std::pair<chain_filter_launch, storing>>; }
  gpu::recording& values() { return record_chain<false, T>(*chain_, finish_value<T, zero>{}); }

  std::size_t filter_indices(gpu::device& where, std::size_t n) {
    auto all = array<index>::for_overwrite(n), kept = array<index>::for_overwrite(n);
    gpu::generate(where, numbering_site(), gpu::trace<index(index)>(same), output_operand(where, all), n);
    written(all);
    auto const count = gpu::filter(where, this->site(), recorded(), input_operand(where, all),
                                   output_operand(where, kept), n);
    written(kept);
    if (count == 0)
      return 0;
    std::array<gpu::operand, 1> const from{gpu::operand_of<index>(kept.storage().device_read(where), count)};
    gpu::map(where, storing_site(), values(), from, gpu::operand_of<T>(room_, count), count);
    return count;
  }
  struct zero {
    static constexpr T value{};
  };

  C const* chain_;
  T* room_;
  std::size_t* kept_;
};

} // namespace tandem::detail
