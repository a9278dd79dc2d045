#include "engine.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

namespace tandem::detail {

namespace {

std::size_t lanes_of(stream_options const& o) {
  return o.lanes ? o.lanes : 2;
}
std::size_t credits_of(stream_options const& o) {
  return o.credits ? o.credits : lanes_of(o) + 4;
}

} // namespace

stream_engine::stream_engine(pipeline& p, stream_options const& options)
    : pipeline_(p), options_(options), lanes_(lanes_of(options)), credits_(credits_of(options)),
      free_(credits_), read_(credits_), done_(credits_), waiting_(credits_, nullptr) {
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
    for (std::size_t i = 0; i < lanes_; ++i)
      threads.emplace_back([this] { compute_all(); });
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
    packet* const p = *free_.pop(); // comes back from the sink, whatever happens
    add(source_count_.waiting_ns, waited);
    p->index = index++;
    p->last = p->dropped = p->on_gpu = false;
    p->set_count(0);
    more = admit(*p);
    p->last = !more;
    (void)read_.push(p);
  }
  read_.close();
}

bool stream_engine::admit(packet& p) {
  if (stopping_)
    return false;
  auto const begun = clock::now();
  bool more = false;
  try {
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

void stream_engine::compute_all() {
  while (auto p = read_.pop()) {
    pass_through(**p);
    (void)done_.push(*p);
  }
  if (--lanes_running_ == 0)
    done_.close();
}

void stream_engine::pass_through(packet& p) {
  for (auto const& s : stages_) {
    if (!s->stage->ordered()) {
      apply(*s, p);
      continue;
    }
    // Packets are taken in order, so the one whose turn it is is always on a lane.
    auto const waited = clock::now();
    s->turn.enter(p.index);
    add(s->count.waiting_ns, waited);
    apply(*s, p);
    s->turn.leave();
  }
  if (p.on_gpu)
    ++on_gpu_;
}

void stream_engine::apply(stage_slot& s, packet& p) {
  if (stopping_ || p.dropped || (p.count() == 0 && !p.last))
    return;
  auto const begun = clock::now();
  std::size_t const items = p.count();
  try {
    compute(s, p);
  } catch (...) {
    if (options_.errors == on_error::skip && !p.last) {
      p.dropped = true;
      p.set_count(0);
      ++skipped_;
    } else {
      fail(s.stage->name(), p.index);
    }
  }
  add(s.count.busy_ns, begun);
  ++s.count.chunks;
  s.count.items_in += items;
  s.count.items_out += p.count();
}

void stream_engine::compute(stage_slot& s, packet& p) {
  try {
    p.on_gpu |= s.stage->process(p, options_.where);
  } catch (...) {
    if (options_.errors != on_error::retry_on_cpu)
      throw;
    ++retried_;
    s.stage->process(p, target::cpu);
  }
}

void stream_engine::write_all() {
  for (;;) {
    auto const waited = clock::now();
    auto const p = done_.pop();
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
