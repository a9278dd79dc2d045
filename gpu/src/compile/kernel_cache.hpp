// From GLSL or SPIR-V to a pipeline of one device: in memory, on disk, or made now.
#pragma once

#include "../runtime/context.hpp"
#include "disk_cache.hpp"
#include "float_controls.hpp"

#include <array>
#include <future>
#include <optional>
#include <unordered_map>

namespace tandem::gpu::detail {

class pipeline {
 public:
  explicit pipeline(vk::raii::Pipeline made) noexcept : handle(std::move(made)) {}
  vk::raii::Pipeline handle;
};

/// A module's name in the list of a device's kernels: what it was made of and how.
std::string kernel_key(char kind, std::string_view content, pipeline_options const& options);

/// True when no kernel of any process is on disk: glslang will be needed.
bool no_kernel_on_disk();

class kernel_cache {
 public:
  explicit kernel_cache(device_context& context);
  ~kernel_cache();

  pipeline const& of_spirv(std::span<std::uint32_t const> words, pipeline_options const& options);
  pipeline const& of_glsl(std::string_view glsl, pipeline_options const& options);
  std::shared_future<pipeline const*> request(std::string glsl, pipeline_options options);
  pipeline const* find(std::string_view glsl, pipeline_options const& options);

  /// SPIR-V of a text from the disk cache, or compiled and kept there.
  spirv_code spirv_of(std::string_view glsl, std::string_view name, glsl_includer const& include = {});
  /// A pipeline outside the lists, for a layout of one's own.
  vk::raii::Pipeline make(std::span<std::uint32_t const> words, pipeline_options const& options,
                          vk::PipelineLayout layout, char const* entry_point = "main");

  /// What is kept about the device itself: results of its self-test.
  disk_cache device_entries() const;
  /// See gpu::kernel_build_us().
  double build_us() const;

  /// The device, its driver and this library: part of every key on disk.
  std::string const& identity() const noexcept { return identity_; }

 private:
  using result = std::shared_future<pipeline const*>;
  template <class Build>
  pipeline const& once(std::string const& key, Build build);
  std::pair<result, bool> claim(std::string const& key, std::promise<pipeline const*>& mine);
  void fulfil(std::string const& key, std::promise<pipeline const*>& mine,
              std::function<vk::raii::Pipeline()> const& build);
  vk::raii::Pipeline build_glsl(std::string_view glsl, pipeline_options const& options);
  spirv_code compiled(std::string_view glsl, std::string_view name, glsl_includer const& include);
  void note_built(double us);
  std::optional<spirv_code> spirv_on_disk(std::string const& key);
  std::string key_on_disk(std::string_view glsl) const { return "spirv\n" + identity_ + std::string{glsl}; }
  void keep_in_background(std::string key, spirv_code const& words);
  void save_pipelines_in_background();
  void save_pipelines();
  vk::raii::PipelineCache load_pipelines();

  device_context& context_;
  std::string identity_;
  float_controls controls_;
  mutable std::mutex built_mutex_;
  std::array<double, 5> built_us_{}; ///< the last ones; guarded by built_mutex_, as the next
  std::size_t built_ = 0;
  std::mutex saving_mutex_;
  std::size_t saved_bytes_ = 0; ///< guarded by saving_mutex_, as the next
  std::string saved_in_;
  vk::raii::PipelineCache driver_cache_;
  std::mutex mutex_;
  std::unordered_map<std::string, result> results_;
  std::deque<pipeline> pipelines_;
  std::atomic<bool> save_scheduled_{false};
};

} // namespace tandem::gpu::detail
