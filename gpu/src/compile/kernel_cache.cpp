#include "kernel_cache.hpp"

#include "../runtime/background.hpp"
#include "../runtime/settings.hpp"
#include "dump.hpp"

#include <tandem/gpu/activity.hpp>

#include <glslang/build_info.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace tandem::gpu::detail {
namespace {

std::string folder(char const* name) {
  auto const base = cache_directory();
  return base.empty() ? base : base + "/" + name;
}

std::string identity_of(device_info const& info) {
  return "tandem " TANDEM_VERSION_STRING "\nglslang " + std::to_string(GLSLANG_VERSION_MAJOR) + "." +
         std::to_string(GLSLANG_VERSION_MINOR) + "." + std::to_string(GLSLANG_VERSION_PATCH) + "\ndevice " +
         info.uuid + "\nname " + info.name + "\ndriver " + info.driver + " " + info.driver_version + "\n";
}

float_controls offered_controls(vk::raii::PhysicalDevice const& physical) {
  auto const chain =
      physical.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceFloatControlsProperties>();
  auto const& has = chain.get<vk::PhysicalDeviceFloatControlsProperties>();
  float_controls offered{
      bool(has.shaderDenormPreserveFloat32),           bool(has.shaderDenormPreserveFloat64),
      bool(has.shaderSignedZeroInfNanPreserveFloat32), bool(has.shaderSignedZeroInfNanPreserveFloat64),
      bool(has.shaderRoundingModeRTEFloat32),          bool(has.shaderRoundingModeRTEFloat64)};
  // Where widths cannot be set apart, a mode is asked for only if both have it.
  if (has.denormBehaviorIndependence == vk::ShaderFloatControlsIndependence::eNone)
    offered.preserve_denormals32 = offered.preserve_denormals64 =
        offered.preserve_denormals32 && offered.preserve_denormals64;
  if (has.roundingModeIndependence == vk::ShaderFloatControlsIndependence::eNone)
    offered.round_even32 = offered.round_even64 = offered.round_even32 && offered.round_even64;
  return offered;
}

std::string_view bytes_of(std::span<std::uint32_t const> words) {
  return {reinterpret_cast<char const*>(words.data()), words.size_bytes()};
}

} // namespace

std::string kernel_key(char kind, std::string_view content, pipeline_options const& options) {
  std::string key{kind, options.full_subgroups ? 'f' : '-'};
  key += bytes_of(options.specialisation);
  key += '\n';
  key += content;
  return key;
}

bool no_kernel_on_disk() {
  return disk_cache{folder("kernels")}.empty();
}

kernel_cache::kernel_cache(device_context& context)
    : context_(context), identity_(identity_of(context.info)), controls_(offered_controls(context.physical)),
      driver_cache_(load_pipelines()) {}

kernel_cache::~kernel_cache() {
  finish_background();
}

disk_cache kernel_cache::device_entries() const {
  return disk_cache{folder("devices")};
}

vk::raii::PipelineCache kernel_cache::load_pipelines() {
  std::string data;
  if (device_entries().read("pipelines\n" + identity_, data) == cache_result::damaged)
    ++context_.counts.bad_cache_entries;
  std::lock_guard const lock{saving_mutex_};
  saved_bytes_ = data.size();
  saved_in_ = cache_directory();
  try {
    return {context_.device, vk::PipelineCacheCreateInfo{{}, data.size(), data.data()}};
  } catch (vk::SystemError const&) { // the driver does not want it
    return vulkan_call("vkCreatePipelineCache", [&] {
      return vk::raii::PipelineCache{context_.device, vk::PipelineCacheCreateInfo{}};
    });
  }
}

void kernel_cache::save_pipelines() {
  save_scheduled_ = false;
  auto const data = driver_cache_.getData();
  std::lock_guard const lock{saving_mutex_};
  auto const now_in = cache_directory();
  if (data.size() == saved_bytes_ && now_in == saved_in_)
    return;
  saved_bytes_ = data.size();
  saved_in_ = now_in;
  device_entries().write("pipelines\n" + identity_,
                         {reinterpret_cast<char const*>(data.data()), data.size()});
}

void kernel_cache::save_pipelines_in_background() {
  if (!save_scheduled_.exchange(true))
    run_in_background([this] { save_pipelines(); });
}

/// The result that `key` already has, or a new one that the caller must fulfil (then the second is true).
std::pair<kernel_cache::result, bool> kernel_cache::claim(std::string const& key,
                                                          std::promise<pipeline const*>& mine) {
  std::lock_guard const lock{mutex_};
  if (auto const found = results_.find(key); found != results_.end())
    return {found->second, false};
  return {results_.emplace(key, mine.get_future().share()).first->second, true};
}

/// Builds; a failure goes to everyone who waits and is then forgotten, so that a later call tries again.
void kernel_cache::fulfil(std::string const& key, std::promise<pipeline const*>& mine,
                          std::function<vk::raii::Pipeline()> const& build) {
  try {
    auto made = [&] {
      activity_span const seen{activity::compile, "pipeline"};
      return build();
    }();
    std::lock_guard const lock{mutex_};
    mine.set_value(&pipelines_.emplace_back(std::move(made)));
  } catch (...) {
    std::lock_guard const lock{mutex_};
    results_.erase(key);
    mine.set_exception(std::current_exception());
  }
}

template <class Build>
pipeline const& kernel_cache::once(std::string const& key, Build build) {
  std::promise<pipeline const*> mine;
  auto const [ready, is_mine] = claim(key, mine);
  if (is_mine)
    fulfil(key, mine, build);
  else
    ++context_.counts.kernel_memory_hits;
  return *ready.get();
}

