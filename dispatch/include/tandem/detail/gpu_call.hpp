#pragma once

// How a call's lambda reaches a GPU. A launch records the lambda and names the operands; it refers to the caller's arguments.

#include <tandem/detail/call.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>

namespace tandem::detail {

/// For calls that no GPU can run.
struct no_launch final : launch {};

/// A GPU's view of a range that is read.
template <class R>
gpu::operand input_operand(gpu::device& where, R const& range) {
  using T = element_t<R>;
  if constexpr (is_array_range_v<R>)
    return gpu::operand::of<T>(range.storage().device_read(where), range.size());
  else
    return gpu::operand::of<T const>(std::data(range), size_of(range));
}

/// A GPU's view of a range that is overwritten; an array must be told when that is done (`written`).
template <class R>
gpu::operand output_operand(gpu::device& where, R& range) {
  using T = element_t<R>;
  if constexpr (is_array_range_v<R>)
    return gpu::operand::of<T>(range.storage().device_overwrite(where), range.size());
  else
    return gpu::operand::of<T>(std::data(range), size_of(range));
}

template <class R>
void written(R& range) noexcept {
  if constexpr (is_array_range_v<R>)
    range.storage().device_written();
}

/// The kernels of one algorithm × lambda type × element types.
template <class Tag>
inline constinit gpu::kernel_site kernel_site_of{};

/// What map and generate have in common: a traced function of which every output element is one call.
template <class F, class Out, class Signature>
class elementwise_launch : public launch {
 public:
  elementwise_launch(F& f, Out& out, std::size_t n, std::size_t inputs) : f_(&f), out_(&out), n_(n), inputs_(inputs) {}

  float work() override { return site().note(recorded()).operations; }

  kernel_state kernel(gpu::device& where) override { return warm(where) ? kernel_state::ready : kernel_state::compiling; }

 protected:
  ~elementwise_launch() = default;
  gpu::recording& recorded() { return gpu::trace<Signature>(*f_); }
  static gpu::kernel_site& site() { return kernel_site_of<elementwise_launch>; }
  Out& out() { return *out_; }
  std::size_t size() const { return n_; }

 private:
  bool warm(gpu::device& where) {
    return gpu::warm_map(where, site(), recorded(), inputs_, gpu::scalar_of<element_t<Out>>, n_);
  }

  F* f_;
  Out* out_;
  std::size_t n_;
  std::size_t inputs_;
};

template <class F, class Out, class... In>
class map_launch final : public elementwise_launch<F, Out, element_t<Out>(element_t<In>...)> {
  using base = elementwise_launch<F, Out, element_t<Out>(element_t<In>...)>;

 public:
  map_launch(F& f, Out& out, std::size_t n, In const&... in) : base(f, out, n, sizeof...(In)), in_(in...) {}

  void run(gpu::device& where) override {
    auto const inputs = std::apply(
        [&](auto const&... in) { return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...}; }, in_);
    gpu::map(where, base::site(), base::recorded(), inputs, output_operand(where, base::out()), base::size());
    written(base::out());
  }

 private:
  std::tuple<In const&...> in_;
};

template <class Index, class F, class Out>
class generate_launch final : public elementwise_launch<F, Out, element_t<Out>(Index)> {
  using base = elementwise_launch<F, Out, element_t<Out>(Index)>;

 public:
  generate_launch(F& f, Out& out) : base(f, out, size_of(out), 0) {}

  void run(gpu::device& where) override {
    gpu::generate(where, base::site(), base::recorded(), output_operand(where, base::out()), base::size());
    written(base::out());
  }
};

template <class T, bool Commutative, class Op, class F, class... In>
class map_reduce_launch final : public launch {
 public:
  map_reduce_launch(Op& op, F& f, T const& init, std::optional<T>& result, std::size_t n, In const&... in)
      : op_(&op), f_(&f), init_(&init), result_(&result), n_(n), in_(in...) {}

  float work() override { return site().note(recorded()).operations; }

  kernel_state kernel(gpu::device& where) override {
    return gpu::warm_map_reduce(where, site(), recorded(), n_, order) ? kernel_state::ready : kernel_state::compiling;
  }

  void run(gpu::device& where) override {
    auto const inputs = std::apply(
        [&](auto const&... in) { return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...}; }, in_);
    T total = *init_;
    gpu::map_reduce(where, site(), recorded(), inputs, n_, gpu::scalar_of<T>, init_, &total, order);
    *result_ = total;
  }

 private:
  static constexpr auto order = Commutative ? gpu::reduction_order::commutative : gpu::reduction_order::ordered;
  static gpu::kernel_site& site() { return kernel_site_of<map_reduce_launch>; }

  gpu::recording& recorded() { return gpu::trace_also<T(T, T)>(gpu::trace<T(element_t<In>...)>(*f_), *op_); }

  Op* op_;
  F* f_;
  T const* init_;
  std::optional<T>* result_;
  std::size_t n_;
  std::tuple<In const&...> in_;
};

} // namespace tandem::detail
