#pragma once

// How a call's lambda reaches a GPU. A launch records the lambda and names the operands; it refers to the
// caller's arguments.

#include <tandem/cpu/shape.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/outputs.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
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
    return gpu::operand_of<T>(range.storage().device_read(where), range.size());
  else
    return gpu::operand_of<T const>(std::data(range), size_of(range));
}

/// A GPU's view of a range that is overwritten; an array must be told when that is done (`written`).
template <class R>
gpu::operand output_operand(gpu::device& where, R& range) {
  using T = element_t<R>;
  if constexpr (is_array_range_v<R>)
    return gpu::operand_of<T>(range.storage().device_overwrite(where), range.size());
  else
    return gpu::operand_of<T>(std::data(range), size_of(range));
}

/// The same for one output or several.
template <class Out>
auto output_operands(gpu::device& where, Out& out) {
  if constexpr (SeveralOutputs<Out>)
    return std::apply([&](auto&... range) { return std::array{output_operand(where, range)...}; }, out);
  else
    return std::array{output_operand(where, out)};
}

/// Operands of these element types that lie nowhere yet: enough to build a kernel.
template <class... T>
std::array<gpu::operand, sizeof...(T)> operand_forms() {
  return {gpu::operand_of<T>(static_cast<T*>(nullptr), 0)...};
}
template <class Out>
auto output_forms() {
  if constexpr (SeveralOutputs<Out>)
    return []<class... R>(std::type_identity<std::tuple<R...>>) {
      return operand_forms<element_t<R>...>();
    }(std::type_identity<Out>{});
  else
    return operand_forms<element_t<Out>>();
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

/// The same for one output or several: run(operands); is_read(range) tells whether an output is an input too.
template <class Out, class IsRead, class Run>
void overwrite_all(gpu::device& where, Out& out, IsRead const& is_read, Run const& run) {
  auto const to = output_operands(where, out);
  // Where what was there before is lost for one of them, all go on from what has been computed.
  bool onward = false;
  for_outputs(out, [&]<class R>(R& range) {
    if constexpr (is_array_range_v<R>)
      onward |= is_read(range) && !range.storage().host_valid();
  });
  try {
    run(to);
  } catch (gpu::error const& failure) {
    auto completed = failure.completed();
    for_outputs(out, [&]<class R>(R& range) {
      if constexpr (is_array_range_v<R>) {
        constexpr auto size = sizeof(element_t<R>);
        bool const in_place = is_read(range) && !(onward && range.storage().host_valid());
        auto const there = range.storage().rescue(failure.completed() * size, in_place) / size;
        completed = there < completed ? there : completed;
      }
    });
    throw gpu::error(failure.operation(), failure.vk_result(), completed);
  }
  for_outputs(out, [](auto& range) { written(range); });
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
      return gpu::operand_of<T>(*there, range.size());
    return gpu::operand_of<T const>(on_host, range.size());
  } else {
    return input_operand(where, range);
  }
}

/// The same for a range that both write: on the host. To be called after shared_input() of all inputs.
template <class R>
gpu::operand shared_output(R& range) {
  return gpu::operand_of<element_t<R>>(host_overwrite(range), size_of(range));
}
template <class Out>
auto shared_outputs(Out& out) {
  if constexpr (SeveralOutputs<Out>)
    return std::apply([](auto&... range) { return std::array{shared_output(range)...}; }, out);
  else
    return std::array{shared_output(out)};
}

/// The kernels of one algorithm × lambda type × element types.
template <class Tag>
inline constinit gpu::kernel_site kernel_site_of{};

/// What map and generate have in common: a traced function of which every output element is one call.
template <class F, class Out, class Signature>
class elementwise_launch : public launch {
 public:
  elementwise_launch(F& f, Out& out, std::size_t n) : f_(&f), out_(&out), n_(n) {}

  float work() override { return site().note(recorded()).operations; }

  bool divisible() const noexcept override { return true; }

 protected:
  ~elementwise_launch() = default;
  template <class... In>
  kernel_state warmed(gpu::device& where) {
    return gpu::warm_map(where, site(), recorded(), operand_forms<In...>(),
                         output_forms<std::remove_const_t<Out>>(), n_)
               ? kernel_state::ready
               : kernel_state::compiling;
  }
  gpu::recording& recorded() { return gpu::trace<Signature>(*f_); }
  static gpu::kernel_site& site() { return kernel_site_of<elementwise_launch>; }
  Out& out() { return *out_; }
  std::size_t size() const { return n_; }

