#include <tandem/async/rate_limiter.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>

namespace tandem {

rate_limiter::rate_limiter(double per_second, double burst)
    : per_second_(per_second), burst_(burst), tokens_(burst) {
  if (!(per_second > 0 && std::isfinite(per_second) && burst > 0 && std::isfinite(burst)))
    throw std::invalid_argument(
        "tandem::rate_limiter: per_second and burst must be positive and finite, not " +
        std::to_string(per_second) + " and " + std::to_string(burst));
}

void rate_limiter::refill(clock::time_point now) {
  if (now <= filled_)
    return;
  tokens_ = std::min(burst_, tokens_ + per_second_ * std::chrono::duration<double>(now - filled_).count());
  filled_ = now;
}

bool rate_limiter::try_acquire(double n, clock::time_point now) {
  std::lock_guard const lock(mutex_);
  refill(now);
  if (tokens_ < n)
    return false;
  tokens_ -= n;
  return true;
}

rate_limiter::clock::duration rate_limiter::reserve(double n, clock::time_point now) {
  if (!(n >= 0 && n <= burst_))
    throw std::invalid_argument("tandem::rate_limiter: " + std::to_string(n) +
                                " tokens asked of a bucket that holds " + std::to_string(burst_));
  std::lock_guard const lock(mutex_);
  refill(now);
  tokens_ -= n;
  if (tokens_ >= 0)
    return clock::duration::zero();
  // Up, so that the tokens are really there when the wait is over.
  return std::chrono::ceil<clock::duration>(std::chrono::duration<double>(-tokens_ / per_second_));
}

void rate_limiter::put_back(double n, clock::time_point now) {
  std::lock_guard const lock(mutex_);
  refill(now);
  tokens_ = std::min(burst_, tokens_ + n);
}

double rate_limiter::available(clock::time_point now) {
  std::lock_guard const lock(mutex_);
  refill(now);
  return tokens_;
}

void rate_limiter::acquire(double n) {
  std::this_thread::sleep_for(reserve(n));
}

} // namespace tandem
