#pragma once

// The launches of chains: what a GPU does for each kind of terminal.

#include <tandem/views/device.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

namespace tandem::detail {

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

/// What a filter of a chain moves: elements of its only range, or indices.
template <class C, bool Elements>
inline constexpr gpu::scalar chain_filtered = gpu::scalar::uint32;
template <target Target, class F, class Steps, class Source>
inline constexpr gpu::scalar chain_filtered<chain<Target, F, Steps, Source>, true> =
    gpu::stored_scalar_of<typename Source::element>;

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
    bool const filtering =
        gpu::warm_filter(where, this->site(), recorded(), chain_filtered<C, copies_elements>, n);
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
