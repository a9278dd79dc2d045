#pragma once

#include <tandem/cpu/pool.hpp>

namespace tandem::cpu::detail {

/// The pool whose body the calling thread is running; null outside of such bodies. For the library itself: in the static
/// block of thread-local memory, as every call reads it, also the smallest.
#if defined(__GNUC__) && defined(__ELF__)
[[gnu::tls_model("initial-exec")]]
#endif
extern constinit thread_local pool const* current_pool;

} // namespace tandem::cpu::detail
