#include <tandem/cpu/enqueue.hpp>
#include <tandem/cpu/pool.hpp>
#include <tandem/cpu/task_group.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace {

bool something_is_lost() {
#if defined(__SANITIZE_ADDRESS__)
  return __lsan_do_recoverable_leak_check() != 0;
#else
  return false;
#endif
}

/// A thread's name, and how many processors it may run on.
using dress = std::pair<std::string, int>;

dress dress_of_this_thread() {
  char name[16] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  cpu_set_t processors;
  CPU_ZERO(&processors);
  pthread_getaffinity_np(pthread_self(), sizeof processors, &processors);
  return {name, CPU_COUNT(&processors)};
}

/// dress_of_this_thread() on a worker of the pool.
dress dress_of_a_worker(tandem::cpu::pool& workers) {
  std::promise<dress> answer;
  auto found = answer.get_future();
  auto owned = std::make_unique<decltype(answer)>(std::move(answer));
  workers.enqueue(
      [](void* argument) {
        std::unique_ptr<std::promise<dress>> const own(static_cast<std::promise<dress>*>(argument));
        own->set_value(dress_of_this_thread());
      },
      owned.release());
  return found.get();
}

/// Keeps one worker of a pool from other work until it is destroyed.
class busy_worker {
 public:
  explicit busy_worker(tandem::cpu::pool& workers) {
    auto begun = shared_->begun.get_future();
    auto argument = std::make_unique<std::shared_ptr<gate>>(shared_);
    workers.enqueue(
        [](void* owned) {
          std::unique_ptr<std::shared_ptr<gate>> const own(static_cast<std::shared_ptr<gate>*>(owned));
          (*own)->begun.set_value(dress_of_this_thread());
          (*own)->go_on.get_future().wait();
        },
        argument.release());
    dress_ = begun.get();
  }
  ~busy_worker() { shared_->go_on.set_value(); }
  busy_worker(busy_worker const&) = delete;
  busy_worker& operator=(busy_worker const&) = delete;

  /// The worker's, in this pool.
  dress const& worn() const noexcept { return dress_; }

 private:
  struct gate {
    std::promise<dress> begun;
    std::promise<void> go_on;
  };
  std::shared_ptr<gate> shared_ = std::make_shared<gate>();
  dress dress_;
};

} // namespace

// On threads of their own, whose stacks are gone when the leak checker looks for pointers.
TEST_CASE("queued calls: what a group leaves behind is not lost while it waits for a worker", "[pool]") {
  auto const threads = GENERATE(2u, 3u);
  tandem::cpu::pool_options options;
  options.threads = threads;
  int ran = 0;
  {
    tandem::cpu::pool workers(options);
    std::unique_ptr<busy_worker> busy[2];
    for (unsigned w = 0; w + 1 < threads; ++w)
      busy[w] = std::make_unique<busy_worker>(workers);
    std::thread([&] {
      tandem::cpu::task_group group(&workers);
      for (int i = 0; i < 10; ++i)
        group.spawn([&ran] { ++ran; });
      group.wait();
    }).join();
    CHECK_FALSE(something_is_lost());
  }
  CHECK(ran == 10);
}

TEST_CASE("queued calls: a worker that outlasts its pool takes off what it wore there", "[pool]") {
  auto const before = dress_of_this_thread();
  tandem::cpu::pool_options plain, dressed;
  // All workers there are, so that the next pool gets one of them.
  plain.threads = dressed.threads = static_cast<std::size_t>(std::max(2, before.second));
  dressed.name = "dressed";
  dressed.pin = true;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<busy_worker>> busy;
    {
      tandem::cpu::pool workers(dressed);
      for (std::size_t w = 1; w < workers.threads(); ++w)
        busy.push_back(std::make_unique<busy_worker>(workers));
      CHECK(busy.back()->worn().first.starts_with("dressed/"));
      CHECK(busy.back()->worn().second == 1);
    }
    CHECK_FALSE(something_is_lost());
    busy.clear();
    tandem::cpu::pool others(plain);
    CHECK(dress_of_a_worker(others) == before);
  }
}
