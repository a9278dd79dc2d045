#pragma once

#include <tandem/async/queue.hpp>
#include <tandem/stream/options.hpp>
#include <tandem/stream/pipeline.hpp>

#include <asio/ip/tcp.hpp>

#include <concepts>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

namespace detail {

TANDEM_API std::unique_ptr<stream_source> make_file_source(std::string path, std::size_t item_bytes,
                                                           file_access access);
TANDEM_API std::unique_ptr<stream_source> make_npy_source(std::string path, std::size_t item_bytes,
                                                          char kind);
/// Bytes of a descriptor that stays the caller's (a connected socket).
TANDEM_API std::unique_ptr<stream_source> make_descriptor_source(int descriptor, std::size_t item_bytes,
                                                                 std::string name);

// NumPy's letter for a type.
template <class T>
constexpr char npy_kind() {
  if constexpr (std::is_same_v<T, bool>)
    return 'b';
  else if constexpr (std::is_floating_point_v<T>)
    return 'f';
  else
    return std::is_signed_v<T> ? 'i' : 'u';
}

template <class T, class F>
class generate_source final : public stream_source {
 public:
  generate_source(std::uint64_t n, F f) : n_(n), f_(std::move(f)) {}
  std::string name() const override { return "generate"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  std::uint64_t total_bytes() const noexcept override { return n_ * sizeof(T); }
  bool read(packet& p, std::size_t capacity) override {
    p.set_count(capacity);
    auto const out = p.items<T>();
    std::size_t const n = n_ - at_ < capacity ? static_cast<std::size_t>(n_ - at_) : capacity;
    for (std::size_t i = 0; i < n; ++i)
      out[i] = f_(at_ + i);
    at_ += n;
    p.set_count(n);
    return n != 0;
  }

 private:
  std::uint64_t const n_;
  std::uint64_t at_ = 0;
  F f_;
};

template <class T, class F>
class pull_source final : public stream_source {
 public:
  explicit pull_source(F f) : f_(std::move(f)) {}
  std::string name() const override { return "generate"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  bool read(packet& p, std::size_t capacity) override {
    p.set_count(capacity);
    auto const out = p.items<T>();
    std::size_t n = 0;
    while (n < capacity && !ended_) {
      if (std::optional<T> x = f_())
        out[n++] = *x;
      else
        ended_ = true;
    }
    p.set_count(n);
    return n != 0;
  }

 private:
  F f_;
  bool ended_ = false;
};

template <class T, class Ring>
class queue_source final : public stream_source {
 public:
  explicit queue_source(basic_queue<T, Ring>& q) : queue_(q) {}
  std::string name() const override { return "queue"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  void open(std::stop_token stop) override { stop_ = std::move(stop); }
  // Waits for the first item only: what is there goes on its way.
  bool read(packet& p, std::size_t capacity) override {
    p.set_count(capacity);
    auto const out = p.items<T>();
    std::size_t n = 0;
    if (auto first = queue_.pop(stop_))
      out[n++] = *first;
    while (n != 0 && n < capacity) {
      auto next = queue_.try_pop();
      if (!next)
        break;
      out[n++] = *next;
    }
    p.set_count(n);
    return n != 0;
  }

 private:
  basic_queue<T, Ring>& queue_;
  std::stop_token stop_;
};

} // namespace detail

/// The elements of a binary file. Anything that can be read: regular files, FIFOs, `/dev/stdin`. Short reads
/// and EINTR are handled; a size that is no multiple of sizeof(T), and a regular file that shrinks while it
/// is read, are errors.
template <detail::Streamable T>
stream<T> read_file(std::string path, file_access access = file_access::as_set) {
  return stream<T>(detail::make_file_source(std::move(path), sizeof(T), access));
}

/// The elements of a `.npy` file (versions 1 to 3, any shape, in the order of memory, the byte order of this
/// machine). The element type must be T's; otherwise the stream fails and names both.
template <detail::Streamable T>
requires std::is_arithmetic_v<T> stream<T> read_npy(std::string path) {
  return stream<T>(detail::make_npy_source(std::move(path), sizeof(T), detail::npy_kind<T>()));
}

/// f(i) for i = 0 … n−1, i a std::uint64_t; called in order, on the source's thread.
template <class F>
requires std::invocable<F&, std::uint64_t>
auto generate(std::uint64_t n, F f) {
  using T = std::remove_cvref_t<std::invoke_result_t<F&, std::uint64_t>>;
  return stream<T>(std::make_unique<detail::generate_source<T, F>>(n, std::move(f)));
}

/// What f() returns, a std::optional<T>, until that is empty.
template <class F>
requires requires(F& f) {
  typename std::invoke_result_t<F&>::value_type;
}
auto generate(F f) {
  using T = typename std::invoke_result_t<F&>::value_type;
  return stream<T>(std::make_unique<detail::pull_source<T, F>>(std::move(f)));
}

/// The items of a queue, until it is closed and drained. The queue must outlive the stream. Chunks are what
/// is in the queue at once, so a slow producer makes small chunks and no delays.
template <detail::Streamable T, class Ring>
stream<T> from(basic_queue<T, Ring>& q) {
  return stream<T>(std::make_unique<detail::queue_source<T, Ring>>(q));
}

/// The elements that arrive at a connected socket, as raw bytes of this machine, until the peer ends its
/// side. Chunks are what has arrived. The socket must outlive the stream and not be read by anyone else.
template <detail::Streamable T, class Executor>
stream<T> from(asio::basic_stream_socket<asio::ip::tcp, Executor>& socket) {
  return stream<T>(detail::make_descriptor_source(socket.native_handle(), sizeof(T), "socket"));
}

} // namespace tandem
