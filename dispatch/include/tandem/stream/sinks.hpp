#pragma once

#include <tandem/async/queue.hpp>
#include <tandem/stream/pipeline.hpp>
#include <tandem/stream/sources.hpp>
#include <tandem/tandem.hpp>

#include <asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

namespace tandem {

/// How files are written.
struct file_options {
  /// The file appears under its name only when it is complete: written to a nameless (or temporary) file in
  /// the same folder, fsync, rename. false: written in place.
  bool atomic = true;
  /// Append instead (implies not atomic).
  bool append = false;
  /// How a regular file is written; appending is always blocking.
  file_access access = file_access::as_set;
};

namespace detail {

TANDEM_API std::unique_ptr<stream_sink> make_file_sink(std::string path, std::size_t item_bytes,
                                                       file_options options);
TANDEM_API std::unique_ptr<stream_sink> make_npy_sink(std::string path, std::size_t item_bytes, char kind);
TANDEM_API std::unique_ptr<stream_sink> make_socket_sink(int descriptor, std::size_t item_bytes);
TANDEM_API std::unique_ptr<stream_sink> make_fan_out(std::vector<std::unique_ptr<stream_sink>> sinks);

template <class F>
struct sink_descriptor {
  F make;
  template <class T>
  requires std::invocable<F, std::type_identity<T>> std::unique_ptr<stream_sink> make_sink() && {
    return std::move(make)(std::type_identity<T>());
  }
};
template <class F>
sink_descriptor(F) -> sink_descriptor<F>;

template <class T, class F>
class callback_sink final : public stream_sink {
 public:
  callback_sink(std::string name, F f) : name_(std::move(name)), f_(std::move(f)) {}
  std::string name() const override { return name_; }
  void open(std::stop_token stop) override { stop_ = std::move(stop); }
  void write(packet const& p) override {
    if (p.count() == 0)
      return;
    if constexpr (std::invocable<F&, std::span<T const>, std::stop_token>)
      f_(p.items<T const>(), stop_);
    else
      f_(p.items<T const>());
  }

 private:
  std::string name_;
  F f_;
  std::stop_token stop_;
};

template <class T, class F>
std::unique_ptr<stream_sink> make_callback_sink(std::string name, F f) {
  return std::make_unique<callback_sink<T, F>>(std::move(name), std::move(f));
}

} // namespace detail

/// Writes the elements to a file, as raw bytes of this machine. See file_options: by default the name holds
/// the old file or the complete new one at every moment, whatever happens. What is no regular file (FIFOs,
/// /dev/stdout) is written directly. An existing file's permissions are kept, symbolic links are followed.
inline auto write_file(std::string path, file_options options = {}) {
  return detail::sink_descriptor{[path = std::move(path), options]<class T>(std::type_identity<T>) {
    return detail::make_file_sink(path, sizeof(T), options);
  }};
}

/// Writes a one-dimensional `.npy` array; the same guarantees as write_file.
inline auto write_npy(std::string path) {
  return detail::sink_descriptor{
      [path = std::move(path)]<class T>(std::type_identity<T>) requires std::is_arithmetic_v<T>{
          return detail::make_npy_sink(path, sizeof(T), detail::npy_kind<T>());
}
}; // namespace tandem
}

/// Pushes every element into a queue, waiting while it is full. If somebody closes the queue, the stream
/// fails. The queue must outlive the stream; it is not closed at the end.
template <class Q, class Ring>
auto into(basic_queue<Q, Ring>& q) {
  return detail::sink_descriptor{
      [&q]<class T>(std::type_identity<T>) requires std::convertible_to<T const&, Q>{
          return detail::make_callback_sink<T>("queue", [&q](std::span<T const> items, std::stop_token stop) {
            for (T const& x : items)
              if (q.push(Q(x), stop).status() == wait_status::closed)
                throw error("the queue that a stream writes to was closed");
          });
}
}
;
}

/// Sends every element over a connected socket, as raw bytes of this machine. The socket must outlive the
/// stream.
template <class Executor>
auto to(asio::basic_stream_socket<asio::ip::tcp, Executor>& socket) {
  return detail::sink_descriptor{[fd = socket.native_handle()]<class T>(std::type_identity<T>) {
    return detail::make_socket_sink(fd, sizeof(T));
  }};
}

/// total = total op x0 op x1 …: each chunk by parallel_reduce, then the chunks in their order.
/// For floats the result depends on the chunk size, as on every grouping.
template <class R, class Op>
auto reduce_to(R& total, Op op) {
  return detail::sink_descriptor{[&total, op]<class T>(std::type_identity<T>) {
    return detail::make_callback_sink<T>(
        "reduce", [&total, op](std::span<T const> items) { total = parallel_reduce(items, total, op); });
  }};
}

/// total = total op f(x0) op f(x1) …, in one pass.
template <class R, class Op, class F>
auto map_reduce_to(R& total, Op op, F f) {
  return detail::sink_descriptor{[&total, op, f]<class T>(std::type_identity<T>) {
    return detail::make_callback_sink<T>("map_reduce", [&total, op, f](std::span<T const> items) {
      total = parallel_map_reduce(items, total, op, f);
    });
  }};
}

/// f(std::span<T const>) for every chunk that is not empty, on the sink's thread. Named f(items,
/// std::stop_token), it can give up waiting.
template <class F>
auto for_each_chunk(F f) {
  return detail::sink_descriptor{
      [f = std::move(f)]<class T>(std::type_identity<T>) requires std::invocable<F&, std::span<T const>> ||
      std::invocable<F&, std::span<T const>, std::stop_token>{
          return detail::make_callback_sink<T>("callback", f);
}
}
;
}

/// Appends every element to a vector. Only for what is known to be small.
template <class V>
auto collect_into(std::vector<V>& result) {
  return detail::sink_descriptor{
      [&result]<class T>(std::type_identity<T>) requires std::constructible_from<V, T const&>{
          return detail::make_callback_sink<T>("collect", [&result](std::span<T const> items) {
            for (T const& x : items)
              result.emplace_back(x);
          });
}
}
;
}

/// Every chunk goes to all sinks, in turn. They are made final together: none before all have everything; if
/// one fails, those not yet final are aborted.
template <class... Sinks>
auto fan_out(Sinks... sinks) {
  return detail::sink_descriptor{
      [all = std::make_tuple(std::move(sinks)...)]<class T>(std::type_identity<T>) {
        return std::apply(
            [](auto... s) {
              std::vector<std::unique_ptr<detail::stream_sink>> made;
              (made.push_back(std::move(s).template make_sink<T>()), ...);
              return detail::make_fan_out(std::move(made));
            },
            all);
      }};
}

} // namespace tandem
