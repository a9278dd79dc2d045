#include "thread_dressing.hpp"

#include "happens_before.hpp"

#include <pthread.h>
#include <sched.h>

#include <cstddef>
#include <mutex>
#include <utility>

namespace tandem::cpu {
namespace {

constexpr std::size_t name_capacity = 16; // Linux: with the terminating zero

struct saved_dress {
  cpu_set_t processors;
  char name[name_capacity];
};

// A thread can enter one arena from within another.
thread_local std::vector<saved_dress> wardrobe;

struct retired_dressings {
  std::mutex mutex;
  std::vector<std::unique_ptr<thread_dressing>> all;

  static retired_dressings& get() {
    static auto* const instance = new retired_dressings; // never destroyed: workers may leave late
    return *instance;
  }
};

} // namespace

std::vector<int> allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> result;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int i = 0; i < CPU_SETSIZE; ++i)
      if (CPU_ISSET(i, &set))
        result.push_back(i);
  return result;
}

thread_dressing::thread_dressing(tbb::task_arena& arena, std::string name, bool pin)
    : tbb::task_scheduler_observer(arena), name_(std::move(name)),
      processors_(pin ? allowed_processors() : std::vector<int>{}) {
  happens_before_release(this);
  observe(true);
}

thread_dressing::~thread_dressing() {
  observe(false);
  happens_before_acquire(this);
}

void thread_dressing::retire(std::unique_ptr<thread_dressing> dressing) {
  auto& retired = retired_dressings::get();
  std::scoped_lock const lock(retired.mutex);
  retired.all.push_back(std::move(dressing));
  // An arena that is gone has let go of its observers.
  std::erase_if(retired.all, [](auto const& each) { return !each->is_observing(); });
}

void thread_dressing::on_scheduler_entry(bool is_worker) {
  happens_before_acquire(this);
  saved_dress before{};
  pthread_getaffinity_np(pthread_self(), sizeof before.processors, &before.processors);
  pthread_getname_np(pthread_self(), before.name, sizeof before.name);
  wardrobe.push_back(before);
  auto const index = tbb::this_task_arena::current_thread_index();
  if (index < 0)
    return;
  if (!processors_.empty()) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(processors_[static_cast<std::size_t>(index) % processors_.size()]),
            &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  }
  if (is_worker && !name_.empty()) {
    auto number = std::to_string(index);
    number.insert(0, 1, '/');
    pthread_setname_np(pthread_self(), (name_.substr(0, name_capacity - 1 - number.size()) + number).c_str());
  }
}

void thread_dressing::on_scheduler_exit(bool is_worker) {
  happens_before_acquire(this);
  if (wardrobe.empty())
    return;
  auto const before = wardrobe.back();
  wardrobe.pop_back();
  if (!processors_.empty())
    pthread_setaffinity_np(pthread_self(), sizeof before.processors, &before.processors);
  if (is_worker && !name_.empty())
    pthread_setname_np(pthread_self(), before.name);
  happens_before_release(this);
}

} // namespace tandem::cpu
