#pragma once

// How a call's lambda reaches a GPU. A launch records the lambda and names the operands; it refers to the
// caller's arguments.

#include <tandem/cpu/shape.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <array>
#include <cstddef>
#include <memory>
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

/// Calls run(operand), a GPU algorithm that overwrites `out`, which it reads too if `in_place`. When the
/// device fails, the error tells how many leading elements can be found in host memory as results; an array
/// is usable again.
template <class R, class Run>
void overwrite(gpu::device& where, R& out, bool in_place, Run const& run) {
  auto const to = output_operand(where, out);
  if constexpr (is_array_range_v<R>) {
    try {
      run(to);
    } catch (gpu::error const& failure) {
      constexpr auto size = sizeof(element_t<R>);
      throw gpu::error(failure.operation(), failure.vk_result(),
                       out.storage().rescue(failure.completed() * size, in_place) / size);
    }
    written(out);
  } else {
    static_cast<void>(in_place);
    run(to);
  }
}

/// Whether two ranges are one and the same array.
template <class A, class B>
bool same_array(A const& a, B const& b) noexcept {
  if constexpr (is_array_range_v<A> && is_array_range_v<B>)
    return &a.storage() == &b.storage();
  else
    return false;
}

/// A device's view of a range of which it reads a part while the CPU reads another: on the device if it is
/// there, else on the host.
template <class R>
gpu::operand shared_input(gpu::device& where, R const& range) {
  using T = element_t<R>;
  if constexpr (is_array_range_v<R>) {
    auto const* const on_host =
        reinterpret_cast<T const*>(range.storage().host_read()); // the CPU will read it too
    if (auto* const there = range.storage().device_copy_on(where))
      return gpu::operand::of<T>(*there, range.size());
    return gpu::operand::of<T const>(on_host, range.size());
  } else {
    return input_operand(where, range);
  }
}

/// The same for a range that both write: on the host. To be called after shared_input() of all inputs.
template <class R>
gpu::operand shared_output(R& range) {
  return gpu::operand::of<element_t<R>>(host_overwrite(range), size_of(range));
}

/// The kernels of one algorithm × lambda type × element types.
template <class Tag>
inline constinit gpu::kernel_site kernel_site_of{};

/// What map and generate have in common: a traced function of which every output element is one call.
template <class F, class Out, class Signature>
class elementwise_launch : public launch {
 public:
  elementwise_launch(F& f, Out& out, std::size_t n, std::size_t inputs)
      : f_(&f), out_(&out), n_(n), inputs_(inputs) {}

  float work() override { return site().note(recorded()).operations; }

  kernel_state kernel(gpu::device& where) override {
    return warm(where) ? kernel_state::ready : kernel_state::compiling;
  }

  bool divisible() const noexcept override { return true; }

 protected:
  ~elementwise_launch() = default;
  gpu::recording& recorded() { return gpu::trace<Signature>(*f_); }
  static gpu::kernel_site& site() { return kernel_site_of<elementwise_launch>; }
  Out& out() { return *out_; }
  std::size_t size() const { return n_; }

  gpu::operand part_out_{};
  std::size_t part_size_ = 0;

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
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...};
        },
        in_);
    bool const in_place =
        std::apply([&](auto const&... in) { return (same_array(in, base::out()) || ...); }, in_);
    overwrite(where, base::out(), in_place, [&](gpu::operand const& to) {
      gpu::map(where, base::site(), base::recorded(), inputs, to, base::size());
    });
  }

  void prepare_part(gpu::device& where, std::size_t elements) override {
    part_in_ = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{shared_input(where, in)...};
        },
        in_);
    base::part_out_ = shared_output(base::out());
    base::part_size_ = elements;
  }

  void run_part(gpu::device& where) override {
    gpu::map(where, base::site(), base::recorded(), part_in_, base::part_out_, base::part_size_);
  }

 private:
  std::tuple<In const&...> in_;
  std::array<gpu::operand, sizeof...(In)> part_in_{};
};

template <class Index, class F, class Out>
class generate_launch final : public elementwise_launch<F, Out, element_t<Out>(Index)> {
  using base = elementwise_launch<F, Out, element_t<Out>(Index)>;

 public:
  generate_launch(F& f, Out& out) : base(f, out, size_of(out), 0) {}

  void run(gpu::device& where) override {
    overwrite(where, base::out(), false, [&](gpu::operand const& to) {
      gpu::generate(where, base::site(), base::recorded(), to, base::size());
    });
  }

  void prepare_part(gpu::device&, std::size_t elements) override {
    base::part_out_ = shared_output(base::out());
    base::part_size_ = elements;
  }

  void run_part(gpu::device& where) override {
    gpu::generate(where, base::site(), base::recorded(), base::part_out_, base::part_size_);
  }
};

template <class T, bool Commutative, class Op, class F, class... In>
class map_reduce_launch final : public launch {
 public:
  map_reduce_launch(Op& op, F& f, T const& init, std::optional<T>& result, std::unique_ptr<T[]>& totals,
                    std::size_t n, In const&... in)
      : op_(&op), f_(&f), init_(&init), result_(&result), totals_(&totals), n_(n), in_(in...) {}

  float work() override { return site().note(recorded()).operations; }

  kernel_state kernel(gpu::device& where) override {
    return gpu::warm_map_reduce(where, site(), recorded(), n_, order) ? kernel_state::ready
                                                                      : kernel_state::compiling;
  }

  void run(gpu::device& where) override {
    auto const inputs = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...};
        },
        in_);
    T total = *init_;
    gpu::map_reduce(where, site(), recorded(), inputs, n_, gpu::scalar_of<T>, init_, &total, order);
    *result_ = total;
  }

  bool divisible() const noexcept override { return !std::is_same_v<T, bool>; }

  void prepare_part(gpu::device& where, std::size_t elements) override {
    part_in_ = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{shared_input(where, in)...};
        },
        in_);
    part_size_ = elements;
    totals_->reset(new T[cpu::shape::blocks_of(n_)]);
  }

  void run_part(gpu::device& where) override {
    gpu::map_reduce_blocks(where, site(), recorded(), part_in_, part_size_, gpu::scalar_of<T>, totals_->get(),
                           order);
  }

 private:
  static constexpr auto order =
      Commutative ? gpu::reduction_order::commutative : gpu::reduction_order::ordered;
  static gpu::kernel_site& site() { return kernel_site_of<map_reduce_launch>; }

  gpu::recording& recorded() { return gpu::trace_also<T(T, T)>(gpu::trace<T(element_t<In>...)>(*f_), *op_); }

  Op* op_;
  F* f_;
  T const* init_;
  std::optional<T>* result_;
  std::unique_ptr<T[]>* totals_;
  std::size_t n_;
  std::tuple<In const&...> in_;
  std::array<gpu::operand, sizeof...(In)> part_in_{};
  std::size_t part_size_ = 0;
};

} // namespace tandem::detail
