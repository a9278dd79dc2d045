#include <tandem/gpu/event.hpp>

#include "recording_state.hpp"

namespace tandem::gpu {

bool event::done() const {
  return state_ == nullptr || state_->owner->context().time.reached(state_->when);
}

void event::wait() const {
  if (state_ != nullptr)
    state_->wait();
}

std::vector<double> event::steps_ns() const {
  return state_ == nullptr ? std::vector<double>{} : state_->intervals_ns();
}

double event::elapsed_ns() const {
  if (state_ == nullptr)
    return 0.0;
  auto const intervals = state_->intervals_ns();
  double sum = 0.0;
  for (double const interval : intervals)
    sum += interval;
  return sum;
}

} // namespace tandem::gpu
