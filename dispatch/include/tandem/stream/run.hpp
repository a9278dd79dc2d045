#pragma once

#include <tandem/async/detail/waiters.hpp>
#include <tandem/stream/pipeline.hpp>

#include <atomic>
#include <thread>

namespace tandem {

namespace detail {

TANDEM_API stream_report run_stream(pipeline& p, stream_options const& options);

// A stream that runs on a thread of its own until its handler has been called.
template <class Handler>
struct running_stream {
  running_stream(Handler&& h, pipeline&& p, stream_options&& o)
      : handler(std::move(h)), work(asio::get_associated_executor(handler)), stream(std::move(p)),
        options(std::move(o)) {}
  ~running_stream() {
    if (thread.joinable())
      thread.detach();
  }

  Handler handler;
  handler_work<Handler> work;
  pipeline stream;
  stream_options options;
  std::stop_source stop;
  std::thread thread;
  std::exception_ptr error;
  stream_report report;
};

template <class Handler>
void start_stream(Handler&& h, pipeline&& p, stream_options&& o) {
  using state = running_stream<std::decay_t<Handler>>;
  auto s = std::make_shared<state>(std::move(h), std::move(p), std::move(o));
  auto slot = asio::get_associated_cancellation_slot(s->handler);
  if (slot.is_connected())
    slot.assign([stop = s->stop](asio::cancellation_type) mutable { stop.request_stop(); });
  // Either the caller's token or the slot stops it.
  s->thread = std::thread([s] {
    {
      std::stop_callback const both(s->options.stop, [&] { s->stop.request_stop(); });
      stream_options mine = s->options;
      mine.stop = s->stop.get_token();
      try {
        s->report = run_stream(s->stream, mine);
      } catch (...) {
        s->error = std::current_exception();
      }
    }
    asio::post(s->work.get_executor(), [s] {
      s->thread.join();
      auto slot_now = asio::get_associated_cancellation_slot(s->handler);
      if (slot_now.is_connected())
        slot_now.clear();
      auto handler = std::move(s->handler);
      s->work.reset();
      std::move(handler)(std::move(s->error), std::move(s->report));
    });
  });
}

} // namespace detail

/// Runs a stream to its end and returns its report. The source reads on a thread of its own, `lanes` threads
/// call the parallel algorithms, the sink writes on the calling thread. Memory: `credits` packets, allocated
/// once.
///
/// The first error anywhere stops the source; what is in flight ends; the sink is aborted (files keep their
/// old content); then it is thrown once, as stream_error with stage, chunk and cause. A requested stop throws
/// stream_cancelled in the same way.
inline stream_report run(pipeline p, stream_options const& options = {}) {
  return detail::run_stream(p, options);
}

/// The same without blocking: completes with `(std::exception_ptr, stream_report)` on the handler's executor.
/// Cancellation slots stop the stream like options.stop.
template <class Token = default_token>
auto async_run(pipeline p, stream_options options, Token&& token = {}) {
  return asio::async_initiate<Token, void(std::exception_ptr, stream_report)>(
      [](auto handler, pipeline stream, stream_options o) {
        detail::start_stream(std::move(handler), std::move(stream), std::move(o));
      },
      token, std::move(p), std::move(options));
}
/// The same with default options.
inline auto async_run(pipeline p) {
  return async_run(std::move(p), stream_options(), default_token());
}

} // namespace tandem
