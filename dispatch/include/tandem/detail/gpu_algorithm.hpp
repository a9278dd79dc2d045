#pragma once

// How algorithms other than map and reduce reach a GPU: launches put together of lambdas, operands of any
// words, and the call sites of what needs no arithmetic of the device.

#include <tandem/detail/gpu_call.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/gpu/room.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// The call site of an algorithm that GPUs have too; `Traceable` for this function and these types.
template <class Facts, bool Traceable, class F, class... Element>
struct device_site {
  static constexpr call_facts facts() {
    auto result = facts_of<void, Element...>(Facts::name, Facts::kind, Traceable);
    result.written_bytes_per_element = Facts::written_bytes;
    result.device_types |= Traceable; // narrow ones too where the algorithm takes them
    return result;
  }
  static inline constinit call_site site{facts()};
};

/// The call site of an algorithm that moves or compares words, with no function of the user's and no 64-bit
/// arithmetic. `Tag` keeps apart what costs differently.
template <class Facts, bool Usable, class Tag, class... Element>
struct word_site {
  static constexpr call_facts facts() {
    return {.name = Facts::name,
            .kind = Facts::kind,
            .read_bytes_per_element = static_cast<float>((sizeof(Element) + ... + 0)),
            .written_bytes_per_element = Facts::written_bytes,
            .traceable = Usable,
            .device_types = Usable,
            .gpu_algorithm = true};
  }
  static inline constinit call_site site{facts()};
};

/// Elements that a GPU moves as words, whatever they mean.
template <class T>
inline constexpr bool
    moves_as_words_v = (sizeof(T) == 4 || sizeof(T) == 8) && std::is_trivially_copyable_v<T>;

template <class T>
inline constexpr gpu::scalar word_scalar_v = sizeof(T) == 8 ? gpu::scalar::uint64 : gpu::scalar::uint32;

/// input_operand and output_operand for elements of any kind, as words of their size.
template <class R>
gpu::operand input_words(gpu::device& where, R const& range) {
  using T = element_t<R>;
  if constexpr (is_array_range_v<R>)
    return {nullptr, &range.storage().device_read(where), range.size(), word_scalar_v<T>, 0};
  else
    return {const_cast<T*>(std::data(range)), nullptr, size_of(range), word_scalar_v<T>, 0};
}
template <class R>
gpu::operand output_words(gpu::device& where, R& range) {
  if constexpr (is_array_range_v<R>)
    return {nullptr, &range.storage().device_overwrite(where), range.size(), word_scalar_v<element_t<R>>, 0};
  else
    return {std::data(range), nullptr, size_of(range), word_scalar_v<element_t<R>>, 0};
}

/// What becomes of a range's contents.
enum class contents : unsigned char { replaced, changed };

/// A range that a GPU writes; all or nothing, so that a call whose device fails can start over on the CPU.
/// Ranges in host memory are written only when all is well, or their contents do not matter. Of an array the
/// host's copy counts again: as it was, where it was up to date, or with anything in it where its contents
/// were to be replaced. (An array whose only copy is on a device that fails is lost.) Where a change takes
/// several submissions, and so may be left half done, the host's copy is brought up to date first.
template <class R>
class device_output {
 public:
  device_output(gpu::device const& where, R& range, contents what) : range_(&range), what_(what) {
    if constexpr (is_array_range_v<R>)
      if (what == contents::changed && !gpu::changes_at_once(where, range.size(), sizeof(element_t<R>)))
        range.storage().host_read(); // so that there is something to start over from
  }
  device_output(device_output const&) = delete;
  device_output& operator=(device_output const&) = delete;
  ~device_output() {
    if constexpr (is_array_range_v<R>)
      if (!done_ && (what_ == contents::replaced || range_->storage().host_valid()))
        range_->storage().host_overwrite();
  }

  gpu::operand elements(gpu::device& where) {
    return what_ == contents::changed ? input_operand(where, *range_) : output_operand(where, *range_);
  }
  gpu::operand words(gpu::device& where) {
    return what_ == contents::changed ? input_words(where, *range_) : output_words(where, *range_);
  }
  void done() noexcept {
    written(*range_);
    done_ = true;
  }
  /// Nothing was written after all.
  void untouched() noexcept { done_ = true; }

 private:
  R* range_;
  contents what_;
  bool done_ = false;
};

/// What a kernel belongs to: one algorithm × function type × element types.
template <class Facts, class F, class... Element>
struct kernel_tag {};

/// A kernel that cannot be built counts as ready: the run then says why, and the call goes on elsewhere.
template <class Warm>
kernel_state state_of_kernels(Warm&& warm) {
  try {
    return warm() ? kernel_state::ready : kernel_state::compiling;
  } catch (error const&) {
    return kernel_state::ready;
  }
}

/// The GPU side of a call around traced functions: record() gives the recording; run(device, site, recording)
/// does the call; warm(device, site, recording) starts building its kernels and says whether they are ready.
template <class Tag, class Record, class Run, class Warm>
class recorded_launch final : public launch {
 public:
  recorded_launch(Record record, Run run, Warm warm)
      : record_(std::move(record)), run_(std::move(run)), warm_(std::move(warm)) {}

  float work() override { return site().note(record_()).operations; }
  kernel_state kernel(gpu::device& where) override {
    return state_of_kernels([&] { return warm_(where, site(), record_()); });
  }
  void run(gpu::device& where) override { run_(where, site(), record_()); }
  /// Runs something else around the same functions.
  template <class Other>
  void run_as(gpu::device& where, Other const& other) {
    other(where, site(), record_());
  }

 private:
  static gpu::kernel_site& site() { return kernel_site_of<Tag>; }

  Record record_;
  Run run_;
  Warm warm_;
};

template <class Tag, class Record, class Run, class Warm>
auto recorded(Record record, Run run, Warm warm) {
  return recorded_launch<Tag, Record, Run, Warm>(std::move(record), std::move(run), std::move(warm));
}

/// The same without functions of the user's: run(device), warm(device).
template <class Run, class Warm>
class plain_launch final : public launch {
 public:
  plain_launch(Run run, Warm warm) : run_(std::move(run)), warm_(std::move(warm)) {}
  float work() override { return 1; } // a comparison or a move
  kernel_state kernel(gpu::device& where) override {
    return state_of_kernels([&] { return warm_(where); });
  }
  void run(gpu::device& where) override { run_(where); }
  /// Runs something else with the same kernels.
  template <class Other>
  void run_as(gpu::device& where, Other const& other) {
    other(where);
  }

 private:
  Run run_;
  Warm warm_;
};

/// work(execution) does the whole call on the CPU; the launch does it on a GPU.
template <target Target, class Work>
void run_anywhere(policy<Target> where, call_site& site, std::size_t n, traffic moved, Work const& work,
                  launch&& on_gpu) {
  if (Target != target::gpu && n == 0)
    return work(cpu::execution{});
  run_whole(
      where, site, n, moved, [&](cpu::execution how, std::size_t, std::size_t) { work(how); },
      static_cast<launch&&>(on_gpu));
}

} // namespace tandem::detail
