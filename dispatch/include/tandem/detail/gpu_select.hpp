#pragma once

// How scans, filters and searches reach a GPU.

#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/scan.hpp>

#include <atomic>
#include <cstddef>
#include <type_traits>

namespace tandem::detail {

/// The call site of an algorithm that GPUs have too; `Traceable` for this function and these types.
template <class Facts, bool Traceable, class F, class... Element>
struct device_site {
  static constexpr call_facts facts() {
    auto result = facts_of<void, Element...>(Facts::name, Facts::kind, Traceable);
    result.written_bytes_per_element = Facts::written_bytes;
    return result;
  }
  static inline constinit call_site site{facts()};
};

/// Kernels that are there once a call has run; until then `automatic` stays on the CPU.
template <class Tag>
inline constinit std::atomic<bool> kernels_ran{false};

template <class Signature, class F, class Tag>
class traced_launch : public launch {
 public:
  explicit traced_launch(F& f) : f_(&f) {}
  float work() override { return site().note(recorded()).operations; }
  kernel_state kernel(gpu::device&) override {
    return kernels_ran<Tag>.load(std::memory_order_relaxed) ? kernel_state::ready : kernel_state::compiling;
  }

 protected:
  ~traced_launch() = default;
  gpu::recording& recorded() { return gpu::trace<Signature>(*f_); }
  static gpu::kernel_site& site() { return kernel_site_of<Tag>; }
  static void note_run() noexcept { kernels_ran<Tag>.store(true, std::memory_order_relaxed); }

 private:
  F* f_;
};

/// init is null for an inclusive scan.
template <class T, class Op, class R, class Out>
class scan_launch final : public traced_launch<T(T, T), Op, scan_launch<T, Op, R, Out>> {
 public:
  scan_launch(Op& op, R const& in, Out& out, T const* init)
      : traced_launch<T(T, T), Op, scan_launch>(op), in_(&in), out_(&out), init_(init) {}

  void run(gpu::device& where) override {
    auto const n = size_of(*in_);
    if (init_ == nullptr)
      gpu::inclusive_scan(where, this->site(), this->recorded(), input_operand(where, *in_), output_operand(where, *out_), n);
    else
      gpu::exclusive_scan(where, this->site(), this->recorded(), input_operand(where, *in_), output_operand(where, *out_), n, init_);
    written(*out_);
    this->note_run();
  }

 private:
  R const* in_;
  Out* out_;
  T const* init_;
};

enum class selection : unsigned char { filter, count, find };

/// `room` is where a filter writes, unused by the others.
template <selection What, class Pred, class R, class Room>
class select_launch final : public traced_launch<bool(element_t<R>), Pred, select_launch<What, Pred, R, Room>> {
 public:
  select_launch(Pred& pred, R const& in, Room& room, std::size_t& result)
      : traced_launch<bool(element_t<R>), Pred, select_launch>(pred), in_(&in), room_(&room), result_(&result) {}

  void run(gpu::device& where) override {
    auto const n = size_of(*in_);
    auto const in = input_operand(where, *in_);
    if constexpr (What == selection::filter) {
      *result_ = gpu::filter(where, this->site(), this->recorded(), in, output_operand(where, *room_), n);
      written(*room_);
    } else if constexpr (What == selection::count) {
      *result_ = gpu::count_if(where, this->site(), this->recorded(), in, n);
    } else {
      *result_ = gpu::find_if(where, this->site(), this->recorded(), in, n);
    }
    this->note_run();
  }

 private:
  R const* in_;
  Room* room_;
  std::size_t* result_;
};

/// Whether GPUs can select among elements of type T by this predicate.
template <target Target, class Pred, class T>
constexpr bool can_select_on_gpu() {
  if constexpr (Target != target::cpu && device_type_v<T> && !std::is_same_v<T, bool>)
    return traceable<Pred, T>();
  else
    return false;
}

/// work(execution) does the whole call on the CPU; the launch does it on a GPU.
template <target Target, class Work>
void run_anywhere(policy<Target> where, call_site& site, std::size_t n, traffic moved, Work const& work, launch&& on_gpu) {
  if (Target != target::gpu && n == 0)
    return work(cpu::execution{});
  run_whole(where, site, n, moved, [&](cpu::execution how, std::size_t, std::size_t) { work(how); },
            static_cast<launch&&>(on_gpu));
}

} // namespace tandem::detail
