// What an item costs on its way through a queue, in nanoseconds: tandem's queues against oneTBB's bounded
// queue, Asio's experimental channel, and a mutex with two condition variables. All contenders run in turn,
// several times; the table holds medians. Every run checks that the sum of what went in came out.
//
//   queue_bench [items, default 1000000] [repetitions, default 9]
#include <tandem/async.hpp>

#include <asio/experimental/channel.hpp>
#include <tbb/concurrent_queue.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
constexpr std::size_t capacity = 1024;

// The queue everybody writes first.
class mutex_queue {
 public:
  void push(long value) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, [&] { return items_.size() < capacity; });
    items_.push_back(value);
    not_empty_.notify_one();
  }
  long pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [&] { return !items_.empty(); });
    long const value = items_.front();
    items_.pop_front();
    not_full_.notify_one();
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable not_full_, not_empty_;
  std::deque<long> items_;
};

struct tandem_ends {
  tandem::queue<long> q{capacity};
  void push(long v) { (void)q.push(v); }
  long pop() { return q.pop().value(); }
};

struct tbb_ends {
  tbb::concurrent_bounded_queue<long> q;
  tbb_ends() { q.set_capacity(capacity); }
  void push(long v) { q.push(v); }
  long pop() {
    long v = 0;
    q.pop(v);
    return v;
  }
};

void require_sum(long sum, long items) {
  if (sum != items * (items - 1) / 2)
    throw std::runtime_error("items were lost or doubled");
}

double since(clock_type::time_point start, long items) {
  return std::chrono::duration<double, std::nano>(clock_type::now() - start).count() /
         static_cast<double>(items);
}

template <class Queue>
double threads(long items, int producers, int consumers) {
  Queue q;
  std::atomic<long> sum{0};
  auto const start = clock_type::now();
  {
    std::vector<std::jthread> all;
    for (int p = 0; p < producers; ++p)
      all.emplace_back([&, p] {
        for (long i = p; i < items; i += producers)
          q.push(i);
      });
    for (int c = 0; c < consumers; ++c)
      all.emplace_back([&, n = items / consumers] {
        long mine = 0;
        for (long i = 0; i < n; ++i)
          mine += q.pop();
        sum += mine;
      });
  }
  double const ns = since(start, items);
  require_sum(sum, items);
  return ns;
}

using channel = asio::experimental::channel<void(std::error_code, long)>;

template <class Q>
asio::awaitable<void> through_queue(Q& q, long items, long& sum) {
  for (long i = 0; i < items; ++i) {
    if (q.try_push(long(i)) != tandem::wait_status::ok)
      (void)co_await q.async_push(i);
    auto item = q.try_pop();
    if (!item)
      item = {tandem::wait_status::ok, co_await q.async_pop()};
    sum += *item;
  }
}

asio::awaitable<void> through_channel(channel& c, long items, long& sum) {
  for (long i = 0; i < items; ++i) {
    if (!c.try_send(std::error_code(), i))
      co_await c.async_send({}, i, asio::use_awaitable);
    long value = 0;
    if (!c.try_receive([&](std::error_code, long v) { value = v; }))
      value = co_await c.async_receive(asio::use_awaitable);
    sum += value;
  }
}

template <class Q>
asio::awaitable<void> push_all(Q& q, long items) {
  for (long i = 0; i < items; ++i)
    (void)co_await q.async_push(i);
}
template <class Q>
asio::awaitable<void> pop_all(Q& q, long items, long& sum) {
  for (long i = 0; i < items; ++i) {
    auto const item = co_await q.async_pop();
    sum += *item;
  }
}
asio::awaitable<void> send_all(channel& c, long items) {
  for (long i = 0; i < items; ++i)
    co_await c.async_send({}, i, asio::use_awaitable);
}
asio::awaitable<void> receive_all(channel& c, long items, long& sum) {
  for (long i = 0; i < items; ++i)
    sum += co_await c.async_receive(asio::use_awaitable);
}

template <class Start>
double coroutines(long items, Start&& start) {
  asio::io_context io(1);
  long sum = 0;
  start(io, sum);
  auto const begun = clock_type::now();
  io.run();
  double const ns = since(begun, items);
  require_sum(sum, items);
  return ns;
}

struct contender {
  std::string scenario, name;
  std::function<double()> run;
  std::vector<double> ns = {};
  double median() {
    std::sort(ns.begin(), ns.end());
    return ns[ns.size() / 2];
  }
};

std::vector<contender> contenders(long items) {
  std::vector<contender> all;
  for (int n : {1, 2}) {
    auto const scenario = "threads, " + std::to_string(n) + " to " + std::to_string(n);
    all.push_back({scenario, "tandem::queue", [=] { return threads<tandem_ends>(items, n, n); }});
    all.push_back(
        {scenario, "tbb::concurrent_bounded_queue", [=] { return threads<tbb_ends>(items, n, n); }});
    all.push_back(
        {scenario, "mutex and condition variables", [=] { return threads<mutex_queue>(items, n, n); }});
  }
  auto const both = [=](auto make, auto first, auto... second) {
    return [=] {
      std::unique_ptr<std::remove_pointer_t<decltype(make(nullptr))>> q;
      return coroutines(items, [&](asio::io_context& io, long& sum) {
        q.reset(make(&io));
        first(io, *q, sum);
        (second(io, *q, sum), ...);
      });
    };
  };
  auto const spawn = [](auto& io, auto task) { asio::co_spawn(io, std::move(task), asio::detached); };
  auto const shared = [](asio::io_context*) { return new tandem::queue<long>(capacity); };
  auto const local = [](asio::io_context*) { return new tandem::local_queue<long>(capacity); };
  auto const asios = [](asio::io_context* io) { return io ? new channel(*io, capacity) : nullptr; };
  auto const through = [=](auto& io, auto& q, long& sum) { spawn(io, through_queue(q, items, sum)); };
  std::string const tried = "coroutine, try first", awaited = "two coroutines, always awaiting";
  all.push_back({tried, "tandem::queue", both(shared, through)});
  all.push_back({tried, "tandem::local_queue", both(local, through)});
  all.push_back({tried, "asio::experimental::channel", both(asios, [=](auto& io, auto& c, long& sum) {
                   spawn(io, through_channel(c, items, sum));
                 })});
  auto const pushing = [=](auto& io, auto& q, long&) { spawn(io, push_all(q, items)); };
  auto const popping = [=](auto& io, auto& q, long& sum) { spawn(io, pop_all(q, items, sum)); };
  all.push_back({awaited, "tandem::queue", both(shared, pushing, popping)});
  all.push_back({awaited, "tandem::local_queue", both(local, pushing, popping)});
  all.push_back({awaited, "asio::experimental::channel",
                 both(
                     asios, [=](auto& io, auto& c, long&) { spawn(io, send_all(c, items)); },
                     [=](auto& io, auto& c, long& sum) { spawn(io, receive_all(c, items, sum)); })});
  return all;
}

} // namespace

int main(int argc, char** argv) {
  long const items = argc > 1 ? std::atol(argv[1]) : 1000000;
  int const repetitions = argc > 2 ? std::atoi(argv[2]) : 9;
  auto all = contenders(items / 2 * 2);
  for (int r = 0; r < repetitions; ++r)
    for (auto& c : all)
      c.ns.push_back(c.run());
  std::printf("| scenario (capacity %zu) | queue | ns an item, median of %d |\n| --- | --- | ---: |\n",
              capacity, repetitions);
  for (auto& c : all)
    std::printf("| %s | %s | %.1f |\n", c.scenario.c_str(), c.name.c_str(), c.median());
}
