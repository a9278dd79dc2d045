#pragma once

#include <tandem/adaptors.hpp>
#include <tandem/stream/options.hpp>
#include <tandem/stream/packet.hpp>

#include <concepts>
#include <memory>
#include <vector>

namespace tandem {

/// A source and its stages, whose chunks hold elements of type T. Made by read_file and its kin, extended
/// with `|`. Nothing runs before `run` or `async_run`.
template <class T>
class stream {
  static_assert(detail::Streamable<T>, "streams carry trivially copyable elements");

 public:
  using value_type = T;
  /// A stream that a source gives.
  explicit stream(std::unique_ptr<detail::stream_source> source) : source_(std::move(source)) {}

  /// The same with one more stage, whose results are U.
  template <class U>
  stream<U> then(std::unique_ptr<detail::stream_stage> stage) && {
    stages_.push_back(std::move(stage));
    return stream<U>(std::move(source_), std::move(stages_));
  }

 private:
  template <class>
  friend class stream;
  friend class pipeline;
  stream(std::unique_ptr<detail::stream_source> source,
         std::vector<std::unique_ptr<detail::stream_stage>> stages)
      : source_(std::move(source)), stages_(std::move(stages)) {}

  std::unique_ptr<detail::stream_source> source_;
  std::vector<std::unique_ptr<detail::stream_stage>> stages_;
};

/// A whole stream, from source to sink, ready to run once.
class pipeline {
 public:
  /// A stream and where it ends.
  template <class T>
  pipeline(stream<T>&& s, std::unique_ptr<detail::stream_sink> target_sink)
      : source(std::move(s.source_)), stages(std::move(s.stages_)), sink(std::move(target_sink)) {}

  /// Where the data come from.
  std::unique_ptr<detail::stream_source> source;
  /// What happens to them, in order.
  std::vector<std::unique_ptr<detail::stream_stage>> stages;
  /// Where they go.
  std::unique_ptr<detail::stream_sink> sink;
};

/// Sinks and stages are described before their element type is known: `make_sink<T>()`, `make_stage<T>()`.
template <class D, class T>
concept SinkFor = requires(D d) {
  { std::move(d).template make_sink<T>() } -> std::convertible_to<std::unique_ptr<detail::stream_sink>>;
};

/// Ends a stream in a sink.
template <class T, class D>
requires SinkFor<D, T> pipeline operator|(stream<T>&& s, D sink) {
  return pipeline(std::move(s), std::move(sink).template make_sink<T>());
}

template <class T, class D>
requires requires {
  typename D::template result<T>;
}
/// Adds a stage.
auto operator|(stream<T>&& s, D stage) {
  return std::move(s).template then<typename D::template result<T>>(
      std::move(stage).template make_stage<T>());
}

} // namespace tandem
