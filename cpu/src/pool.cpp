#include <tandem/cpu/current_pool.hpp>
#include <tandem/cpu/pool.hpp>

#include "concurrency_limit.hpp"
#include "happens_before.hpp"
#include "queued_arguments.hpp"
#include "thread_dressing.hpp"

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace tandem::cpu {

constinit thread_local pool const* detail::current_pool = nullptr;

namespace {

using detail::current_pool;

constexpr std::size_t most_threads = 4096;

class current_pool_scope {
 public:
  explicit current_pool_scope(pool const* now) noexcept : before_(current_pool) { current_pool = now; }
  ~current_pool_scope() { current_pool = before_; }
  current_pool_scope(current_pool_scope const&) = delete;
  current_pool_scope& operator=(current_pool_scope const&) = delete;

 private:
  pool const* before_;
};

/// What the bodies of one call share: the first exception, and the edges that ThreadSanitizer must know of.
class region {
 public:
  explicit region(pool const* owner) noexcept : owner_(owner) { happens_before_release(this); }

  template <class Body>
  void run(Body&& body) noexcept {
    happens_before_acquire(this);
    if (!failed_.load(std::memory_order_relaxed)) {
      current_pool_scope const scope(owner_);
      try {
        body();
      } catch (...) {
        if (!failed_.exchange(true))
          error_ = std::current_exception();
      }
    }
    happens_before_release(this);
  }

  bool failed() const noexcept { return failed_.load(std::memory_order_relaxed); }

  /// After all bodies have ended.
  void finish() {
    happens_before_acquire(this);
    if (error_)
      std::rethrow_exception(std::move(error_));
  }

 private:
  pool const* owner_;
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;
};

/// [0, n) in equal shares, one a worker, cut into chunks. A worker first works off its own share, so that
/// calls over the same data find it in the same core's cache, then helps the others: late or slow threads
/// hold nothing up.
class shares {
 public:
  shares(std::size_t n, std::size_t grain, std::size_t threads) {
    auto const units = (n - 1) / grain + 1;
    workers_ = std::min(threads, units);
    chunk_ = std::max<std::size_t>(1, units / (workers_ * chunks_each)) * grain;
    if (workers_ > std::size(few_))
      many_ = std::make_unique<share[]>(workers_);
    shares_ = many_ ? many_.get() : few_;
    auto const each = units / workers_, rest = units % workers_;
    for (std::size_t w = 0, unit = 0; w < workers_; ++w) {
      shares_[w].next.store(unit * grain, std::memory_order_relaxed);
      unit += each + (w < rest ? 1 : 0);
      shares_[w].end = std::min(unit * grain, n);
    }
  }

  std::size_t workers() const noexcept { return workers_; }

  template <class Body>
  void work_off(std::size_t worker, Body const& body, region const& work) {
    for (std::size_t i = 0; i < workers_; ++i) {
      auto& part = shares_[(worker + i) % workers_];
      while (part.next.load(std::memory_order_relaxed) < part.end && !work.failed()) {
        auto const first = part.next.fetch_add(chunk_, std::memory_order_relaxed);
        if (first < part.end)
          body(first, std::min(first + chunk_, part.end));
      }
    }
  }

 private:
  static constexpr std::size_t chunks_each = 16;
  struct alignas(64) share {
    std::atomic<std::size_t> next{0};
    std::size_t end = 0;
  };

  std::size_t workers_;
  std::size_t chunk_;
  share few_[16];
  std::unique_ptr<share[]> many_;
  share* shares_;
};

// Isolated from the cancellation of a surrounding group, which would leave work undone without a word.
using context = tbb::task_group_context;

} // namespace

struct pool::state {
  state(std::size_t count, char const* name, bool pin)
      : threads(count), limit(count), arena(static_cast<int>(count), 1) {
    if (pin || name != nullptr)
      dressing =
          std::make_unique<thread_dressing>(arena, name == nullptr ? std::string{} : std::string{name}, pin);
  }
  ~state() {
    arena.terminate();
    if (dressing)
      thread_dressing::retire(std::move(dressing));
  }
  state(state const&) = delete;
  state& operator=(state const&) = delete;

  std::size_t threads;
  concurrency_limit limit;
  tbb::task_arena arena;
  std::unique_ptr<thread_dressing> dressing;
};

pool::pool(pool_options const& options) {
  if (options.threads > most_threads)
    throw std::invalid_argument("pool: threads is " + std::to_string(options.threads) + ", more than " +
                                std::to_string(most_threads));
  auto const usual = std::max<std::size_t>(1, allowed_processors().size());
  state_ = std::make_unique<state>(options.threads == 0 ? usual : options.threads, options.name, options.pin);
}

pool::~pool() = default;

std::size_t pool::threads() const noexcept {
  return state_->threads;
}

bool pool::inside() const noexcept {
  return current_pool == this;
}

void* pool::current_owner() noexcept {
  return current_pool == nullptr ? nullptr : current_pool->owner_;
}

void pool::enqueue(void (*call)(void*), void* argument) {
  happens_before_release(argument);
  queued_argument kept(argument);
  state_->arena.enqueue([this, call, argument] {
    queued_argument::let_go(argument);
    happens_before_acquire(argument);
    current_pool_scope const scope(
        this); // compared, and looked into only by what the group's tasks call, while it lives
    call(argument); // the argument may be gone then
  });
  kept.is_queued();
}

void pool::execute(function_ref<void()> f) {
  if (inside() || state_->threads == 1) {
    current_pool_scope const scope(this);
    return f();
  }
  region work(this);
  state_->arena.execute([&] { work.run(f); });
  work.finish();
}

void pool::for_ranges(std::size_t n, std::size_t grain, function_ref<void(std::size_t, std::size_t)> body) {
  if (n == 0)
    return;
  grain = std::max<std::size_t>(grain, 1);
  if (n <= grain || state_->threads == 1)
    return execute([&] { body(0, n); });
  region work(this);
  shares parts(n, grain, state_->threads);
  auto const piece = [&](std::size_t worker) { work.run([&] { parts.work_off(worker, body, work); }); };
  auto const start = [&] {
    tbb::this_task_arena::isolate([&] {
      context group(context::isolated);
      tbb::parallel_for(std::size_t{0}, parts.workers(), piece, tbb::simple_partitioner{}, group);
    });
  };
  inside() ? start() : state_->arena.execute(start);
  work.finish();
}

void pool::for_workers(std::size_t count, function_ref<void(std::size_t)> body) {
  if (count == 0)
    return;
  if (count == 1 || state_->threads == 1)
    return execute([&] {
      for (std::size_t i = 0; i < count; ++i)
        body(i);
    });
  region work(this);
  // Each body is isolated: waiting inside it for work of its own, a thread must not start another body of
  // this call, which might wait for the one below it on the same stack.
  auto const piece = [&](std::size_t i) {
    tbb::this_task_arena::isolate([&] { work.run([&] { body(i); }); });
  };
  auto const start = [&] {
    tbb::this_task_arena::isolate([&] {
      context group(context::isolated);
      tbb::parallel_for(std::size_t{0}, count, piece, tbb::simple_partitioner{}, group);
    });
  };
  inside() ? start() : state_->arena.execute(start);
  work.finish();
}

void pool::join(function_ref<void()> f, function_ref<void()> g) {
  if (state_->threads == 1)
    return execute([&] {
      f();
      g();
    });
  region work(this);
  auto const start = [&] {
    context group(context::isolated);
    tbb::parallel_invoke([&] { work.run(f); }, [&] { work.run(g); }, group);
  };
  inside() ? start() : state_->arena.execute(start);
  work.finish();
}

} // namespace tandem::cpu
