// The part of Asio that the async family needs. Asio is header-only: link tandem::streams to get its
// definitions.
#pragma once

#include <tandem/config.hpp>

// Before Asio's own headers: Asio 1.22 allocates by std::aligned_alloc if the standard library has announced it by then,
// else by operator new, and recycles blocks between both. The same header everywhere makes it the same choice.
#include <version>

// Asio 1.22 knows only the coroutine support of compilers older than clang 15.
#if defined(__cpp_impl_coroutine) && !defined(ASIO_HAS_CO_AWAIT)
#define ASIO_HAS_CO_AWAIT 1
#endif

#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>
#include <asio/query.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/system_error.hpp>
#include <asio/system_executor.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

namespace tandem {

/// What every `async_…` function completes with when no completion token is given: something to `co_await`
/// inside an `asio::awaitable`.
using default_token = asio::use_awaitable_t<>;

} // namespace tandem
