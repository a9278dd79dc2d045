#pragma once

#include <tandem/detail/call.hpp>

namespace tandem::detail {

class plain_loops;

/// What the calling thread's last tandem call was. Small and trivial, for it is most of what a small call costs.
struct last_call_record {
  runtime const* owner = nullptr; ///< null: the default runtime
  call_site const* site = nullptr;
  std::size_t n = 0;
  bool plain_loop = false;       ///< decided by the call site's threshold alone; last_decision() is older
  plain_loops* counts = nullptr; ///< of this thread, once it has any
};

/// In the static block of thread-local memory: read without a call, also from a shared library.
#if defined(__GNUC__) && defined(__ELF__)
[[gnu::tls_model("initial-exec")]]
#endif
extern constinit thread_local last_call_record the_last_call;

inline last_call_record& last_call() noexcept {
  return the_last_call;
}

/// What was decided for the calling thread's last call that was no plain loop.
decision& last_decision() noexcept;

/// The request of a call on n elements with everything to be moved, as far as the site alone tells.
request request_of(call_site const& site, std::size_t n) noexcept;

} // namespace tandem::detail