pipeline const& kernel_cache::of_spirv(std::span<std::uint32_t const> words,
                                       pipeline_options const& options) {
  return once(kernel_key('s', bytes_of(words), options),
              [&] { return make(with_float_controls(words, controls_), options, *context_.layout); });
}

pipeline const& kernel_cache::of_glsl(std::string_view glsl, pipeline_options const& options) {
  return once(kernel_key('g', glsl, options), [&] { return build_glsl(glsl, options); });
}

std::shared_future<pipeline const*> kernel_cache::request(std::string glsl, pipeline_options options) {
  auto key = kernel_key('g', glsl, options);
  auto mine = std::make_shared<std::promise<pipeline const*>>();
  auto const [ready, is_mine] = claim(key, *mine);
  if (is_mine)
    run_in_background(
        [this, key = std::move(key), mine, glsl = std::move(glsl), options = std::move(options)] {
          fulfil(key, *mine, [&] { return build_glsl(glsl, options); });
        });
  return ready;
}

pipeline const* kernel_cache::find(std::string_view glsl, pipeline_options const& options) {
  auto const key = kernel_key('g', glsl, options);
  std::lock_guard const lock{mutex_};
  auto const found = results_.find(key);
  if (found == results_.end() || found->second.wait_for(std::chrono::seconds{0}) != std::future_status::ready)
    return nullptr;
  return found->second.get();
}

/// What no cache had is timed, glslang and the driver together.
vk::raii::Pipeline kernel_cache::build_glsl(std::string_view glsl, pipeline_options const& options) {
  using clock = std::chrono::steady_clock;
  auto const start = clock::now();
  if (auto const kept = spirv_on_disk(key_on_disk(glsl))) {
    dump_kernel(glsl, *kept);
    return make(with_float_controls(*kept, controls_), options, *context_.layout);
  }
  auto made = make(with_float_controls(compiled(glsl, "kernel", {}), controls_), options, *context_.layout);
  note_built(std::chrono::duration<double, std::micro>(clock::now() - start).count());
  return made;
}

void kernel_cache::note_built(double us) {
  std::lock_guard const lock{built_mutex_};
  built_us_[built_++ % built_us_.size()] = us;
}

double kernel_cache::build_us() const {
  std::lock_guard const lock{built_mutex_};
  auto sorted = built_us_;
  auto const count = std::min(built_, sorted.size());
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
  return count == 0 ? 0 : sorted[(count - 1) / 2];
}

spirv_code kernel_cache::spirv_of(std::string_view glsl, std::string_view name,
                                  glsl_includer const& include) {
  // What an include brings in is not in the key, so such texts are compiled every time.
  if (!include)
    if (auto kept = spirv_on_disk(key_on_disk(glsl))) {
      dump_kernel(glsl, *kept);
      return std::move(*kept);
    }
  return compiled(glsl, name, include);
}

spirv_code kernel_cache::compiled(std::string_view glsl, std::string_view name,
                                  glsl_includer const& include) {
  spirv_code words;
  {
    activity_span const seen{activity::compile, "GLSL to SPIR-V", glsl.size()};
    words = compile_glsl(glsl, name, include);
  }
  ++context_.counts.kernels_compiled;
  if (!include)
    keep_in_background(key_on_disk(glsl), words);
  dump_kernel(glsl, words);
  return words;
}

std::optional<spirv_code> kernel_cache::spirv_on_disk(std::string const& key) {
  std::string value;
  auto const found = disk_cache{folder("kernels")}.read(key, value);
  bool const whole = found == cache_result::hit && value.size() % sizeof(std::uint32_t) == 0;
  if (found == cache_result::damaged)
    ++context_.counts.bad_cache_entries;
  if (!whole)
    return std::nullopt;
  spirv_code words(value.size() / sizeof(std::uint32_t));
  std::memcpy(words.data(), value.data(), value.size());
  ++context_.counts.kernel_disk_hits;
  return words;
}

void kernel_cache::keep_in_background(std::string key, spirv_code const& words) {
  run_in_background([entries = disk_cache{folder("kernels")}, key = std::move(key), words] {
    entries.write(key, bytes_of(words));
  });
}

vk::raii::Pipeline kernel_cache::make(std::span<std::uint32_t const> words, pipeline_options const& options,
                                      vk::PipelineLayout layout, char const* entry_point) {
  std::vector<vk::SpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < options.specialisation.size(); ++i)
    entries.push_back({i, i * 4, 4});
  vk::SpecializationInfo specialisation;
  specialisation.setMapEntries(entries);
  specialisation.setData<std::uint32_t>(options.specialisation);
  auto made = context_.time.call("vkCreateComputePipelines", [&] {
    vk::raii::ShaderModule const module{context_.device, {{}, words.size_bytes(), words.data()}};
    vk::PipelineShaderStageCreateInfo stage{
        {}, vk::ShaderStageFlagBits::eCompute, *module, entry_point, &specialisation};
    if (options.full_subgroups && context_.info.features.full_subgroups)
      stage.flags = vk::PipelineShaderStageCreateFlagBits::eRequireFullSubgroups;
    return vk::raii::Pipeline{context_.device, driver_cache_,
                              vk::ComputePipelineCreateInfo{{}, stage, layout}};
  });
  ++context_.counts.pipelines_created;
  save_pipelines_in_background();
  return made;
}

} // namespace tandem::gpu::detail
