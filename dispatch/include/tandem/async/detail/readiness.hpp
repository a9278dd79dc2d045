// What `select` can wait for.
#pragma once

#include <tandem/async/detail/wait_list.hpp>

namespace tandem::detail {

/// The part of a primitive that `select` needs, whatever its element type.
class readiness_source : public hub {
 public:
  virtual bool readable() const noexcept = 0;
  virtual bool writable() const noexcept = 0;
  /// With the lock held: waits until readable (or writable), perhaps not at all.
  virtual void observe(hub_lock& lock, waiter& w, bool for_reading) noexcept = 0;
};

} // namespace tandem::detail
