#include "kernel_state.hpp"

#include "../compile/kernel_cache.hpp"
#include "recorder.hpp"
#include "recording_state.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tandem::gpu {
namespace detail {
namespace {

vk::DescriptorType type_of(block_binding const& binding) {
  return binding.uniform ? vk::DescriptorType::eUniformBuffer : vk::DescriptorType::eStorageBuffer;
}

vk::raii::DescriptorSetLayout make_set_layout(device_context& context, module_reflection const& reflection) {
  std::vector<vk::DescriptorSetLayoutBinding> bindings;
  for (auto const& one : reflection.bindings)
    bindings.push_back({one.binding, type_of(one), 1, vk::ShaderStageFlagBits::eCompute});
  vk::DescriptorSetLayoutCreateInfo info;
  info.setBindings(bindings);
  if (context.info.features.push_descriptors)
    info.flags = vk::DescriptorSetLayoutCreateFlagBits::ePushDescriptorKHR;
  return context.time.call("vkCreateDescriptorSetLayout", [&] {
    return vk::raii::DescriptorSetLayout{context.device, info};
  });
}

vk::raii::PipelineLayout make_layout(device_context& context, module_reflection const& reflection,
                                     vk::DescriptorSetLayout set_layout, std::string_view name) {
  if (reflection.push_bytes > context.info.limits.push_constant_bytes)
    throw kernel_error("the kernel '" + std::string{name} + "' cannot be used: it has " +
                           std::to_string(reflection.push_bytes) +
                           " bytes of push constants, the device takes " +
                           std::to_string(context.info.limits.push_constant_bytes),
                       {}, {});
  vk::PushConstantRange const range{vk::ShaderStageFlagBits::eCompute, 0, reflection.push_bytes};
  vk::PipelineLayoutCreateInfo info;
  info.setSetLayouts(set_layout);
  if (reflection.push_bytes != 0)
    info.setPushConstantRanges(range);
  return context.time.call("vkCreatePipelineLayout", [&] {
    return vk::raii::PipelineLayout{context.device, info};
  });
}

std::string read_file(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    throw std::invalid_argument("gpu::kernel: cannot read '" + path + "'");
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? std::string{} : path.substr(0, slash + 1);
}

/// Finds what a text includes: beside the includer, and in folders.
class include_search {
 public:
  include_search(std::string name, std::span<std::string_view const> folders) : name_(std::move(name)) {
    for (auto const folder : folders)
      folders_.push_back(std::string{folder} + (folder.empty() || folder.back() == '/' ? "" : "/"));
  }

  glsl_file operator()(std::string const& requested, std::string const& includer, bool angled) const {
    std::vector<std::string> places;
    if (requested.starts_with('/')) {
      places.emplace_back();
    } else {
      places = folders_;
      places.insert(angled ? places.end() : places.begin(), folder_of(includer.empty() ? name_ : includer));
    }
    std::string tried;
    for (auto const& place : places) {
      auto path = place + requested;
      if (std::ifstream file{path, std::ios::binary}; file && std::filesystem::is_regular_file(path))
        return {std::move(path), {std::istreambuf_iterator<char>{file}, {}}};
      tried += (tried.empty() ? "'" : ", '") + path + "'";
    }
    throw std::invalid_argument("there is no " + tried);
  }

 private:
  std::string name_;
  std::vector<std::string> folders_;
};

} // namespace

kernel_state::kernel_state(std::shared_ptr<engine> owner, std::span<std::uint32_t const> words,
                           std::string_view name)
    : reflection(reflect(words, name)), owner_(std::move(owner)), name_(name),
      words_(words.begin(), words.end()), set_layout_(make_set_layout(owner_->context(), reflection)),
      layout_(make_layout(owner_->context(), reflection, *set_layout_, name)),
      pipeline_(owner_->context().kernels->make(words, {}, *layout_, reflection.entry_point.c_str())) {}

kernel_state::~kernel_state() {
  auto& context = owner_->context();
  if (context.time.known_reached(last_use_)) // to ask the driver might fail
    return;
  std::vector<vk::raii::DescriptorPool> pools;
  for (auto& set : sets_)
    pools.push_back(std::move(set.pool));
  context.retire(
      {std::move(set_layout_), std::move(layout_), std::move(pipeline_), std::move(pools), last_use_});
}

kernel_state::pooled_set kernel_state::take_set() const {
  auto& context = owner_->context();
  {
    std::lock_guard const lock{sets_mutex_};
    if (!sets_.empty() && context.time.reached(sets_.front().last_use)) {
      auto set = std::move(sets_.front());
      sets_.pop_front();
      return set;
    }
  }
  std::vector<vk::DescriptorPoolSize> sizes;
  for (auto const& one : reflection.bindings)
    sizes.push_back({type_of(one), 1});
  pooled_set made;
  made.pool = context.time.call("vkCreateDescriptorPool", [&] {
    return vk::raii::DescriptorPool{context.device, vk::DescriptorPoolCreateInfo{{}, 1, sizes}};
  });
  made.set = context.time.call("vkAllocateDescriptorSets", [&] {
    vk::DescriptorSetLayout const layout = *set_layout_;
    // Freed with its pool, so no handle of its own.
    return (*context.device)
        .allocateDescriptorSets({*made.pool, layout}, *context.device.getDispatcher())
        .front();
  });
  return made;
}

void kernel_state::bind(submission_state& work, std::span<launch_argument const> buffers,
                        pooled_set& set) const {
  auto& context = owner_->context();
  std::vector<vk::DescriptorBufferInfo> infos;
  std::vector<vk::WriteDescriptorSet> writes;
  infos.reserve(buffers.size());
  bool const pushes = context.info.features.push_descriptors;
  if (!pushes)
    set = take_set();
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    auto const& shared = buffers[i].buffer->shared();
    work.keep(*buffers[i].buffer);
    constexpr std::size_t smallest_range = 4; // an empty buffer still has a block behind it
    infos.push_back({shared->buffer(), shared->what.offset, std::max(buffers[i].size_bytes, smallest_range)});
    writes.push_back({set.set, reflection.bindings[i].binding, 0, 1, type_of(reflection.bindings[i]), nullptr,
                      &infos.back()});
  }
  if (pushes)
    return work.commands().pushDescriptorSetKHR(vk::PipelineBindPoint::eCompute, *layout_, 0, writes);
  context.device.updateDescriptorSets(writes, {});
  work.commands().bindDescriptorSets(vk::PipelineBindPoint::eCompute, *layout_, 0, set.set, {});
}

