#include <tandem/async/actor.hpp>

#include <algorithm>
#include <cmath>

namespace tandem::detail {

std::optional<std::chrono::milliseconds> restart_counter::next(clock::time_point now) {
  while (!recent_.empty() && now - recent_.front() > policy_.window)
    recent_.pop_front();
  if (recent_.size() >= policy_.max_restarts)
    return std::nullopt;
  double const grown = static_cast<double>(policy_.first_delay.count()) *
                       std::pow(std::max(policy_.growth, 1.0), static_cast<double>(recent_.size()));
  recent_.push_back(now);
  double const bounded = std::min(grown, static_cast<double>(policy_.max_delay.count()));
  return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(bounded));
}

} // namespace tandem::detail
