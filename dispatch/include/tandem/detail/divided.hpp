#pragma once

// How algorithms whose parts have to be joined are divided between the CPU and a device.

#include <tandem/detail/gpu_algorithm.hpp>

#include <cstddef>
#include <utility>

namespace tandem::detail {

/// Runs a device's part that is of use only when all of it is done.
template <class Part>
void all_or_nothing(Part const& part) {
  try {
    part();
  } catch (gpu::error const& failure) {
    throw gpu::error(failure.operation(), failure.vk_result());
  }
}

/// A recorded_launch that can do a part: prepare(device, elements) on the calling thread, part(device, site,
/// recording) on another.
template <class Whole, class Prepare, class Part>
class divided_launch final : public launch {
 public:
  divided_launch(bool divisible, Whole whole, Prepare prepare, Part part)
      : divisible_(divisible), whole_(std::move(whole)), prepare_(std::move(prepare)),
        part_(std::move(part)) {}

  float work() override { return whole_.work(); }
  kernel_state kernel(gpu::device& where) override { return whole_.kernel(where); }
  void run(gpu::device& where) override { whole_.run(where); }
  bool divisible() const noexcept override { return divisible_; }
  void prepare_part(gpu::device& where, std::size_t elements) override { prepare_(where, elements); }
  void run_part(gpu::device& where) override {
    all_or_nothing([&] { whole_.run_as(where, part_); });
  }

 private:
  bool divisible_;
  Whole whole_;
  Prepare prepare_;
  Part part_;
};

template <class Whole, class Prepare, class Part>
auto divided(bool divisible, Whole whole, Prepare prepare, Part part) {
  return divided_launch<Whole, Prepare, Part>(divisible, std::move(whole), std::move(prepare),
                                              std::move(part));
}

/// work(execution) does the whole call on the CPU; parts as in run_divisible().
template <target Target, class Work, class Parts>
void run_divided(policy<Target> where, call_site& site, std::size_t n, traffic moved, Work const& work,
                 Parts& parts, launch&& on_gpu) {
  if (Target != target::gpu && n == 0)
    return work(cpu::execution{});
  run_divisible(
      where, site, n, moved, [&](cpu::execution how, std::size_t, std::size_t) { work(how); }, parts,
      static_cast<launch&&>(on_gpu));
}

/// The device's share of a divided call: where it reads, how many elements.
struct device_share {
  gpu::operand in{};
  std::size_t elements = 0;
};

} // namespace tandem::detail