void kernel_state::push(submission_state& work, std::span<launch_argument const> values) const {
  if (reflection.push_bytes == 0)
    return;
  std::vector<std::byte> bytes(reflection.push_bytes);
  if (values.size() == 1 &&
      values.front().size_bytes >= reflection.push.back().offset + reflection.push.back().size_bytes)
    std::memcpy(bytes.data(), values.front().bytes, std::min(values.front().size_bytes, bytes.size()));
  else
    for (std::size_t i = 0; i < values.size(); ++i)
      std::memcpy(bytes.data() + reflection.push[i].offset, values[i].bytes, values[i].size_bytes);
  work.commands().pushConstants<std::byte>(*layout_, vk::ShaderStageFlagBits::eCompute, 0, bytes);
}

std::shared_ptr<submission_state> kernel_state::launch(groups count,
                                                       std::span<launch_argument const> arguments) const {
  check(count, arguments, owner_.get());
  recorder recording{*owner_};
  recording.timestamp();
  auto set = record(recording, count, arguments);
  recording.timestamp();
  auto state = recording.state();
  state->submit();
  give_back(std::move(set), state->when);
  return state;
}

kernel_state::used_set kernel_state::record(recorder& recording, groups count,
                                            std::span<launch_argument const> arguments) const {
  auto& work = *recording.state();
  auto const buffers = arguments.first(reflection.bindings.size());
  used_set set;
  if (count.x == 0 || count.y == 0 || count.z == 0)
    return set;
  work.settle();
  work.commands().bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline_);
  if (!buffers.empty())
    bind(work, buffers, set);
  push(work, arguments.subspan(buffers.size()));
  work.commands().dispatch(count.x, count.y, count.z);
  return set;
}

void kernel_state::give_back(used_set set, ticket last_use) const {
  std::lock_guard const lock{sets_mutex_};
  last_use_ = std::max(last_use_, last_use);
  if (!set.set)
    return;
  set.last_use = last_use;
  sets_.push_back(std::move(set));
}

std::shared_ptr<kernel_state const>
kernel_state::specialised(std::span<specialisation const> constants) const {
  return std::make_shared<kernel_state const>(owner_, specialise(words_, reflection, constants, name_),
                                              name_);
}

} // namespace detail

kernel kernel::from_glsl(device const& where, std::string_view source, std::string_view name,
                         std::span<std::string_view const> include_folders) {
  bool const includes = source.find("include") != std::string_view::npos;
  detail::include_search const search{std::string{name}, include_folders};
  auto const words = where.engine().context().kernels->spirv_of(
      source, name, includes ? detail::glsl_includer{search} : detail::glsl_includer{});
  return from_spirv(where, words, name);
}

kernel kernel::from_glsl_file(device const& where, std::string_view path,
                              std::span<std::string_view const> include_folders) {
  return from_glsl(where, detail::read_file(std::string{path}), path, include_folders);
}

kernel kernel::from_spirv(device const& where, std::span<std::uint32_t const> words, std::string_view name) {
  return kernel{std::make_shared<detail::kernel_state const>(where.shared_engine(), words, name)};
}

kernel kernel::from_spirv_file(device const& where, std::string_view path) {
  auto const bytes = detail::read_file(std::string{path});
  std::vector<std::uint32_t> words(bytes.size() / sizeof(std::uint32_t));
  if (!words.empty())
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint32_t));
  return from_spirv(where, words, path);
}

kernel kernel::specialised(std::span<specialisation const> constants) const {
  return kernel{state_->specialised(constants)};
}

groups kernel::group_size() const noexcept {
  auto const& size = state_->reflection.group_size;
  return {size[0], size[1], size[2]};
}

event kernel::launch_threads(threads count, std::span<detail::launch_argument const> arguments) const {
  return launch_groups(state_->groups_for(count), arguments);
}

event kernel::launch_groups(groups count, std::span<detail::launch_argument const> arguments) const {
  return event{state_->launch(count, arguments)};
}

} // namespace tandem::gpu