  std::array<gpu::operand, output_count<std::remove_const_t<Out>>> part_out_{};
  std::size_t part_size_ = 0;

 private:
  F* f_;
  Out* out_;
  std::size_t n_;
};

template <class F, class Out, class... In>
class map_launch final : public elementwise_launch<F, Out, output_element_t<Out>(element_t<In>...)> {
  using base = elementwise_launch<F, Out, output_element_t<Out>(element_t<In>...)>;

 public:
  map_launch(F& f, Out& out, std::size_t n, In const&... in) : base(f, out, n), in_(in...) {}

  kernel_state kernel(gpu::device& where) override { return base::template warmed<element_t<In>...>(where); }

  void run(gpu::device& where) override {
    auto const inputs = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...};
        },
        in_);
    auto const is_read = [&](auto const& range) {
      return std::apply([&](auto const&... in) { return (same_array(in, range) || ...); }, in_);
    };
    overwrite_all(where, base::out(), is_read, [&](std::span<gpu::operand const> to) {
      gpu::map(where, base::site(), base::recorded(), inputs, to, base::size());
    });
  }

  void prepare_part(gpu::device& where, std::size_t elements) override {
    part_in_ = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{shared_input(where, in)...};
        },
        in_);
    base::part_out_ = shared_outputs(base::out());
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
class generate_launch final : public elementwise_launch<F, Out, output_element_t<Out>(Index)> {
  using base = elementwise_launch<F, Out, output_element_t<Out>(Index)>;

 public:
  generate_launch(F& f, Out& out) : base(f, out, output_size(out)) {}

  kernel_state kernel(gpu::device& where) override { return base::template warmed<>(where); }

  void run(gpu::device& where) override {
    overwrite_all(
        where, base::out(), [](auto const&) { return false; },
        [&](std::span<gpu::operand const> to) {
          gpu::generate(where, base::site(), base::recorded(), to, base::size());
        });
  }

  void prepare_part(gpu::device&, std::size_t elements) override {
    base::part_out_ = shared_outputs(base::out());
    base::part_size_ = elements;
  }

  void run_part(gpu::device& where) override {
    gpu::generate(where, base::site(), base::recorded(), base::part_out_, base::part_size_);
  }
};

/// Numbers of whose reduction a device can do some blocks: the others are joined whole.
template <class T>
inline constexpr bool joins_blocks_v = device_type_v<T> && !std::is_same_v<T, bool>;

template <class T, bool Commutative, class Op, class F, class... In>
class map_reduce_launch final : public launch {
 public:
  map_reduce_launch(Op& op, F& f, T const& init, std::optional<T>& result, std::unique_ptr<T[]>& totals,
                    std::size_t n, In const&... in)
      : op_(&op), f_(&f), init_(&init), result_(&result), totals_(&totals), n_(n), in_(in...) {}

  float work() override { return site().note(recorded()).operations; }

  kernel_state kernel(gpu::device& where) override {
    return gpu::warm_map_reduce(where, site(), recorded(), operand_forms<element_t<In>...>(), n_, order)
               ? kernel_state::ready
               : kernel_state::compiling;
  }

  void run(gpu::device& where) override {
    auto const inputs = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{input_operand(where, in)...};
        },
        in_);
    T total = *init_;
    gpu::map_reduce(where, site(), recorded(), inputs, n_, gpu::joined_type_of<T>(), init_, &total, order);
    *result_ = total;
  }

  bool divisible() const noexcept override { return joins_blocks_v<T>; }

  void prepare_part(gpu::device& where, std::size_t elements) override {
    part_in_ = std::apply(
        [&](auto const&... in) {
          return std::array<gpu::operand, sizeof...(In)>{shared_input(where, in)...};
        },
        in_);
    part_size_ = elements;
    if constexpr (joins_blocks_v<T>)
      totals_->reset(new T[cpu::shape::blocks_of(n_)]);
  }

  void run_part([[maybe_unused]] gpu::device& where) override {
    if constexpr (joins_blocks_v<T>)
      gpu::map_reduce_blocks(where, site(), recorded(), part_in_, part_size_, gpu::scalar_of<T>,
                             totals_->get(), order);
  }

 private:
  static constexpr auto order = Commutative && std::is_arithmetic_v<T> // as the CPU has it
                                    ? gpu::reduction_order::commutative
                                    : gpu::reduction_order::ordered;
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
