#pragma once

#include <tandem/async/detail/handler_executor.hpp>

#include <chrono>
#include <memory>
#include <mutex>

namespace tandem {

/// A token bucket: `per_second` tokens flow in, at most `burst` are kept; taking tokens waits until they are
/// there.
///
/// Waits are first come, first served: a request takes its tokens at once, if need be on credit, and is told
/// how long to wait. So over any time t at most `burst + per_second · t` tokens pass. A wait that is
/// cancelled puts its tokens back (later requests gain, those already waiting keep their time). Safe from any
/// thread.
class TANDEM_API rate_limiter {
 public:
  /// The clock that tokens come by.
  using clock = std::chrono::steady_clock;

  /// Starts full. Throws std::invalid_argument unless both are positive and finite.
  rate_limiter(double per_second, double burst);

  /// Takes n tokens if they are there now.
  bool try_acquire(double n = 1, clock::time_point now = clock::now());
  /// Takes n tokens in any case, perhaps on credit, and returns how long to wait before using them.
  /// Throws std::invalid_argument for more than `burst` tokens, which would never be there at once.
  clock::duration reserve(double n = 1, clock::time_point now = clock::now());
  /// Puts tokens of a reservation back that will not be used.
  void put_back(double n, clock::time_point now = clock::now());
  /// Tokens there now; negative: on credit.
  double available(clock::time_point now = clock::now());

  /// Blocks.
  void acquire(double n = 1);

  /// Completes with `(error_code)`.
  template <class Token = default_token>
  auto async_acquire(double n, Token&& token = {}) {
    return asio::async_initiate<Token, void(std::error_code)>(
        [this](auto handler, double wanted) {
          auto executor = detail::timer_executor(asio::get_associated_executor(handler));
          auto timer = std::make_unique<asio::steady_timer>(executor, reserve(wanted));
          auto& t = *timer;
          auto slot = asio::get_associated_cancellation_slot(handler);
          auto wait = [this, wanted, timer = std::move(timer),
                       h = std::move(handler)](std::error_code e) mutable {
            if (e)
              put_back(wanted);
            timer.reset();
            std::move(h)(e);
          };
          t.async_wait(asio::bind_cancellation_slot(slot, asio::bind_executor(executor, std::move(wait))));
        },
        token, n);
  }
  auto async_acquire() { return async_acquire(1, default_token{}); }

 private:
  void refill(clock::time_point now);

  std::mutex mutex_;
  double const per_second_;
  double const burst_;
  double tokens_;
  clock::time_point filled_ = clock::now();
};

} // namespace tandem
