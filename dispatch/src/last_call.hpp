#pragma once

#include <tandem/detail/call.hpp>

namespace tandem::detail {

/// What the calling thread's last tandem call was.
struct last_call_record {
  runtime const* owner = nullptr; ///< null: the default runtime
  call_site const* site = nullptr;
  std::size_t n = 0;
  bool plain_loop = false; ///< decided by the call site's threshold alone; `made` is not set
  decision made;
};

last_call_record& last_call() noexcept;

/// The request of a call on n elements with everything to be moved, as far as the site alone tells.
request request_of(call_site const& site, std::size_t n) noexcept;

} // namespace tandem::detail
