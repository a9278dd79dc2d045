// How waiting ended, and what it brought.
#pragma once

#include <tandem/async/asio.hpp>

#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

namespace tandem {

/// How a push, a pop or any other wait of the async family ended.
enum class wait_status : unsigned char {
  ok,        ///< it happened
  full,      ///< a `try_` found no room
  empty,     ///< a `try_` found nothing
  closed,    ///< closed; for a pop: closed and drained
  cancelled, ///< cancelled through the handler's cancellation slot
  timed_out, ///< the time was over first
  lagged     ///< broadcast only: values were overwritten before this subscriber read them
};

/// The name of a status, for messages.
constexpr char const* to_string(wait_status s) noexcept {
  constexpr char const* names[] = {"ok", "full", "empty", "closed", "cancelled", "timed out", "lagged"};
  return names[static_cast<unsigned char>(s)];
}

/// The error code an Asio handler gets for a status: none for `ok` and for `closed` (the empty optional says
/// it), `operation_aborted` for `cancelled`, `timed_out` for `timed_out`.
inline std::error_code to_error_code(wait_status s) noexcept {
  switch (s) {
  case wait_status::cancelled:
    return asio::error::operation_aborted;
  case wait_status::timed_out:
    return asio::error::timed_out;
  default:
    return {};
  }
}

/// What a push came to. When it failed, the value is in here, as it was: nothing is lost on a full or closed
/// queue, a timeout or a cancellation.
template <class T>
class [[nodiscard]] push_result {
 public:
  push_result() = default;
  /// For the implementation.
  push_result(wait_status s, std::optional<T>&& rejected) noexcept
      : status_(s), rejected_(std::move(rejected)) {}

  /// True when the value is in the queue.
  explicit operator bool() const noexcept { return status_ == wait_status::ok; }
  /// `ok`, or why the value was not taken.
  wait_status status() const noexcept { return status_; }
  /// The value that was not pushed; empty exactly when the push succeeded.
  std::optional<T>& rejected() & noexcept { return rejected_; }
  /// The value that was not taken.
  std::optional<T>&& rejected() && noexcept { return std::move(rejected_); }
  /// For the implementation.
  void set_status(wait_status s) noexcept { status_ = s; }

 private:
  wait_status status_ = wait_status::ok;
  std::optional<T> rejected_;
};

/// What a pop came to: an optional that also says why it is empty (`empty`, `closed`, `timed_out`).
template <class T>
class [[nodiscard]] pop_result : public std::optional<T> {
 public:
  pop_result() = default;
  /// For the implementation.
  pop_result(wait_status s, std::optional<T>&& value) noexcept
      : std::optional<T>(std::move(value)), status_(s) {}
  /// `ok`, or why there is no value.
  wait_status status() const noexcept { return status_; }

 private:
  wait_status status_ = wait_status::empty;
};

namespace detail {

struct nothing {};

/// What a waiter carries: for a pop it is filled, for a push it is emptied.
template <class T>
struct outcome {
  wait_status status = wait_status::empty;
  std::optional<T> value;
};

template <>
struct outcome<void> {
  wait_status status = wait_status::empty;
};

// Values cross threads and queues; a throwing move would lose them half-way.
template <class T>
inline constexpr bool is_queueable =
    std::is_object_v<T>&& std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_destructible_v<T>;

} // namespace detail
} // namespace tandem
