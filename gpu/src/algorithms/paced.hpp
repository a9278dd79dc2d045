// Long work in several submissions, so that no watchdog of a driver or system ends one.
#pragma once

#include "../runtime/allocation.hpp"
#include "../runtime/recorder.hpp"
#include "../runtime/recording_state.hpp"

#include <tandem/gpu/operand.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace tandem::gpu::detail {

/// A range of the caller's on the device; one in host memory is copied there and, by record_back(), here again.
class device_words {
 public:
  device_words(engine& owner, operand const& what, std::size_t bytes, bool copy)
      : caller_(what), bytes_(bytes) {
    if (bytes == 0)
      return;
    if (what.resident != nullptr) {
      where_ = *what.resident;
      offset_ = what.offset_bytes;
      return;
    }
    where_ = owner.allocate(bytes);
    if (copy)
      where_.upload(what.host, bytes);
  }

  std::uint64_t address(recorder& work) const { return bytes_ == 0 ? 0 : work.address(where_, offset_); }
  /// Host memory is written when `work` is done, all of it or nothing.
  void record_back(recorder& work) const {
    if (!on_host())
      return;
    memory readable = where_;
    if (where_.mapped() == nullptr) {
      readable = allocate(work.state()->owner, memory_use::readback, bytes_);
      work.copy(where_, 0, readable, 0, bytes_);
    }
    work.state()->outputs.push_back({readable, caller_.host, bytes_});
  }
  bool on_host() const { return bytes_ != 0 && caller_.resident == nullptr; }

 private:
  operand caller_;
  std::size_t bytes_;
  memory where_;
  std::size_t offset_ = 0;
};

/// Records steps of which each says how many elements it looks at. Where more come together than one submission
/// may have, what was recorded is submitted first; so steps name all memory anew. Submissions run in order.
class paced_recorder {
 public:
  explicit paced_recorder(engine& owner) : owner_(owner), most_(owner.limits().max_submit_elements) {}

  /// record(work) records a step that cannot be divided.
  template <class Record>
  void step(std::size_t elements, Record&& record) {
    if (spent_ != 0 && spent_ + elements > most_)
      submit();
    recorder& work = current();
    record(work);
    work.barrier();
    spent_ += elements;
  }

  /// record(work, first, count) records any `count` of `units` parts of a step, each of so many elements.
  template <class Record>
  void divided_step(std::size_t units, std::size_t elements_per_unit, Record&& record) {
    for (std::size_t first = 0; first < units;) {
      if (spent_ != 0 && spent_ + elements_per_unit > most_)
        submit();
      std::size_t const room =
          std::max<std::size_t>(1, (most_ - std::min(most_, spent_)) / elements_per_unit);
      std::size_t const count = std::min(room, units - first);
      recorder& work = current();
      record(work, first, count);
      work.barrier();
      spent_ += count * elements_per_unit;
      first += count;
    }
  }

  /// Submits the rest and waits for all. Throws gpu::error.
  void finish() {
    submit();
    for (submission& each : submitted_)
      each.wait();
    submitted_.clear();
  }

 private:
  recorder& current() {
    if (!work_)
      work_.emplace(owner_.record());
    return *work_;
  }
  void submit() {
    constexpr std::size_t in_flight = 4;
    if (!work_)
      return;
    submitted_.push_back(work_->submit());
    work_.reset();
    spent_ = 0;
    if (submitted_.size() > in_flight) {
      submitted_.front().wait();
      submitted_.erase(submitted_.begin());
    }
  }

  engine& owner_;
  std::size_t most_;
  std::size_t spent_ = 0;
  std::optional<recorder> work_{};
  std::vector<submission> submitted_{};
};

} // namespace tandem::gpu::detail
