#include "recorder.hpp"

#include "../compile/kernel_cache.hpp"
#include "recording_state.hpp"

#include <tandem/gpu/activity.hpp>

#include <cstring>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

/// Below this a kernel reads or writes host-visible memory itself, which costs less than a copy command.
constexpr std::size_t smallest_copied_bytes = 4096;

} // namespace

recorder::recorder(engine& owner)
    : engine_(&owner), state_(std::make_shared<submission_state>(owner.shared_from_this())) {}
recorder::recorder(recorder&&) noexcept = default;
recorder::~recorder() = default;

std::uint64_t recorder::address(memory const& resident, std::size_t offset_bytes) {
  if (resident.shared()->owner.get() != engine_)
    throw std::invalid_argument("gpu: memory of another device");
  return state_->keep(resident).address() + offset_bytes;
}

memory recorder::scratch(std::size_t size_bytes) {
  return state_->keep(allocate(state_->owner, memory_use::device, size_bytes));
}

std::uint64_t recorder::input(void const* host, std::size_t size_bytes) {
  if (size_bytes == 0)
    return 0;
  auto& context = engine_->context();
  activity_span const seen{activity::upload, "input", size_bytes};
  if (lending_pays(context.info, size_bytes))
    if (auto lent = lend(context, host, size_bytes))
      return state_->lent.emplace_back(std::move(*lent)).address;
  auto const staged = state_->keep(allocate(state_->owner, memory_use::upload, size_bytes));
  std::memcpy(staged.mapped(), host, size_bytes);
  context.pool.flush(staged.shared()->what, 0, size_bytes);
  if (context.info.features.unified_memory || size_bytes < smallest_copied_bytes)
    return staged.address();
  auto const on_device = scratch(size_bytes);
  copy(staged, 0, on_device, 0, size_bytes);
  return on_device.address();
}

std::uint64_t recorder::output(void* host, std::size_t size_bytes, host_write how) {
  if (size_bytes == 0)
    return 0;
  auto& context = engine_->context();
  if (how == host_write::direct && lending_pays(context.info, size_bytes))
    if (auto lent = lend(context, host, size_bytes))
      return state_->lent.emplace_back(std::move(*lent)).address;
  auto const readable = state_->keep(allocate(state_->owner, memory_use::readback, size_bytes));
  state_->outputs.push_back({readable, host, size_bytes});
  if (context.info.features.unified_memory || size_bytes < smallest_copied_bytes)
    return readable.address();
  auto const on_device = scratch(size_bytes);
  state_->readbacks.push_back({on_device, readable, size_bytes});
  return on_device.address();
}

std::uint64_t recorder::input_output(void* host, std::size_t size_bytes) {
  if (size_bytes == 0)
    return 0;
  auto& context = engine_->context();
  activity_span const seen{activity::upload, "input", size_bytes};
  if (context.info.features.unified_memory) {
    auto const both = state_->keep(allocate(state_->owner, memory_use::device, size_bytes));
    std::memcpy(both.mapped(), host, size_bytes);
    context.pool.flush(both.shared()->what, 0, size_bytes);
    state_->outputs.push_back({both, host, size_bytes});
    return both.address();
  }
  auto const staged = state_->keep(allocate(state_->owner, memory_use::upload, size_bytes));
  std::memcpy(staged.mapped(), host, size_bytes);
  context.pool.flush(staged.shared()->what, 0, size_bytes);
  auto const on_device = scratch(size_bytes);
  copy(staged, 0, on_device, 0, size_bytes);
  auto const readable = state_->keep(allocate(state_->owner, memory_use::readback, size_bytes));
  state_->readbacks.push_back({on_device, readable, size_bytes});
  state_->outputs.push_back({readable, host, size_bytes});
  return on_device.address();
}

void recorder::dispatch(pipeline const& what, void const* push, std::size_t push_bytes,
                        std::uint32_t groups_x, std::uint32_t groups_y, std::uint32_t groups_z) {
  if (groups_x == 0 || groups_y == 0 || groups_z == 0)
    return;
  state_->settle();
  state_->watch_kernels();
  auto const& commands = state_->commands();
  commands.bindPipeline(vk::PipelineBindPoint::eCompute, *what.handle);
  if (push_bytes != 0)
    commands.pushConstants<std::byte>(
        *engine_->context().layout, vk::ShaderStageFlagBits::eCompute, 0,
        {static_cast<std::uint32_t>(push_bytes), static_cast<std::byte const*>(push)});
  commands.dispatch(groups_x, groups_y, groups_z);
}

void recorder::barrier() {
  state_->barrier();
  state_->transfers_pending = false;
}

void recorder::copy(memory const& from, std::size_t from_offset_bytes, memory const& to,
                    std::size_t to_offset_bytes, std::size_t size_bytes) {
  if (size_bytes == 0)
    return;
  state_->keep(from);
  state_->keep(to);
  vk::BufferCopy const region{from.shared()->what.offset + from_offset_bytes,
                              to.shared()->what.offset + to_offset_bytes, size_bytes};
  state_->commands().copyBuffer(from.shared()->buffer(), to.shared()->buffer(), region);
  state_->transfers_pending = true;
}

void recorder::fill(memory const& where, std::size_t offset_bytes, std::size_t size_bytes,
                    std::uint32_t pattern) {
  if (size_bytes == 0)
    return;
  state_->keep(where);
  state_->commands().fillBuffer(where.shared()->buffer(), where.shared()->what.offset + offset_bytes,
                                size_bytes, pattern);
  state_->transfers_pending = true;
}

void recorder::timestamp() {
  auto& context = engine_->context();
  auto& state = *state_;
  if (!context.info.features.timestamps || state.timestamp_count == first_watching_timestamp)
    return;
  if (!*state.slot->timestamps)
    state.slot->timestamps = context.make_timestamps();
  if (state.timestamp_count == 0)
    state.commands().resetQueryPool(*state.slot->timestamps, 0, first_watching_timestamp);
  state.commands().writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *state.slot->timestamps,
                                  state.timestamp_count++);
}

submission recorder::submit() {
  state_->submit();
  return submission{std::move(state_)};
}

void recorder::run() {
  submit().wait();
}

} // namespace tandem::gpu::detail
