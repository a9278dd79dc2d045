#include "runtime_core.hpp"

#include "calibrate.hpp"
#include "explain.hpp"
#include "last_call.hpp"
#include "learned_decision.hpp"
#include "plain_loops.hpp"
#include "trace_log.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace tandem {
namespace detail {
namespace {

void to_clog(void*, char const* line) {
  std::clog << line << '\n';
}

cpu::pool_options pool_options_of(runtime_options const& options, settings const& resolved) {
  return {.threads = resolved.threads,
          .name = options.thread_name.empty() ? nullptr : options.thread_name.c_str(),
          .pin = options.pin};
}

} // namespace

runtime_core::runtime_core(runtime_options const& options)
    : settings_(resolve_settings(options)), pool_(pool_options_of(options, settings_)),
      store_(settings_.profile), cache_warning_(trouble_with_folder(settings_.cache_dir)),
      sink_(options.explain != nullptr ? options.explain : (settings_.explain_to_clog ? to_clog : nullptr)),
      sink_context_(options.explain_context), devices_(settings_.device, [this] { refresh(); }) {
  if (options.gpu_timeout_s > 0)
    gpu::set_wait_limit(options.gpu_timeout_s);
  if (!options.cache_dir.empty())
    gpu::set_cache_directory(options.cache_dir);
  if (!settings_.trace.empty())
    trace_log::instance().start();
  refresh();
}

void runtime_core::publish(knowledge next) {
  auto kept = std::make_unique<knowledge const>(std::move(next));
  std::lock_guard const lock{publishing_};
  current_.store(kept.get(), std::memory_order_release);
  published_.push_back(std::move(kept));
}

void runtime_core::refresh() {
  knowledge next;
  auto const threads = static_cast<unsigned>(pool_.threads());
  next.state = {.threads = threads, .devices_known = devices_.known(), .devices = devices_.states()};
  auto const* before = current_.load(std::memory_order_acquire);
  if (before != nullptr && before->known.cpu.origin != source::assumed)
    next.known.cpu = before->known.cpu;
  else
    next.known.cpu = store_.cpu(cpu_key(threads)).value_or(cpu_profile{.name = "CPU", .threads = threads});
  for (auto const& assumed : devices_.assumed_profiles()) {
    auto const stored = store_.device(device_key(assumed));
    next.known.devices.push_back(stored.value_or(assumed));
  }
  publish(std::move(next));
  warn_once();
}

void runtime_core::write_trace() const noexcept {
  if (settings_.trace.empty())
    return;
  try {
    trace_log::instance().write(settings_.trace);
  } catch (std::exception const& why) { // at the end of a runtime there is nobody to throw at
    if (sink_ != nullptr)
      sink_(sink_context_, why.what());
  }
}

void runtime_core::warn_once() {
  if (sink_ == nullptr)
    return;
  if (!store_.warning().empty() && !warned_.exchange(true))
    sink_(sink_context_, ("tandem: " + store_.warning()).c_str());
  if (!cache_warning_.empty() && !warned_of_cache_.exchange(true))
    sink_(sink_context_, ("tandem: " + cache_warning_).c_str());
}

std::vector<std::string> runtime_core::warnings() const {
  std::vector<std::string> all;
  for (auto const& warning : {store_.warning(), cache_warning_})
    if (!warning.empty())
      all.push_back(warning);
  return all;
}

void runtime_core::learn(profile measured) {
  knowledge next{.state = now().state, .known = measured};
  publish(std::move(next));
  store_.save(cpu_key(static_cast<unsigned>(pool_.threads())), measured);
}

void runtime_core::say(decision const& made) const {
  sink_(sink_context_, ("tandem: " + explain_in_one_line(made, now().known)).c_str());
}

} // namespace detail

runtime::runtime(runtime_options const& options) : core_(std::make_unique<detail::runtime_core>(options)) {
  core_->pool().set_owner(this);
}

runtime::~runtime() {
  if (core_ != nullptr)
    core_->write_trace();
}

unsigned runtime::threads() const noexcept {
  return static_cast<unsigned>(core_->pool().threads());
}
cpu::pool& runtime::workers() const noexcept {
  return core_->pool();
}
profile runtime::current_profile() const {
  return core_->now().known;
}
machine runtime::current_machine() const {
  return core_->now().state;
}

decision runtime::last_decision() const {
  auto const& last = detail::last_call();
  if (last.site == nullptr || (last.owner != nullptr ? last.owner : &default_runtime()) != this)
    throw std::logic_error(
        "last_decision: the calling thread's last tandem call was not made on this runtime");
  auto const& now = core_->now();
  if (!last.plain_loop) {
    auto made = last.made; // a call does not look for the crossover: only who asks pays for it
    made.crossover_n = core_->set().frozen_cost ? decide(made.asked, now.state, now.known).crossover_n
                                                : detail::learned_crossover(made.asked, now.state, now.known,
                                                                            core_->learned(), last.site);
    return made;
  }
  auto made = decide(detail::request_of(*last.site, last.n), now.state, now.known);
  made.chosen = made.candidates[0];
  made.why = reason::too_small;
  return made;
}

std::string runtime::explain() const {
  auto const& now = core_->now();
  auto text = tandem::explain(last_decision(), now.known);
  for (std::size_t i = 0; i < now.state.devices.size(); ++i)
    if (auto const why = core_->devices().last_failure(static_cast<int>(i)); !why.empty())
      text += "   " + now.state.devices[i].name + " failed and is tried again later: " + why + "\n";
  for (auto const& warning : core_->warnings())
    text += "   note: " + warning + "\n";
  return text;
}

std::string runtime::find_device() {
  core_->devices().look();
  for (auto const& device : core_->now().state.devices)
    if (device.admitted)
      return device.name;
  return {};
}

bool runtime::calibrate(double budget_seconds, bool (*progress)(void*, double, char const*), void* context) {
  auto measured = detail::measure(*core_, budget_seconds, progress, context);
  if (!measured)
    return false;
  core_->learn(std::move(*measured));
  return true;
}

std::vector<call_counter> runtime::counters() const {
  std::vector<std::string> names;
  for (auto const& device : core_->now().state.devices)
    names.push_back(device.name);
  auto all = core_->counts().read(names);
  for (auto& small : detail::plain_loops::read()) {
    auto const same = std::find_if(all.begin(), all.end(), [&](call_counter const& one) {
      return one.site == small.site && one.where == small.where;
    });
    if (same == all.end()) {
      all.push_back(std::move(small));
    } else {
      same->calls += small.calls;
      same->elements += small.elements;
      same->bytes += small.bytes;
    }
  }
  std::sort(all.begin(), all.end(), [](call_counter const& a, call_counter const& b) {
    return a.nanoseconds != b.nanoseconds ? a.nanoseconds > b.nanoseconds : a.calls > b.calls;
  });
  return all;
}

void runtime::write_trace(std::string const& file) const {
  detail::trace_log::instance().write(file);
}
void runtime::start_trace() {
  detail::trace_log::instance().start();
}

runtime& default_runtime() {
  // Never destroyed: at exit a driver that is being loaded in the background may have lost its own statics
  // already, and waiting for it would hang.
  static runtime* const shared = [] {
    auto* const made = new runtime;
    if (!made->core().set().trace.empty())
      std::atexit([] { default_runtime().core().write_trace(); });
    return made;
  }();
  return *shared;
}

runtime& current_runtime() {
  auto* const owner = cpu::pool::current_owner();
  return owner != nullptr ? *static_cast<runtime*>(owner) : default_runtime();
}

std::string explain() {
  return current_runtime().explain();
}

} // namespace tandem
