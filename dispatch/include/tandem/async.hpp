// The async family: queues and friends on Asio, for threads, handlers and coroutines alike.
// Link tandem::streams. The umbrella header <tandem/tandem.hpp> does not include this one, nor Asio.
#pragma once

#include <tandem/async/actor.hpp>
#include <tandem/async/algorithms.hpp>
#include <tandem/async/broadcast.hpp>
#include <tandem/async/event.hpp>
#include <tandem/async/on_cpu.hpp>
#include <tandem/async/oneshot.hpp>
#include <tandem/async/queue.hpp>
#include <tandem/async/rate_limiter.hpp>
#include <tandem/async/select.hpp>
#include <tandem/async/semaphore.hpp>
#include <tandem/async/shutdown.hpp>
#include <tandem/async/task_scope.hpp>
#include <tandem/async/timeout.hpp>
#include <tandem/async/watch.hpp>
