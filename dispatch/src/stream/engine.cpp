#include "engine.hpp"

#include "../crowd.hpp"
#include "../devices.hpp"
#include "soon.hpp"

#include <tandem/runtime.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

namespace tandem::detail {

namespace {

// A GPU's kernels are built once a stream has run that long: a short one is over before they would be of use.
constexpr auto worth_a_gpu = std::chrono::milliseconds(30);

std::size_t lanes_of(std::vector<std::unique_ptr<chunk_device>> const& devices) {
  std::size_t n = 0;
  for (auto const& d : devices)
    n += d->lanes();
  return n;
}

// Without stages nothing computes in a lane.
std::size_t threads_of(pipeline const& p, stream_options const& options) {
  if (p.stages.empty())
    return std::numeric_limits<std::size_t>::max();
  return options.on_runtime ? options.on_runtime->threads() : current_runtime().threads();
}

} // namespace

stream_engine::stream_engine(pipeline& p, stream_options const& options)
    : pipeline_(p), options_(options), devices_(make_devices(p.stages, options)),
      threads_(threads_of(p, options)), lanes_(lanes_of(devices_)),
      credits_(devices_.front()->inbox().capacity()), free_(credits_), done_(credits_),
      waiting_(credits_, nullptr) {
  if (!p.source || !p.sink)
    throw std::invalid_argument("tandem::run: this pipeline has been run already");
  for (auto const& s : p.stages) {
    stages_.push_back(std::make_unique<stage_slot>());
    stages_.back()->stage = s.get();
  }
  make_packets(plan_buffers());
}

// Every buffer holds the largest thing that any stage can make of a chunk.
std::size_t stream_engine::plan_buffers() {
  std::size_t const item = pipeline_.source->item_bytes();
  capacity_ = std::max<std::size_t>(options_.chunk_bytes / item, 1);
  std::size_t bytes = capacity_ * item;
  std::size_t items = capacity_;
  for (auto const& s : pipeline_.stages) {
    items = s->most_out(items);
    bytes = std::max(bytes, items * s->item_bytes());
  }
  return bytes;
}

void stream_engine::make_packets(std::size_t bytes) {
  bool const two = !stages_.empty();
  std::size_t const text = pipeline_.source->text_bytes(options_.chunk_bytes);
  buffer_bytes_ = credits_ * (bytes * (two ? 2 : 1) + text);
  for (std::size_t i = 0; i < credits_; ++i) {
    auto& p = *packets_.emplace_back(std::make_unique<packet>());
    p.allocate(bytes, two);
    if (text)
      p.text.reset(new char[text]);
    p.text_capacity = text;
    (void)free_.push(&p);
  }
}

stream_report stream_engine::run() {
  started_ = last_progress_ = clock::now();
  std::stop_callback const cancelled(options_.stop, [this] { stop_everything(); });
  bool opened = false;
  std::string opening = pipeline_.source->name();
  try {
    if (!options_.stop.stop_requested()) {
      pipeline_.source->open(stop_.get_token());
      opening = pipeline_.sink->name();
      opened = true; // an abort must follow, even of what was half opened
      pipeline_.sink->open(stop_.get_token());
    }
  } catch (...) {
    fail(opening, 0);
  }
  if (!stopping_) {
    std::vector<std::jthread> threads;
    lanes_running_ = lanes_;
    threads.emplace_back([this] { read_all(); });
    for (auto const& d : devices_)
      for (std::size_t i = 0; i < d->lanes(); ++i)
        threads.emplace_back([this, i, &here = *d] { // the first GPU lane sees to its kernels
          if (i == 0 && here.is_gpu() && options_.where == target::automatic)
            prepare_gpu(here);
          compute_all(here);
        });
    write_all();
  }
  bool complete = false;
  if (!stopping_) {
    try {
      report_progress(true);
      pipeline_.sink->close();
      complete = true; // a stop that is requested from now on comes too late
    } catch (...) {
      fail(pipeline_.sink->name(), next_written_ ? next_written_ - 1 : 0);
    }
  }
  if (!complete && opened)
    pipeline_.sink->abort();
  auto report = make_report();
  if (complete)
    return report;
  if (error_)
    throw stream_error(error_stage_, error_chunk_, error_, std::move(report));
  throw stream_cancelled(std::move(report));
}

void stream_engine::read_all() {
  std::uint64_t index = 0;
  bool more = true;
  while (more) {
    auto const waited = clock::now();
    packet* const p = *pop_soon(free_); // comes back from the sink, whatever happens
    add(source_count_.waiting_ns, waited);
    p->index = index++;
    p->last = p->dropped = p->on_gpu = false;
    p->set_count(0);
    more = admit(*p);
    p->last = !more;
    source_count_.enter();
    assign(*p);
  }
  for (auto const& d : devices_)
    d->inbox().close();
}

void stream_engine::assign(packet& p) {
  std::array<device_load, max_devices + 1> loads;
  for (std::size_t i = 0; i < devices_.size(); ++i)
    loads[i] = devices_[i]->load();
  p.device = earliest_finish({loads.data(), devices_.size()});
  devices_[p.device]->assign(p);
}

// A short stream is not held up: before the GPU is ready it gets no chunk, so its inbox only tells the end.
void stream_engine::prepare_gpu(chunk_device& gpu) {
  if (gpu.inbox().pop_for(worth_a_gpu).status() == wait_status::timed_out && !stopping_)
    warm_up(gpu, pipeline_.stages, capacity_, pipeline_.source->item_bytes());
  else
    gpu.set_note("the stream was over before its kernels were built");
}

bool stream_engine::admit(packet& p) {
  if (stopping_)
    return false;
  auto const begun = clock::now();
  bool more = false;
  try {
    // A source whose end is not known waits most of the time.
    busy_thread const busy(threads_busy_, pipeline_.source->total_bytes() != 0);
    more = pipeline_.source->read(p, capacity_);
  } catch (...) {
    fail(pipeline_.source->name(), p.index);
  }
  if (!more)
    p.set_count(0);
  p.admitted = clock::now();
  add(source_count_.busy_ns, begun);
  if (more) {
    ++source_count_.chunks;
    source_count_.items_out += p.count();
  }
  return more && !stopping_;
}

void stream_engine::compute_all(chunk_device& here) {
  while (auto next = pop_soon(here.inbox())) {
    packet& p = **next;
    source_count_.leave();
    std::size_t const items = stopping_ ? 0 : p.count();
    auto const begun = clock::now();
    here.begin();
    auto const waited = pass_through(p, here);
    here.end(p, items, begun + waited);
    p.computed = clock::now();
    sink_count_.enter();
    (void)done_.push(&p);
  }
  if (--lanes_running_ == 0)
    done_.close();
}

stream_engine::clock::duration stream_engine::pass_through(packet& p, chunk_device& here) {
  clock::duration all{};
  for (auto const& s : stages_) {
    if (!s->stage->ordered()) {
      apply(*s, p, here);
      continue;
    }
    // Each device takes its packets in order, so the one whose turn it is is always on a lane.
    auto const waited = clock::now();
    s->turn.enter(p.index);
    all += clock::now() - waited;
    add(s->count.waiting_ns, waited);
    apply(*s, p, here);
    s->turn.leave();
  }
  if (p.on_gpu)
    ++on_gpu_;
  return all;
}

void stream_engine::apply(stage_slot& s, packet& p, chunk_device& here) {
  if (stopping_ || p.dropped || (p.count() == 0 && !p.last))
    return;
  auto const begun = clock::now();
  std::size_t const items = p.count();
  s.count.enter();
  busy_thread const busy(threads_busy_);
  in_a_crowd = threads_busy_.load(std::memory_order_relaxed) >= threads_;
  try {
    compute(s, p, here);
  } catch (...) {
    if (options_.errors == on_error::skip && !p.last) {
      p.dropped = true;
      p.set_count(0);
      ++skipped_;
    } else {
      fail(s.stage->name(), p.index);
    }
  }
  s.count.leave();
  add(s.count.busy_ns, begun);
  ++s.count.chunks;
  s.count.items_in += items;
  s.count.items_out += p.count();
}

// Under `automatic` a failing GPU is no error: its chunks, this one first, go back to the CPU.
void stream_engine::compute(stage_slot& s, packet& p, chunk_device& here) {
  chunk_place where = here.place();
  bool const chosen = here.is_gpu() && !where.forced;
  if (chosen && !here.usable())
    where.where = target::cpu;
  bool const by_choice = chosen && where.where == target::gpu && s.stage->gpu_capable();
  try {
    device_choice const only_here(s.stage->gpu_capable() ? here.gpu() : -1);
    p.on_gpu |= s.stage->process(p, where);
    return;
  } catch (error const& e) {
    if (by_choice) {
      here.failed(e.what());
      report_failure(here, e.what());
    } else if (options_.errors != on_error::retry_on_cpu)
      throw;
  } catch (...) {
    if (options_.errors != on_error::retry_on_cpu)
      throw;
  }
  ++retried_;
  s.stage->process(p, {target::cpu, false, where.bound});
}

void stream_engine::write_all() {
  for (;;) {
    auto const waited = clock::now();
    auto const p = pop_soon(done_);
    add(sink_count_.waiting_ns, waited);
    if (!p)
      return;
    in_flight_most_ = std::max(in_flight_most_, credits_ - free_.size());
    if (!options_.ordered) {
      finish(**p);
      continue;
    }
    // No more than `credits` packets exist, and those before the next to be written are all back: no two
    // share a place.
    waiting_[(*p)->index % credits_] = *p;
    for (;;) {
      packet*& next = waiting_[next_written_ % credits_];
      if (!next || next->index != next_written_)
        break;
      packet* const ready = std::exchange(next, nullptr);
      ++next_written_;
      finish(*ready);
    }
  }
}

void stream_engine::finish(packet& p) {
  sink_count_.leave();
  add(sink_wait_ns_, p.computed);
  try {
    if (!stopping_ && p.count() != 0)
      write(p);
    if (!stopping_)
      report_progress(false);
  } catch (...) {
    fail(pipeline_.sink->name(), p.index);
  }
  (void)free_.push(&p);
}

void stream_engine::write(packet& p) {
  auto const begun = clock::now();
  busy_thread const busy(threads_busy_);
  pipeline_.sink->write(p);
  add(sink_count_.busy_ns, begun);
  latency_.add(clock::now() - p.admitted);
  ++sink_count_.chunks;
  sink_count_.items_in += p.count();
}

void stream_engine::fail(std::string stage, std::uint64_t chunk) {
  {
    std::lock_guard const lock(error_mutex_);
    if (!error_ && !stopping_) {
      error_ = std::current_exception();
      error_stage_ = std::move(stage);
      error_chunk_ = chunk;
    }
  }
  stop_everything();
}

void stream_engine::stop_everything() noexcept {
  stopping_ = true;
  stop_.request_stop();
}

stream_report run_stream(pipeline& p, stream_options const& options) {
  stream_engine engine(p, options);
  struct once { // a source that was read is of no further use
    pipeline& p;
    ~once() {
      p.source.reset();
      p.sink.reset();
    }
  } const used{p};
  return engine.run();
}

} // namespace tandem::detail
