#include "recording_state.hpp"

#include "recorder.hpp"

#include <tandem/gpu/activity.hpp>

#include <cstring>

namespace tandem::gpu::detail {

submission_state::submission_state(std::shared_ptr<engine> its_owner)
    : owner(std::move(its_owner)), slot(owner->context().take_slot()) {
  owner->context().time.call("vkBeginCommandBuffer", [&] {
    slot->pool.reset();
    slot->commands.begin({vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
  });
  // What earlier submissions wrote is seen by this one: by a barrier where some may still run, else by the
  // semaphore, which costs nothing once it is signalled. (A barrier is a full stop on software devices.)
  auto const& time = owner->context().time;
  after_earlier = time.known_reached(time.last_submitted());
  if (!after_earlier)
    barrier();
}

submission_state::~submission_state() {
  slot->last_use = when;
  owner->context().give_slot(std::move(slot));
}

void submission_state::barrier() const {
  using stage = vk::PipelineStageFlagBits;
  using access = vk::AccessFlagBits;
  vk::MemoryBarrier const all{access::eMemoryWrite, access::eMemoryRead | access::eMemoryWrite};
  auto const stages = stage::eComputeShader | stage::eTransfer;
  commands().pipelineBarrier(stages, stages, {}, all, {}, {});
}

void submission_state::settle() {
  if (transfers_pending)
    barrier();
  transfers_pending = false;
}

void submission_state::watch_kernels() {
  auto& context = owner->context();
  if (watching || !watched() || !context.info.features.timestamps)
    return;
  if (!*slot->timestamps)
    slot->timestamps = context.make_timestamps();
  commands().resetQueryPool(*slot->timestamps, first_watching_timestamp, 2);
  commands().writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *slot->timestamps,
                            first_watching_timestamp);
  watching = true;
}

memory submission_state::keep(memory one) {
  kept.push_back(one);
  return one;
}

void submission_state::submit() {
  auto& time = owner->context().time;
  if (watching)
    commands().writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *slot->timestamps,
                              first_watching_timestamp + 1);
  if (!readbacks.empty())
    barrier();
  for (auto const& [from, to, size_bytes] : readbacks)
    commands().copyBuffer(from.shared()->buffer(), to.shared()->buffer(),
                          vk::BufferCopy{from.shared()->what.offset, to.shared()->what.offset, size_bytes});
  if (!owner->info().software()) { // whose memory is the host's own
    using stage = vk::PipelineStageFlagBits;
    vk::MemoryBarrier const to_host{vk::AccessFlagBits::eMemoryWrite, vk::AccessFlagBits::eHostRead};
    commands().pipelineBarrier(stage::eComputeShader | stage::eTransfer, stage::eHost, {}, to_host, {}, {});
  }
  time.call("vkEndCommandBuffer", [&] { commands().end(); });
  submitted_ns = watched() ? activity_clock_ns() : 0;
  when = time.submit(*commands(), after_earlier);
  for (auto const& one : kept)
    one.shared()->note_use(when);
  kept.clear();
  readbacks.clear();
}

void submission_state::wait() {
  if (when == 0)
    return;
  owner->context().time.wait(when, !lent.empty()); // lent memory is the caller's, who may free it next
  if (submitted_ns != 0)
    tell_of_kernels();
}

void submission_state::tell_of_kernels() {
  auto const ended_ns = activity_clock_ns();
  tell({activity::submit, "submission", submitted_ns, ended_ns - submitted_ns});
  submitted_ns = 0;
  if (!watching)
    return;
  auto& context = owner->context();
  auto const ticks = context.time.call("vkGetQueryPoolResults", [&] {
    return slot->timestamps
        .getResults<std::uint64_t>(first_watching_timestamp, 2, 2 * sizeof(std::uint64_t),
                                   sizeof(std::uint64_t),
                                   vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait)
        .second;
  });
  auto const took =
      static_cast<std::int64_t>(static_cast<double>((ticks[1] - ticks[0]) & context.timestamp_mask()) *
                                context.info.limits.timestamp_period_ns);
  tell({activity::kernels, "kernels", ended_ns - took,
        took}); // the two clocks are not compared: only the length is the device's
}

void submission_state::fetch_outputs() {
  auto& pool = owner->context().pool;
  for (auto const& output : outputs) // what may fail comes first: all outputs are written or none
    pool.invalidate(output.source.shared()->what, 0, output.size_bytes);
  for (auto const& [source, host, size_bytes] : outputs) {
    activity_span const seen{activity::download, "output", size_bytes};
    std::memcpy(host, source.mapped(), size_bytes);
  }
  outputs.clear();
  lent.clear();
}

std::vector<double> submission_state::intervals_ns() {
  wait();
  std::vector<double> intervals;
  if (timestamp_count < 2)
    return intervals;
  auto& context = owner->context();
  auto const ticks = context.time.call("vkGetQueryPoolResults", [&] {
    return slot->timestamps
        .getResults<std::uint64_t>(0, timestamp_count, timestamp_count * sizeof(std::uint64_t),
                                   sizeof(std::uint64_t),
                                   vk::QueryResultFlagBits::e64 | vk::QueryResultFlagBits::eWait)
        .second;
  });
  auto const mask = context.timestamp_mask();
  for (std::size_t i = 1; i < ticks.size(); ++i)
    intervals.push_back(static_cast<double>((ticks[i] - ticks[i - 1]) & mask) *
                        context.info.limits.timestamp_period_ns);
  return intervals;
}

submission::submission() noexcept = default;
submission::submission(std::shared_ptr<submission_state> state) noexcept : state_(std::move(state)) {}
submission::submission(submission&&) noexcept = default;

submission& submission::operator=(submission&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

submission::~submission() {
  if (state_ == nullptr)
    return;
  try {
    state_->wait();        // the device may still use host memory that was lent to it
  } catch (error const&) { // lost: nothing runs any more
  }
}

ticket submission::when() const noexcept {
  return state_ == nullptr ? 0 : state_->when;
}

bool submission::done() const {
  return state_ == nullptr || state_->owner->context().time.reached(state_->when);
}

void submission::wait() {
  if (state_ == nullptr)
    return;
  state_->wait();
  state_->fetch_outputs();
}

std::vector<double> submission::intervals_ns() {
  return state_ == nullptr ? std::vector<double>{} : state_->intervals_ns();
}

} // namespace tandem::gpu::detail
