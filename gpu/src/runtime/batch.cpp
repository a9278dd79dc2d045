#include <tandem/gpu/batch.hpp>

#include "allocation.hpp"
#include "kernel_state.hpp"
#include "recorder.hpp"
#include "recording_state.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

/// A launch, or a copy where there is no kernel.
struct step {
  std::shared_ptr<kernel_state const> kernel;
  groups count;
  std::vector<memory> buffers;
  std::vector<launch_argument> arguments; ///< those of buffers refer to `buffers`, others to `values`
  std::vector<std::byte> values;
  std::size_t copied_bytes = 0;
};

/// Which memory has been used since the last barrier, and whether it was written.
class hazards {
 public:
  /// Whether a barrier must come before this use.
  bool conflict(memory const& used, bool written) const {
    return std::any_of(uses_.begin(), uses_.end(), [&](use const& each) {
      return each.what == used.shared().get() && (each.written || written);
    });
  }
  void note(memory const& used, bool written) { uses_.push_back({used.shared().get(), written}); }
  void clear() { uses_.clear(); }

 private:
  struct use {
    void const* what;
    bool written;
  };
  std::vector<use> uses_;
};

bool writes(step const& each, std::size_t buffer) {
  return each.kernel == nullptr ? buffer == 1 : !each.kernel->reflection.bindings[buffer].read_only;
}

} // namespace

struct batch::state {
  std::shared_ptr<engine> owner;
  std::vector<step> steps;

  /// Arguments with what they refer to, kept until submit().
  step keep(std::shared_ptr<kernel_state const> what, groups count,
            std::span<launch_argument const> arguments) {
    step kept{std::move(what), count, {}, {arguments.begin(), arguments.end()}, {}, 0};
    std::size_t bytes = 0;
    for (auto const& each : arguments)
      bytes += each.buffer == nullptr ? each.size_bytes : 0;
    kept.values.resize(bytes);
    std::size_t at = 0;
    for (auto& each : kept.arguments) {
      if (each.buffer != nullptr) {
        kept.buffers.push_back(*each.buffer);
        continue;
      }
      std::memcpy(kept.values.data() + at, each.bytes, each.size_bytes);
      each.bytes = kept.values.data() + at;
      at += each.size_bytes;
    }
    std::size_t buffer = 0;
    for (auto& each : kept.arguments)
      if (each.buffer != nullptr)
        each.buffer = &kept.buffers[buffer++];
    return kept;
  }
};

batch::batch(device const& where) : state_(std::make_unique<state>(state{where.shared_engine(), {}})) {}
batch::batch(batch&&) noexcept = default;
batch& batch::operator=(batch&&) noexcept = default;
batch::~batch() = default;

std::size_t batch::size() const noexcept {
  return state_->steps.size();
}

batch& batch::add_threads(kernel const& what, threads count, std::span<launch_argument const> arguments) {
  return add_groups(what, what.state_->groups_for(count), arguments);
}

batch& batch::add_groups(kernel const& what, groups count, std::span<launch_argument const> arguments) {
  what.state_->check(count, arguments, state_->owner.get());
  // Moving a step keeps where its vectors' elements are, so the arguments stay right.
  state_->steps.push_back(state_->keep(what.state_, count, arguments));
  return *this;
}

batch& batch::add_copy(memory const& from, std::size_t from_bytes, memory const& to, std::size_t to_bytes) {
  if (from_bytes != to_bytes)
    throw std::invalid_argument("gpu::batch: a copy from " + std::to_string(from_bytes) + " to " +
                                std::to_string(to_bytes) + " bytes");
  for (memory const* each : {&from, &to})
    if (!*each || each->shared()->owner != state_->owner)
      throw std::invalid_argument("gpu::batch: a copy takes buffers of the batch's own device");
  step copied{};
  copied.buffers = {from, to};
  copied.copied_bytes = from_bytes;
  state_->steps.push_back(std::move(copied));
  return *this;
}

event batch::submit() {
  recorder work{*state_->owner};
  hazards since_barrier;
  std::vector<kernel_state::used_set> sets;
  bool everything = false; // an earlier step may have used any memory
  work.timestamp();
  for (std::size_t i = 0; i < state_->steps.size(); ++i) {
    step const& each = state_->steps[i];
    bool const any_memory = each.kernel != nullptr && each.kernel->reflection.reads_addresses;
    bool needed = i != 0 && (everything || any_memory);
    for (std::size_t b = 0; b < each.buffers.size(); ++b)
      needed |= since_barrier.conflict(each.buffers[b], writes(each, b));
    if (needed) {
      work.barrier();
      since_barrier.clear();
    }
    everything = any_memory;
    for (std::size_t b = 0; b < each.buffers.size(); ++b)
      since_barrier.note(each.buffers[b], writes(each, b));
    if (each.kernel != nullptr)
      sets.push_back(each.kernel->record(work, each.count, each.arguments));
    else
      work.copy(each.buffers[0], 0, each.buffers[1], 0, each.copied_bytes);
    // The last one of the recording is kept for the end.
    if (i + 1 == state_->steps.size() || i < timestamps_per_recording - 2)
      work.timestamp();
  }
  auto submitted = work.state();
  submitted->submit();
  for (std::size_t i = 0, set = 0; i < state_->steps.size(); ++i)
    if (state_->steps[i].kernel != nullptr)
      state_->steps[i].kernel->give_back(std::move(sets[set++]), submitted->when);
  state_->steps.clear();
  return event{std::move(submitted)};
}

} // namespace tandem::gpu
