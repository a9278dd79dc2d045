// A user's shader on one device: its reflection, its layouts and its pipeline.
#pragma once

#include "../compile/reflection.hpp"
#include "context.hpp"

namespace tandem::gpu::detail {

class kernel_state {
 public:
  kernel_state(std::shared_ptr<engine> owner, std::span<std::uint32_t const> words, std::string_view name);
  ~kernel_state();
  kernel_state(kernel_state const&) = delete;
  kernel_state& operator=(kernel_state const&) = delete;

  /// Throws std::invalid_argument unless the arguments are what the shader wants and the device can dispatch
  /// so many groups. `on`: the device that is to run it.
  void check(groups count, std::span<launch_argument const> arguments, engine const* on) const;
  /// The workgroups that cover `count` invocations; throws std::invalid_argument when that is more than can
  /// be dispatched.
  groups groups_for(threads count) const;
  /// Records and submits one run over at least one workgroup.
  std::shared_ptr<submission_state> launch(groups count, std::span<launch_argument const> arguments) const;

  /// A descriptor set of one's own pool, for devices without push descriptors.
  struct used_set {
    vk::raii::DescriptorPool pool = nullptr;
    vk::DescriptorSet set;
    ticket last_use = 0;
  };
  /// Records one run; what it returns must be given back when the work has been submitted.
  used_set record(recorder& recording, groups count, std::span<launch_argument const> arguments) const;
  void give_back(used_set set, ticket last_use) const;

  /// The same module with other constants.
  std::shared_ptr<kernel_state const> specialised(std::span<specialisation const> constants) const;

  module_reflection const reflection;

 private:
  using pooled_set = used_set;

  void check_groups(groups count) const;
  void check_arguments(std::span<launch_argument const> arguments) const;
  void check_buffer(std::size_t position, launch_argument const& argument) const;
  void check_values(std::span<launch_argument const> values) const;
  [[noreturn]] void refuse(std::string const& why) const;
  void bind(submission_state& work, std::span<launch_argument const> buffers, pooled_set& set) const;
  void push(submission_state& work, std::span<launch_argument const> values) const;
  pooled_set take_set() const;

  std::shared_ptr<engine> const owner_;
  std::string const name_;
  std::vector<std::uint32_t> const words_;
  vk::raii::DescriptorSetLayout set_layout_;
  vk::raii::PipelineLayout layout_;
  vk::raii::Pipeline pipeline_;
  mutable std::mutex sets_mutex_;
  mutable std::deque<pooled_set> sets_;
  mutable ticket last_use_ = 0; ///< under the same mutex
};

} // namespace tandem::gpu::detail
