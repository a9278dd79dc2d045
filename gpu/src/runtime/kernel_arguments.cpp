// Whether the arguments of a launch are what the shader wants, in words that name the one that is not.
#include "allocation.hpp"
#include "kernel_state.hpp"

#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

std::string ordinal(std::size_t position) {
  return "argument " + std::to_string(position + 1);
}

bool differ(argument_type wanted, argument_type given) noexcept {
  return wanted != argument_type::other && given != argument_type::other && wanted != given;
}

} // namespace

char const* name_of(argument_type type) noexcept {
  switch (type) {
  case argument_type::boolean:
    return "bool";
  case argument_type::int8:
    return "std::int8_t";
  case argument_type::uint8:
    return "std::uint8_t";
  case argument_type::int16:
    return "std::int16_t";
  case argument_type::uint16:
    return "std::uint16_t";
  case argument_type::int32:
    return "std::int32_t";
  case argument_type::uint32:
    return "std::uint32_t";
  case argument_type::int64:
    return "std::int64_t";
  case argument_type::uint64:
    return "std::uint64_t";
  case argument_type::float32:
    return "float";
  case argument_type::float64:
    return "double";
  case argument_type::other:
    break;
  }
  return "another type";
}

void kernel_state::refuse(std::string const& why) const {
  throw std::invalid_argument("gpu::kernel '" + name_ + "': " + why);
}

void kernel_state::check(groups count, std::span<launch_argument const> arguments, engine const* on) const {
  if (on != owner_.get())
    refuse("it was made for another device");
  check_arguments(arguments);
  check_groups(count);
}

void kernel_state::check_arguments(std::span<launch_argument const> arguments) const {
  auto const buffer_count = reflection.bindings.size();
  std::size_t given = 0;
  while (given < arguments.size() && arguments[given].buffer != nullptr)
    ++given;
  if (given != buffer_count)
    refuse("it takes " + std::to_string(buffer_count) + " buffers first, and was given " +
           std::to_string(given));
  for (std::size_t i = 0; i < buffer_count; ++i)
    check_buffer(i, arguments[i]);
  check_values(arguments.subspan(buffer_count));
}

void kernel_state::check_buffer(std::size_t position, launch_argument const& argument) const {
  auto const& wanted = reflection.bindings[position];
  auto const label =
      ordinal(position) + " (binding " + std::to_string(wanted.binding) + ", '" + wanted.name + "')";
  if (!*argument.buffer)
    refuse(label + " is an empty buffer");
  if (argument.buffer->shared()->owner != owner_)
    refuse(label + " is on another device");
  if (differ(wanted.element, argument.type))
    refuse(label + " holds " + name_of(argument.type) + ", the shader's is " + name_of(wanted.element));
  auto const& limits = owner_->info().limits;
  auto const largest =
      wanted.uniform ? std::uint64_t{owner_->context().physical.getProperties().limits.maxUniformBufferRange}
                     : limits.max_storage_buffer_bytes;
  if (argument.size_bytes > largest)
    refuse(label + " has " + std::to_string(argument.size_bytes) + " bytes; the device binds at most " +
           std::to_string(largest) +
           ". Pass buffer.address() as a push constant to a buffer_reference instead");
}

void kernel_state::check_values(std::span<launch_argument const> values) const {
  auto const first = reflection.bindings.size();
  auto const& members = reflection.push;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].buffer != nullptr)
      refuse(ordinal(first + i) + " is a buffer; buffers come before push constants");
  std::uint32_t const unpadded = members.empty() ? 0 : members.back().offset + members.back().size_bytes;
  bool const whole_block = values.size() == 1 && values.front().type == argument_type::other;
  if (whole_block && values.front().size_bytes >= unpadded && values.front().size_bytes <= unpadded + 15 &&
      !members.empty())
    return; // a struct, perhaps with padding at its end
  if (values.size() != members.size())
    refuse("it takes " + std::to_string(members.size()) + " push constants, and was given " +
           std::to_string(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto const label = ordinal(first + i) + " (push constant '" + members[i].name + "')";
    if (differ(members[i].type, values[i].type))
      refuse(label + " is " + name_of(values[i].type) + ", the shader's is " + name_of(members[i].type));
    if (values[i].size_bytes != members[i].size_bytes)
      refuse(label + " has " + std::to_string(values[i].size_bytes) + " bytes, the shader's has " +
             std::to_string(members[i].size_bytes));
  }
}

void kernel_state::check_groups(groups count) const {
  auto const& most = owner_->info().limits.max_groups;
  std::uint32_t const wanted[] = {count.x, count.y, count.z};
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (wanted[axis] > most[axis])
      refuse(std::to_string(wanted[axis]) + " workgroups along " + "xyz"[axis] +
             "; the device dispatches at most " + std::to_string(most[axis]) +
             " (spread them over another axis, or launch several times)");
}

groups kernel_state::groups_for(threads count) const {
  std::uint64_t const wanted[] = {count.x, count.y, count.z};
  std::uint32_t result[3];
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::uint64_t const size = reflection.group_size[axis];
    auto const needed = wanted[axis] / size + (wanted[axis] % size != 0 ? 1 : 0);
    auto const most = owner_->info().limits.max_groups[axis];
    if (needed > most)
      refuse(std::to_string(wanted[axis]) + " threads along " + "xyz"[axis] + " are " +
             std::to_string(needed) + " workgroups; the device dispatches at most " + std::to_string(most) +
             " (spread them over another axis, or launch several times)");
    result[axis] = static_cast<std::uint32_t>(needed);
  }
  return {result[0], result[1], result[2]};
}

} // namespace tandem::gpu::detail
