// Many producers and consumers of every kind, with random timeouts, cancellations and closes: every value
// must come out exactly once or be given back, and the values of one producer in order.
#include "support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

namespace {

constexpr std::uint64_t producer_shift = 40;

struct ledger {
  explicit ledger(std::size_t producers, std::uint64_t per_producer) : seen(producers) {
    for (auto& s : seen)
      s = std::vector<std::atomic<std::uint8_t>>(per_producer);
  }
  void record(std::uint64_t item) {
    ++seen[item >> producer_shift][item & ((std::uint64_t{1} << producer_shift) - 1)];
  }
  std::uint64_t wrong() const {
    std::uint64_t n = 0;
    for (auto const& s : seen)
      for (auto const& count : s)
        n += count != 1;
    return n;
  }
  std::vector<std::vector<std::atomic<std::uint8_t>>> seen;
};

// Checks that what one consumer sees of each producer is increasing.
class order_checker {
 public:
  explicit order_checker(std::size_t producers) : last_(producers, 0) {}
  bool operator()(std::uint64_t item) {
    auto& last = last_[item >> producer_shift];
    std::uint64_t const sequence = (item & ((std::uint64_t{1} << producer_shift) - 1)) + 1;
    bool const good = sequence > last;
    last = sequence;
    return good;
  }

 private:
  std::vector<std::uint64_t> last_;
};

struct mixture {
  std::size_t thread_producers, thread_consumers, coroutine_producers, coroutine_consumers, capacity;
  std::uint64_t per_producer;
  double timeouts;
};

// Tries until the value is in: a push that timed out or was cancelled is repeated with the value that came
// back.
void produce(tandem::queue<std::uint64_t>& q, std::uint64_t who, std::uint64_t n, double timeouts) {
  std::minstd_rand random(static_cast<unsigned>(who + 1));
  std::bernoulli_distribution impatient(timeouts);
  for (std::uint64_t i = 0; i < n; ++i) {
    std::uint64_t value = who << producer_shift | i;
    for (;;) {
      auto r = impatient(random) ? q.push_for(value, std::chrono::microseconds(random() % 3)) : q.push(value);
      if (r)
        break;
      value = r.rejected().value();
    }
  }
}

void consume(tandem::queue<std::uint64_t>& q, ledger& book, std::size_t producers,
             std::atomic<long>& disorder, double timeouts, unsigned seed) {
  std::minstd_rand random(seed);
  std::bernoulli_distribution impatient(timeouts);
  order_checker in_order(producers);
  for (;;) {
    auto r = impatient(random) ? q.pop_for(std::chrono::microseconds(random() % 3)) : q.pop();
    if (r) {
      book.record(*r);
      disorder += !in_order(*r);
    } else if (r.status() == wait_status::closed) {
      return;
    }
  }
}

asio::awaitable<void> produce_async(tandem::queue<std::uint64_t>& q, std::uint64_t who, std::uint64_t n,
                                    double timeouts) {
  std::minstd_rand random(static_cast<unsigned>(who + 1));
  std::bernoulli_distribution impatient(timeouts);
  for (std::uint64_t i = 0; i < n; ++i) {
    std::uint64_t value = who << producer_shift | i;
    for (;;) {
      tandem::push_result<std::uint64_t> r;
      if (impatient(random))
        r = co_await tandem::with_timeout(std::chrono::microseconds(random() % 50), [&](auto&& token) {
          return q.async_push(value, std::move(token));
        });
      else if (auto v = value; q.try_push(std::move(v)) != wait_status::ok)
        r = co_await q.async_push(value);
      if (r)
        break;
      value = r.rejected().value();
    }
  }
}

asio::awaitable<void> consume_async(tandem::queue<std::uint64_t>& q, ledger& book, std::size_t producers,
                                    std::atomic<long>& disorder, double timeouts, unsigned seed) {
  std::minstd_rand random(seed);
  std::bernoulli_distribution impatient(timeouts);
  order_checker in_order(producers);
  for (;;) {
    std::optional<std::uint64_t> item;
    try {
      if (impatient(random))
        item = co_await tandem::with_timeout(std::chrono::microseconds(random() % 50),
                                             [&](auto&& token) { return q.async_pop(std::move(token)); });
      else
        item = co_await q.async_pop();
      if (!item)
        co_return;
    } catch (std::system_error const& e) {
      if (e.code() != asio::error::timed_out)
        throw;
      continue;
    }
    book.record(*item);
    disorder += !in_order(*item);
  }
}

void check(mixture const& m) {
  tandem::queue<std::uint64_t> q(m.capacity);
  std::size_t const producers = m.thread_producers + m.coroutine_producers;
  ledger book(producers, m.per_producer);
  std::atomic<long> disorder{0};
  asio::io_context producing(1), consuming(1);
  std::vector<std::thread> pushers, poppers;
  unsigned seed = 100;
  for (std::size_t i = 0; i < m.thread_producers; ++i)
    pushers.emplace_back([&, i] { produce(q, i, m.per_producer, m.timeouts); });
  for (std::size_t i = 0; i < m.coroutine_producers; ++i)
    asio::co_spawn(producing, produce_async(q, m.thread_producers + i, m.per_producer, m.timeouts),
                   asio::detached);
  if (m.coroutine_producers)
    pushers.emplace_back([&] { producing.run(); });
  for (std::size_t i = 0; i < m.thread_consumers; ++i)
    poppers.emplace_back([&, s = ++seed] { consume(q, book, producers, disorder, m.timeouts, s); });
  for (std::size_t i = 0; i < m.coroutine_consumers; ++i)
    asio::co_spawn(consuming, consume_async(q, book, producers, disorder, m.timeouts, ++seed),
                   asio::detached);
  if (m.coroutine_consumers)
    poppers.emplace_back([&] { consuming.run(); });
  for (auto& t : pushers)
    t.join();
  q.close();
  for (auto& t : poppers)
    t.join();
  CHECK(book.wrong() == 0);
  CHECK(disorder == 0);
  CHECK(q.empty());
}

} // namespace

