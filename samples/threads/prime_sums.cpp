// Threads that give results back: a std::async per part, a packaged task on a named thread with a stack of its own size, and
// jthreads that borrow the caller's data because they end before it does. The work: the primes under two million.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <future>
#include <numeric>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <pthread.h>

namespace {

constexpr std::uint32_t limit = 2'000'000;

std::vector<bool> sieve_up_to(std::uint32_t end) {
  std::vector<bool> composite(end);
  for (std::uint32_t i = 2; i * i < end; ++i)
    if (!composite[i])
      for (std::uint32_t j = i * i; j < end; j += i)
        composite[j] = true;
  return composite;
}

struct tally {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
};

tally primes_between(std::vector<bool> const& composite, std::uint32_t first, std::uint32_t last) {
  tally found;
  for (std::uint32_t i = first; i < last; ++i)
    if (i >= 2 && !composite[i])
      found = {found.count + 1, found.sum + i};
  return found;
}

/// A thread with a name that debuggers show, and a stack that recursion of known depth fits into; std::thread offers neither.
class named_thread {
 public:
  named_thread(std::string name, std::size_t stack_bytes, std::packaged_task<tally()> task)
      : name_(std::move(name)), task_(std::move(task)) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    int const bad_size = pthread_attr_setstacksize(&attributes, stack_bytes);
    int const failed =
        bad_size != 0 ? bad_size : pthread_create(&handle_, &attributes, &named_thread::run, this);
    pthread_attr_destroy(&attributes);
    if (failed != 0)
      throw std::system_error(failed, std::generic_category(), "thread '" + name_ + "'");
  }
  named_thread(named_thread const&) = delete;
  named_thread& operator=(named_thread const&) = delete;
  ~named_thread() { pthread_join(handle_, nullptr); }

 private:
  static void* run(void* self) {
    auto& me = *static_cast<named_thread*>(self);
    pthread_setname_np(pthread_self(), me.name_.c_str());
    me.task_();
    return nullptr;
  }

  std::string name_;
  std::packaged_task<tally()> task_;
  pthread_t handle_{};
};

std::string name_of_this_thread() {
  char name[16] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

} // namespace

int main() {
  auto const composite = sieve_up_to(limit);

  // Spawn and join with results: get() joins, and rethrows what the thread threw.
  std::vector<std::future<tally>> parts;
  for (std::uint32_t first = 0; first < limit; first += limit / 4)
    parts.push_back(
        std::async(std::launch::async, primes_between, std::cref(composite), first, first + limit / 4));
  tally all;
  for (auto& part : parts) {
    auto const found = part.get();
    all = {all.count + found.count, all.sum + found.sum};
  }
  std::printf("%llu primes under %u, their sum is %llu\n", static_cast<unsigned long long>(all.count), limit,
              static_cast<unsigned long long>(all.sum));

  // A name and a stack size.
  std::string ran_on;
  std::packaged_task<tally()> task([&] {
    ran_on = name_of_this_thread();
    return primes_between(composite, 0, 1000);
  });
  auto small = task.get_future();
  { named_thread const counter("prime-counter", 256 << 10, std::move(task)); }
  std::printf("%llu of them under 1000, counted on thread '%s'\n",
              static_cast<unsigned long long>(small.get().count), ran_on.c_str());

  // Scoped borrowing: each thread writes its own part of a vector that lives here.
  std::vector<std::uint64_t> gaps(limit / 100);
  {
    std::vector<std::jthread> scope;
    for (std::size_t part = 0; part < 2; ++part)
      scope.emplace_back(
          [&composite, mine = std::span(gaps).subspan(part * gaps.size() / 2, gaps.size() / 2), part] {
            for (std::size_t i = 0; i < mine.size(); ++i) {
              auto const first = static_cast<std::uint32_t>((part * mine.size() + i) * 100);
              mine[i] = primes_between(composite, first, first + 100).count;
            }
          });
  } // joined here
  bool const right = std::accumulate(gaps.begin(), gaps.end(), std::uint64_t{0}) == all.count;
  std::printf("the hundreds together: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
