// Threads that compute side by side, each for itself.
#pragma once

namespace tandem::detail {

/// True on a thread while as many others of the same work are busy as the runtime has threads: a call that
/// would be divided between threads then stays on its own, for there is nobody to share with.
inline thread_local bool in_a_crowd = false;

} // namespace tandem::detail