TEST_CASE("nothing is lost, doubled or out of order with threads and timeouts") {
  for (std::size_t capacity : {1u, 3u, 1024u}) {
    check({1, 1, 0, 0, capacity, 20000, 0.01});
    check({3, 2, 0, 0, capacity, 10000, 0.05});
  }
}

TEST_CASE("nothing is lost, doubled or out of order with coroutines and timeouts") {
  for (std::size_t capacity : {1u, 3u, 1024u}) {
    check({0, 0, 1, 1, capacity, 20000, 0.01});
    check({0, 0, 3, 2, capacity, 5000, 0.2});
  }
}

TEST_CASE("nothing is lost, doubled or out of order with threads and coroutines together") {
  for (std::size_t capacity : {1u, 64u}) {
    check({1, 0, 0, 1, capacity, 20000, 0.05});
    check({0, 1, 1, 0, capacity, 20000, 0.05});
    check({2, 2, 2, 2, capacity, 5000, 0.05});
  }
}

TEST_CASE("ten million items with one per cent of timeouts", "[slow]") {
  check({2, 2, 0, 0, 1024, 4'000'000, 0.01});
  check({1, 1, 1, 1, 256, 1'000'000, 0.01});
}

TEST_CASE("a queue closed at a random moment delivers what was accepted and gives the rest back") {
  for (unsigned round = 0; round < 100; ++round) {
    tandem::queue<std::uint64_t> q(1 + round % 5);
    std::atomic<std::uint64_t> accepted{0}, popped{0}, lost{0};
    std::vector<std::thread> threads;
    for (unsigned p = 0; p < 2; ++p)
      threads.emplace_back([&, p] {
        for (std::uint64_t i = 1;; ++i) {
          auto r = p == 0 ? q.push(i) : q.push_for(i, std::chrono::microseconds(i % 3));
          if (r)
            accepted += i;
          else if (r.rejected() != i)
            ++lost;
          if (r.status() == wait_status::closed)
            return;
        }
      });
    for (unsigned c = 0; c < 2; ++c)
      threads.emplace_back([&] {
        while (auto item = q.pop())
          popped += *item;
      });
    std::this_thread::sleep_for(std::chrono::microseconds(50 + round * 7));
    q.close();
    for (auto& t : threads)
      t.join();
    REQUIRE(accepted == popped);
    REQUIRE(lost == 0);
  }
}

TEST_CASE("bytes are accounted exactly under contention") {
  tandem::queue<std::uint64_t> q({.items = 8, .bytes = 40},
                                 [](std::uint64_t const& v) { return std::size_t(v % 30); });
  std::atomic<std::uint64_t> in{0}, out{0};
  std::vector<std::thread> threads;
  std::atomic<int> producing{3};
  for (unsigned p = 0; p < 3; ++p)
    threads.emplace_back([&, p] {
      std::minstd_rand random(p + 1);
      for (int i = 0; i < 20000; ++i) {
        std::uint64_t const v = random();
        if (!q.push(v))
          FAIL("push failed");
        in += v;
      }
      if (--producing == 0)
        q.close();
    });
  for (unsigned c = 0; c < 2; ++c)
    threads.emplace_back([&] {
      while (auto item = q.pop())
        out += *item;
    });
  for (auto& t : threads)
    t.join();
  CHECK(in == out);
  CHECK(q.size_bytes() == 0);
}
