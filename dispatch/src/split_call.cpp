// The device's part of a split call.
#include "last_call.hpp"
#include "learned_decision.hpp"
#include "monotonic_clock.hpp"
#include "runtime_core.hpp"

#include <tandem/runtime.hpp>

#include <exception>
#include <string>
#include <utility>

namespace tandem::detail {

class running_part {
 public:
  /// Starts it. Throws what the launch or the device throws; nothing runs then.
  running_part(runtime_core& core, launch& what, decision made)
      : made_(std::move(made)), core_(core), queued_(core.devices(), made_.chosen.device, made_.chosen),
        device_(core.devices().at(made_.chosen.device)), launch_(what) {
    launch_.prepare_part(device_, made_.chosen.device_elements);
    helper_ = core.helpers().take();
    started_ns_ = clock_ns();
    helper_->start([this] { run(); });
  }
  ~running_part() {
    helper_->wait();
    core_.helpers().give(std::move(helper_));
  }
  running_part(running_part const&) = delete;
  running_part& operator=(running_part const&) = delete;

  void wait() noexcept {
    cpu_us_ = static_cast<double>(clock_ns() - started_ns_) / 1e3;
    helper_->wait();
  }

  decision const& made() const noexcept { return made_; }
  std::size_t done() const noexcept { return done_; }
  std::string const& failure() const noexcept { return failure_; }
  bool device_is_to_blame() const noexcept { return device_is_to_blame_; }
  double device_us() const noexcept { return device_us_; }
  double cpu_us() const noexcept { return cpu_us_; }

 private:
  void run() noexcept {
    try {
      launch_.run_part(device_);
      done_ = made_.chosen.device_elements;
    } catch (gpu::error const& why) {
      done_ = why.completed();
      fail(why.what(), true);
    } catch (error const& why) {
      fail(why.what(), false);
    } catch (std::exception const& why) {
      fail(why.what(), true);
    }
    device_us_ = static_cast<double>(clock_ns() - started_ns_) / 1e3;
  }

  void fail(char const* why, bool device_is_to_blame) {
    failure_ = why;
    device_is_to_blame_ = device_is_to_blame;
  }

  decision made_;
  runtime_core& core_;
  queued_work queued_;
  gpu::device device_;
  launch& launch_;
  std::unique_ptr<companion> helper_;
  std::int64_t started_ns_ = 0;
  std::size_t done_ = 0;
  std::string failure_;
  bool device_is_to_blame_ = false;
  double device_us_ = 0;
  double cpu_us_ = 0;
};

std::size_t call::start_part() {
  if (where_ != backend::both)
    return 0;
  try {
    part_ = new running_part(runtime_->core(), *launch_, last_decision());
    started_ns_ = clock_ns();
    return part_->made().chosen.device_elements;
  } catch (gpu::error const& why) {
    fall_back(why.what(), true);
  } catch (error const& why) {
    fall_back(why.what(), false);
  } catch (std::exception const& why) { // no memory or no thread for it
    fall_back(why.what(), true);
  }
  return 0;
}

std::size_t call::finish_part() noexcept {
  part_->wait();
  auto const done = part_->done();
  auto& core = runtime_->core();
  if (!part_->failure().empty()) {
    fall_back(part_->failure().c_str(), part_->device_is_to_blame());
  } else {
    core.devices().succeeded(device_index_);
    if (!core.set().frozen_cost)
      observe_split(part_->made(), core.learned(), site_, part_->device_us(), part_->cpu_us());
  }
  delete std::exchange(part_, nullptr);
  return done;
}

void call::abandon_part() noexcept {
  delete std::exchange(part_, nullptr);
}

} // namespace tandem::detail
