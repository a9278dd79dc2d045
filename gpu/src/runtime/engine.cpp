#include "engine.hpp"

#include "../compile/kernel_cache.hpp"
#include "allocation.hpp"
#include "given_up.hpp"
#include "recorder.hpp"

namespace tandem::gpu::detail {
namespace {

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

} // namespace

engine::engine(std::unique_ptr<device_context> context) : id_(next_id()), context_(std::move(context)) {}

engine::~engine() {
  if (context_->time.hung())
    keep_given_up(std::move(context_));
}

device_info const& engine::info() const noexcept {
  return context_->info;
}
device_statistics engine::statistics() const {
  return context_->counts.read();
}
bool engine::lost() const noexcept {
  return context_->time.lost();
}

work_limits engine::limits() const {
  std::lock_guard const lock{context_->limits_mutex};
  return context_->limits;
}

void engine::set_limits(work_limits const& limits) {
  std::lock_guard const lock{context_->limits_mutex};
  context_->limits = limits;
}

pipeline const& engine::pipeline_for(std::span<std::uint32_t const> spirv, pipeline_options const& options) {
  return context_->kernels->of_spirv(spirv, options);
}

pipeline const& engine::pipeline_for(std::string_view glsl, pipeline_options const& options) {
  return context_->kernels->of_glsl(glsl, options);
}

std::shared_future<pipeline const*> engine::request_pipeline(std::string glsl, pipeline_options options) {
  return context_->kernels->request(std::move(glsl), std::move(options));
}

pipeline const* engine::find_pipeline(std::string_view glsl, pipeline_options const& options) {
  return context_->kernels->find(glsl, options);
}

recorder engine::record() {
  return recorder{*this};
}
void engine::wait(ticket when) {
  context_->time.wait(when);
}
bool engine::reached(ticket when) {
  return context_->time.reached(when);
}
ticket engine::last_submitted() const noexcept {
  return context_->time.last_submitted();
}

void engine::when_reached(ticket when, std::function<void()> callback) {
  context_->time.when_reached(when, std::move(callback));
}

memory engine::allocate(std::size_t size_bytes) {
  return detail::allocate(shared_from_this(), memory_use::device, size_bytes);
}

void engine::trim() {
  context_->pool.trim();
}

} // namespace tandem::gpu::detail
