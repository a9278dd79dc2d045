#include "trace_log.hpp"

#include <tandem/error.hpp>
#include <tandem/gpu/activity.hpp>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <unistd.h>

namespace tandem::detail {
namespace {

constexpr std::size_t most_events = 1'000'000;
constexpr std::uint32_t device_track = 1000; ///< what devices do overlaps what threads do: a track of its own

std::uint32_t this_thread() noexcept {
  static std::atomic<std::uint32_t> last{0};
  thread_local std::uint32_t const mine = ++last;
  return mine;
}

char const* category_of(gpu::activity what) {
  switch (what) {
  case gpu::activity::upload:
    return "upload";
  case gpu::activity::download:
    return "download";
  case gpu::activity::submit:
    return "submission";
  case gpu::activity::kernels:
    return "kernel";
  case gpu::activity::compile:
    break;
  }
  return "compile";
}

/// The names of activities are literals inside tandem.
void note_activity(gpu::activity_record const& seen) noexcept {
  trace_log::instance().add({.name = seen.name,
                             .category = category_of(seen.what),
                             .where = seen.what == gpu::activity::kernels ? "GPU" : "",
                             .start_ns = seen.start_ns,
                             .duration_ns = seen.duration_ns,
                             .bytes = seen.bytes,
                             .thread = seen.what == gpu::activity::kernels ? device_track : 0});
}

nlohmann::ordered_json thread_name(std::uint32_t thread) {
  auto const name = thread == device_track ? std::string{"GPU"} : "thread " + std::to_string(thread);
  return {
      {"name", "thread_name"}, {"ph", "M"}, {"pid", ::getpid()}, {"tid", thread}, {"args", {{"name", name}}}};
}

nlohmann::ordered_json to_json(trace_event const& event) {
  nlohmann::ordered_json arguments = nlohmann::ordered_json::object();
  if (*event.where != 0)
    arguments["where"] = event.where;
  if (event.elements != 0)
    arguments["elements"] = event.elements;
  if (event.bytes != 0)
    arguments["bytes"] = event.bytes;
  return {{"name", event.name},
          {"cat", event.category},
          {"ph", "X"},
          {"ts", static_cast<double>(event.start_ns) / 1e3},
          {"dur", static_cast<double>(event.duration_ns) / 1e3},
          {"pid", ::getpid()},
          {"tid", event.thread},
          {"args", std::move(arguments)}};
}

} // namespace

std::atomic<bool> trace_log::on_{false};

trace_log& trace_log::instance() {
  static trace_log* const log = new trace_log; // outlives whatever still runs at exit
  return *log;
}

void trace_log::start() {
  {
    std::lock_guard const lock{mutex_};
    events_.reserve(4096);
  }
  gpu::observe_activity(note_activity);
  on_.store(true);
}

void trace_log::stop() noexcept {
  on_.store(false);
  gpu::observe_activity(nullptr);
}

void trace_log::add(trace_event event) noexcept {
  if (event.thread == 0)
    event.thread = this_thread();
  std::lock_guard const lock{mutex_};
  try {
    if (events_.size() < most_events)
      events_.push_back(event);
    else
      ++dropped_;
  } catch (std::bad_alloc const&) {
    ++dropped_;
  }
}

std::string trace_log::json() const {
  std::vector<trace_event> events;
  std::uint64_t dropped = 0;
  {
    std::lock_guard const lock{mutex_};
    events = events_;
    dropped = dropped_;
  }
  auto list = nlohmann::ordered_json::array();
  std::set<std::uint32_t> threads;
  for (auto const& event : events)
    if (threads.insert(event.thread).second)
      list.push_back(thread_name(event.thread));
  for (auto const& event : events)
    list.push_back(to_json(event));
  return nlohmann::ordered_json{{"traceEvents", std::move(list)},
                                {"displayTimeUnit", "ns"},
                                {"otherData", {{"dropped", dropped}}}}
             .dump() +
         "\n";
}

void trace_log::write(std::filesystem::path const& file) const {
  auto temporary = file;
  temporary += "." + std::to_string(::getpid()) + ".tmp";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out << json();
  out.close();
  std::error_code problem;
  if (out)
    std::filesystem::rename(temporary, file, problem);
  if (!out || problem) {
    auto const why = problem ? problem.message() : std::string{std::strerror(errno)};
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw error("trace: cannot write '" + file.string() + "': " + why);
  }
}

void trace_log::clear() noexcept {
  std::lock_guard const lock{mutex_};
  events_.clear();
  dropped_ = 0;
}

} // namespace tandem::detail
