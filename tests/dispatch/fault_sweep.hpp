// Every driver call of one public call fails, at every place: the right result, or under on_gpu a typed error
// and data as they were.
#pragma once

#include "eager_device.hpp"
#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <optional>
#include <random>

namespace tandem_test {

using bytes = std::vector<unsigned char>;

inline constexpr int out_of_host_memory = -1;
inline constexpr int out_of_device_memory = -2;
inline constexpr int device_lost = -4;
inline constexpr int late = 1'000'000 + 20; // 20 ms

/// Numbers below 5000, so that some repeat.
inline std::vector<std::uint32_t> random_words(std::size_t n) {
  std::mt19937 random(4);
  std::vector<std::uint32_t> values(n);
  for (auto& value : values)
    value = static_cast<std::uint32_t>(random() % 5000);
  return values;
}

/// One public call on data of its own under the policies of the sweep; the result as bytes. Throws what the
/// call throws.
struct swept_call {
  char const* name;
  std::function<bytes(tandem::runtime&)> under_automatic;
  std::function<bytes(tandem::runtime&)> under_gpu;
  std::function<bytes(tandem::runtime&)> under_both;
};

template <class Call>
swept_call swept(char const* name, Call call) {
  return {name, [call](tandem::runtime& where) { return call(tandem::automatic.with(where)); },
          [call](tandem::runtime& where) { return call(tandem::on_gpu.with(where)); },
          [call](tandem::runtime& where) { return call(tandem::on_both.with(where)); }};
}

/// For a call that changes its data in place: when it throws, they must be as they were.
template <class T, class Call>
std::vector<T> unchanged_by_errors(std::vector<T> data, Call call) {
  auto const before = data;
  try {
    call(data);
  } catch (tandem::error const&) {
    CHECK(bytes_of(data) == bytes_of(before));
    throw;
  }
  return data;
}

enum class under : unsigned char { automatic, gpu, both };

/// `step` 1: every place; else the first, and every step-th after it.
class fault_sweep {
 public:
  fault_sweep() {
    for (auto const& device : tandem::gpu::list_devices())
      if (device.usable())
        device_ = std::to_string(device.index);
    arm_ = find_switch();
    if (ready())
      options_ = eager_options(folder_, device_);
  }

  bool has_device() const { return !device_.empty(); }
  bool ready() const { return has_device() && arm_ != nullptr; }
  tandem::runtime_options const& options() const { return options_; }
  arm_function arm() const { return arm_; }

  /// Whether on_both divides it.
  bool divides(swept_call const& what) const {
    tandem::runtime where{options_};
    what.under_both(where);
    return where.last_decision().where() == tandem::backend::both;
  }

  /// Returns how many driver calls the undisturbed call makes.
  long run(swept_call const& what, under policy, int fault, long step) {
    tandem::runtime cpu_only{on_the_cpu(options_)};
    auto const expected = what.under_automatic(cpu_only);
    auto const& call = policy == under::automatic ? what.under_automatic
                       : policy == under::gpu     ? what.under_gpu
                                                  : what.under_both;
    constexpr long most = 3000;
    for (long nth = 1; nth < most; nth += step) {
      INFO(what.name << ", policy " << int(policy) << ", fault " << fault << " at call " << nth);
      tandem::runtime fresh{options_};
      fresh.find_device();
      if (policy == under::automatic)
        REQUIRE(until_on_gpu(fresh, [&] { CHECK(call(fresh) == expected); }));
      arm_(nth, fault, fault == device_lost);
      std::optional<bytes> got;
      std::string problem;
      try {
        got = call(fresh);
      } catch (tandem::error const& failure) {
        problem = failure.what();
      }
      auto const seen = arm_(0, 0, false);
      INFO(problem);
      if (got)
        CHECK(*got == expected);
      else
        CHECK((policy == under::gpu && seen >= nth)); // an error of ours only where one was injected
      if (seen < nth)
        return seen;
    }
    FAIL("the call never came to its end");
    return most;
  }

 private:
  scratch_folder folder_;
  std::string device_;
  arm_function arm_ = nullptr;
  tandem::runtime_options options_;
};

} // namespace tandem_test

/// Ends the calling function where there is nothing to fail. Where a GPU is required, so is the layer: without it
/// no sweep would prove anything.
#define NEEDS_FAULTS(sweep)                                                                                  \
  do {                                                                                                       \
    if (!(sweep).has_device())                                                                               \
      TANDEM_SKIP_NO_GPU("no Vulkan device");                                                                \
    if (!(sweep).ready())                                                                                    \
      TANDEM_SKIP_NO_GPU("the fault layer is not loaded (VK_LAYER_PATH, VK_INSTANCE_LAYERS and "             \
                         "TANDEM_FAULT_LAYER name it)");                                                     \
  } while (false)
