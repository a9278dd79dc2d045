#include "engine.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace tandem {

namespace {

std::string why(std::exception_ptr const& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (std::exception const& e) {
    return e.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

std::string line(char const* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

double ms(std::chrono::nanoseconds t) {
  return static_cast<double>(t.count()) * 1e-6;
}

} // namespace

stream_error::stream_error(std::string stage, std::uint64_t chunk, std::exception_ptr cause,
                           stream_report report)
    : error("stream failed in " + stage + ", chunk " + std::to_string(chunk) + ": " + why(cause)),
      stage_(std::move(stage)), chunk_(chunk), cause_(std::move(cause)),
      report_(std::make_shared<stream_report const>(std::move(report))) {}
stream_error::~stream_error() = default;

stream_cancelled::stream_cancelled(stream_report report)
    : error("stream cancelled after " + std::to_string(report.items_out) + " items"),
      report_(std::make_shared<stream_report const>(std::move(report))) {}
stream_cancelled::~stream_cancelled() = default;

std::string stream_report::to_string() const {
  std::string text = line("%-28s %10s %14s %14s %10s %10s %6s\n", "stage", "chunks", "items in", "items out",
                          "busy ms", "waits ms", "most");
  for (auto const& s : stages)
    text += line("%-28.28s %10llu %14llu %14llu %10.1f %10.1f %6zu\n", s.name.c_str(),
                 static_cast<unsigned long long>(s.chunks), static_cast<unsigned long long>(s.items_in),
                 static_cast<unsigned long long>(s.items_out), ms(s.busy), ms(s.waiting), s.high_water);
  for (auto const& d : devices)
    text += line("on %-25.25s %10llu %14llu %14s %10.1f %10s %6zu", d.name.c_str(),
                 static_cast<unsigned long long>(d.chunks), static_cast<unsigned long long>(d.items), "",
                 ms(d.busy), "", d.most_at_once) +
            (d.note.empty() ? "\n" : "  (" + d.note + ")\n");
  text += line("%.3f s, %.1f MB/s in, chunks p50 %.2f ms, p99 %.2f ms, %zu credits, %.1f MiB of buffers\n",
               elapsed.count(),
               elapsed.count() > 0 ? static_cast<double>(bytes_in) * 1e-6 / elapsed.count() : 0.0,
               ms(latency_p50), ms(latency_p99), credits, static_cast<double>(buffer_bytes) / 1048576);
  return text + "bottleneck: " + bottleneck + "\n";
}

namespace detail {

stream_progress stream_engine::progress() const {
  return {.items_read = source_count_.items_out,
          .items_written = sink_count_.items_in,
          .bytes_read = pipeline_.source->bytes_read(source_count_.items_out),
          .bytes_total = pipeline_.source->total_bytes(),
          .chunks_on_gpu = on_gpu_,
          .elapsed = clock::now() - started_};
}

void stream_engine::report_progress(bool now) {
  if (!options_.progress)
    return;
  auto const t = clock::now();
  if (!now && t - last_progress_ < options_.progress_interval)
    return;
  last_progress_ = t;
  options_.progress(progress());
}

stream_report stream_engine::make_report() {
  stream_report r;
  auto const entry = [&](std::string name, counters const& c, std::size_t item_bytes, std::size_t parallel) {
    stage_report s{.name = std::move(name),
                   .chunks = c.chunks,
                   .items_in = c.items_in,
                   .items_out = c.items_out,
                   .bytes_out = c.items_out * item_bytes,
                   .busy = std::chrono::nanoseconds(c.busy_ns),
                   .waiting = std::chrono::nanoseconds(c.waiting_ns),
                   .high_water = c.high_water};
    r.stages.push_back(s);
    return std::pair(s.busy / parallel, s.name);
  };
  std::size_t lanes_used = 0;
  for (auto const& d : devices_)
    if (r.devices.emplace_back(d->report()).chunks != 0)
      lanes_used += d->lanes();
  lanes_used = std::max<std::size_t>(lanes_used, 1);
  auto const p = progress();
  auto busiest = entry(pipeline_.source->name(), source_count_, pipeline_.source->item_bytes(), 1);
  std::size_t item_bytes = pipeline_.source->item_bytes();
  for (auto const& s : stages_) {
    item_bytes = s->stage->item_bytes();
    busiest = std::max(busiest,
                       entry(s->stage->name(), s->count, item_bytes, s->stage->ordered() ? 1 : lanes_used));
  }
  busiest = std::max(busiest, entry(pipeline_.sink->name(), sink_count_, 0, 1));
  r.items_in = p.items_read;
  r.items_out = p.items_written;
  r.bytes_in = p.bytes_read;
  r.bytes_out = r.items_out * item_bytes;
  r.chunks = source_count_.chunks;
  r.chunks_skipped = skipped_;
  r.chunks_retried = retried_;
  r.chunks_on_gpu = on_gpu_;
  r.elapsed = p.elapsed;
  r.waiting_for_credit = std::chrono::nanoseconds(source_count_.waiting_ns);
  r.waiting_for_sink = std::chrono::nanoseconds(sink_wait_ns_);
  r.latency_p50 = latency_.quantile(0.5);
  r.latency_p99 = latency_.quantile(0.99);
  r.credits = credits_;
  r.credits_returned = free_.size();
  r.buffer_bytes = buffer_bytes_;
  r.most_in_flight = in_flight_most_;
  r.bottleneck = busiest.second;
  return r;
}

} // namespace detail
} // namespace tandem
