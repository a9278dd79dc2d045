#include "stream_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

using namespace tandem_test;
using tandem::generate;
using tandem::run;
using tandem::stream_options;
using tandem::wait_status;

namespace {

auto const index_of = [](std::uint64_t i) { return i; };

} // namespace

TEST_CASE("a stream gives what the algorithms give, for every size, chunk, lane and order") {
  for (std::uint64_t n : {0u, 1u, 7u, 1000u, 100000u})
    for (std::size_t chunk : {8u, 800u, 65536u})
      for (std::size_t lanes : {1u, 3u})
        for (bool ordered : {true, false}) {
          if (n / (chunk / 8) > 20000)
            continue;
          std::vector<double> expected;
          for (std::uint64_t i = 0; i < n; ++i)
            if (i % 3 != 0)
              expected.push_back(static_cast<double>(i) * 2.0);
          std::vector<double> got;
          auto const report =
              run(generate(n, index_of) | tandem::filter([](std::uint64_t i) { return i % 3 != 0; }) |
                      tandem::map([](std::uint64_t i) { return static_cast<double>(i) * 2.0; }) |
                      tandem::collect_into(got),
                  {.chunk_bytes = chunk, .lanes = lanes, .ordered = ordered});
          if (!ordered)
            std::sort(got.begin(), got.end());
          CAPTURE(n, chunk, lanes, ordered);
          REQUIRE(got == expected);
          CHECK(report.items_in == n);
          CHECK(report.items_out == expected.size());
          CHECK(report.credits_returned == report.credits);
          CHECK(report.most_in_flight <= report.credits);
        }
}

TEST_CASE("a scan and batches run over chunk borders") {
  std::vector<std::uint64_t> sums, expected;
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < 5000; ++i)
    expected.push_back(total += i);
  run(generate(5000, index_of) | tandem::scan(tandem::plus{}) | tandem::collect_into(sums),
      {.chunk_bytes = 100, .lanes = 4});
  CHECK(sums == expected);

  std::vector<std::size_t> sizes;
  std::vector<std::uint64_t> all;
  run(generate(1003, index_of) | tandem::filter([](std::uint64_t i) { return i % 2 == 0; }) |
          tandem::batch(10) | tandem::for_each_chunk([&](std::span<std::uint64_t const> chunk) {
            sizes.push_back(chunk.size());
            all.insert(all.end(), chunk.begin(), chunk.end());
          }),
      {.chunk_bytes = 8 * 13, .lanes = 3});
  REQUIRE(all.size() == 502);
  for (std::size_t i = 0; i < all.size(); ++i)
    REQUIRE(all[i] == 2 * i);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    CHECK(sizes[i] % 10 == 0);
  CHECK_THROWS_AS(tandem::batch(0), std::invalid_argument);
}

TEST_CASE("a batch larger than many chunks holds them back") {
  std::vector<std::size_t> sizes;
  run(generate(1000, index_of) | tandem::batch(300) |
          tandem::for_each_chunk([&](auto chunk) { sizes.push_back(chunk.size()); }),
      {.chunk_bytes = 8 * 7, .lanes = 2});
  CHECK(sizes == std::vector<std::size_t>{300, 300, 300, 100});
}

TEST_CASE("a user's stage may widen its input, and keep state when ordered") {
  std::vector<int> got;
  int seen = 0;
  run(generate(100, index_of) |
          tandem::stage<int>(
              [](std::span<std::uint64_t const> in, std::span<int> out) {
                std::size_t n = 0;
                for (auto x : in)
                  for (std::uint64_t k = 0; k < x % 3; ++k)
                    out[n++] = static_cast<int>(x);
                return n;
              },
              2) |
          tandem::stage<int>(
              [&](std::span<int const> in, std::span<int> out) {
                for (std::size_t i = 0; i < in.size(); ++i)
                  out[i] = seen++;
                return in.size();
              },
              1, true) |
          tandem::collect_into(got),
      {.chunk_bytes = 64, .lanes = 4});
  REQUIRE(got.size() == 99);
  for (int i = 0; i < 99; ++i)
    REQUIRE(got[static_cast<std::size_t>(i)] == i);
  auto const too_many = failure_of([] {
    run(generate(10, index_of) | tandem::stage<int>([](auto in, auto) { return in.size() + 1; }) |
        tandem::for_each_chunk([](std::span<int const>) {}));
  });
  CHECK(too_many.find("there was room for 10") != std::string::npos);
}

TEST_CASE("reductions over a stream combine chunks in order") {
  std::uint64_t sum = 5;
  run(generate(100000, index_of) | tandem::reduce_to(sum, tandem::plus{}), {.chunk_bytes = 4096});
  CHECK(sum == 5 + 100000ull * 99999 / 2);
  double squares = 0;
  run(generate(1000, index_of) | tandem::map_reduce_to(squares, tandem::plus{}, [](std::uint64_t i) {
        return static_cast<double>(i * i);
      }));
  CHECK(squares == 999.0 * 1000 * 1999 / 6);
}

TEST_CASE(
    "a reduction in mid-stream gives one element, whatever the chunks, and of an empty stream its init") {
  auto const square = [](std::uint64_t i) { return static_cast<double>(i * i); };
  auto const reduced = [&](std::uint64_t n, std::size_t chunk_bytes, auto stage) {
    std::vector<double> got;
    auto const report = run(generate(n, square) | std::move(stage) | tandem::collect_into(got),
                            {.chunk_bytes = chunk_bytes, .lanes = 3});
    CHECK(report.items_out == 1);
    CHECK(report.credits_returned == report.credits);
    return got;
  };
  for (std::uint64_t n : {0u, 1u, 1000u})
    for (std::size_t chunk_bytes : {8u, 72u, 1u << 20}) {
      double const m = static_cast<double>(n);
      double const squares = n == 0 ? 0 : (m - 1) * m * (2 * m - 1) / 6;
      CAPTURE(n, chunk_bytes);
      CHECK(reduced(n, chunk_bytes, tandem::reduce(7.0, tandem::plus{})) == std::vector<double>{7 + squares});
      CHECK(reduced(n, chunk_bytes, tandem::map_reduce(7.0, tandem::plus{}, [](double x) {
                      return 2 * x;
                    })) == std::vector<double>{7 + 2 * squares});
    }
  std::vector<std::uint64_t> last; // not commutative: the order is kept; and more stages behind it
  run(generate(1000, index_of) |
          tandem::reduce(std::uint64_t{0}, [](std::uint64_t, std::uint64_t b) { return b; }) |
          tandem::map([](std::uint64_t x) { return x + 1; }) | tandem::collect_into(last),
      {.chunk_bytes = 80, .lanes = 4});
  CHECK(last == std::vector<std::uint64_t>{1000});
}

TEST_CASE("generators that pull, and queues at both ends") {
  int left = 1000;
  auto pull = [&]() -> std::optional<int> { return left > 0 ? std::optional(left--) : std::nullopt; };
  tandem::queue<long> out(5);
  std::jthread runner([&] {
    run(generate(pull) | tandem::map([](int x) { return static_cast<long>(x) * 2; }) | tandem::into(out),
        {.chunk_bytes = 40});
    out.close();
  });
  tandem::queue<int> in(16);
  std::vector<int> got;
  std::jthread feeder([&] {
    while (auto x = out.pop())
      (void)in.push(static_cast<int>(*x));
    in.close();
  });
  run(tandem::from(in) | tandem::collect_into(got));
  REQUIRE(got.size() == 1000);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(got[static_cast<std::size_t>(i)] == 2 * (1000 - i));
}

TEST_CASE("co_await async_run gives the report, or throws; so do a future and a callback") {
  asio::io_context io(1);
  std::vector<std::uint64_t> got;
  run_coroutine(io, [&]() -> asio::awaitable<void> {
    auto const report = co_await tandem::async_run(generate(1000, index_of) | tandem::collect_into(got));
    CHECK(report.items_out == 1000);
    bool failed = false;
    try {
      co_await tandem::async_run(generate(10, index_of) | tandem::map([](std::uint64_t) -> int { throw 1; }) |
                                 tandem::for_each_chunk([](std::span<int const>) {}));
    } catch (tandem::stream_error const&) {
      failed = true;
    }
    CHECK(failed);
  });
  CHECK(got.size() == 1000);
  auto const counted = [] { return generate(1000, index_of) | tandem::for_each_chunk([](auto) {}); };
  CHECK(tandem::async_run(counted(), stream_options(), asio::use_future).get().items_out == 1000);
  std::promise<std::uint64_t> called; // and a callback, on a thread of the system's executor
  tandem::async_run(counted(), stream_options(), [&](std::exception_ptr e, tandem::stream_report report) {
    called.set_value(e ? 0 : report.items_out);
  });
  CHECK(called.get_future().get() == 1000);
  tandem::queue<int> never(1);
  asio::cancellation_signal stop;
  io.restart();
  bool cancelled = false;
  tandem::async_run(
      tandem::from(never) | tandem::for_each_chunk([](std::span<int const>) {}), stream_options(),
      asio::bind_cancellation_slot(stop.slot(),
                                   asio::bind_executor(io, [&](std::exception_ptr e, tandem::stream_report) {
                                     try {
                                       std::rethrow_exception(e);
                                     } catch (tandem::stream_cancelled const&) {
                                       cancelled = true;
                                     }
                                   })));
  asio::post(io, [&] { stop.emit(asio::cancellation_type::all); });
  io.run();
  CHECK(cancelled);
}

TEST_CASE("an error anywhere names its stage, chunk and cause, and every buffer comes back") {
  struct fault {
    char const* where;
    std::uint64_t item;
  };
  for (fault const f :
       {fault{"generate", 5000}, fault{"map", 0}, fault{"map", 7777}, fault{"callback", 9000}}) {
    CAPTURE(f.where, f.item);
    std::string const where = f.where;
    auto const failing = [&](char const* here) {
      return [&, fails = where == here](std::uint64_t x) {
        if (fails && x == f.item)
          throw std::domain_error("planted");
        return x;
      };
    };
    auto callback = failing("callback");
    bool caught = false;
    try {
      run(generate(10000, failing("generate")) | tandem::map(failing("map")) |
              tandem::for_each_chunk([&](std::span<std::uint64_t const> chunk) {
                for (auto x : chunk)
                  callback(x);
              }),
          {.chunk_bytes = 80, .lanes = 3});
    } catch (tandem::stream_error const& e) {
      caught = true;
      CHECK(e.stage() == where);
      CHECK(e.chunk() == f.item / 10);
      CHECK_THROWS_AS(std::rethrow_exception(e.cause()), std::domain_error);
      CHECK(e.report().credits_returned == e.report().credits);
    }
    CHECK(caught);
    CHECK(tandem::detail::staging_buffer::alive() == 0);
  }
}

TEST_CASE("chunks that fail can be skipped, or computed again on the CPU") {
  std::atomic<int> failures{0};
  auto const failing = [&](int times) {
    failures = times;
    return tandem::map([&](std::uint64_t x) {
      if (x == 500 && failures-- > 0)
        throw std::runtime_error("once");
      return x;
    });
  };
  std::vector<std::uint64_t> got;
  auto report = run(generate(1000, index_of) | failing(1) | tandem::collect_into(got),
                    {.chunk_bytes = 80, .errors = tandem::on_error::skip});
  CHECK(report.chunks_skipped == 1);
  CHECK(got.size() == 990);
  CHECK(std::find(got.begin(), got.end(), 500) == got.end());
  got.clear();
  report = run(generate(1000, index_of) | failing(1) | tandem::collect_into(got),
               {.chunk_bytes = 80, .errors = tandem::on_error::retry_on_cpu});
  CHECK(report.chunks_retried == 1);
  CHECK(got.size() == 1000);
  CHECK_THROWS_AS(run(generate(1000, index_of) | failing(2) | tandem::collect_into(got),
                      {.chunk_bytes = 80, .errors = tandem::on_error::retry_on_cpu}),
                  tandem::stream_error);
}

TEST_CASE("a stream can be cancelled at every chunk and wherever it waits") {
  for (std::uint64_t at = 0; at < 60; at += 7)
    for (int where = 0; where < 3; ++where) {
      std::stop_source stop;
      auto const stop_at = [&, at](int here) {
        return [&, at, here](std::uint64_t x) {
          if (here == where && x == at)
            stop.request_stop();
          return x;
        };
      };
      auto sink = stop_at(2);
      bool cancelled = false;
      try {
        run(generate(1000000, stop_at(0)) | tandem::map(stop_at(1)) | tandem::for_each_chunk([&](auto chunk) {
              for (auto x : chunk)
                sink(x);
            }),
            {.chunk_bytes = 16, .stop = stop.get_token()});
      } catch (tandem::stream_cancelled const& e) {
        cancelled = true;
        CHECK(e.report().credits_returned == e.report().credits);
      }
      CHECK(cancelled);
    }
  tandem::queue<std::uint64_t> full(1);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(5ms);
    stop.request_stop();
  });
  CHECK_THROWS_AS(run(generate(10, index_of) | tandem::into(full), {.stop = stop.get_token()}),
                  tandem::stream_cancelled);
  CHECK_THROWS_AS(run(generate(10, index_of) | tandem::into(full), {.stop = stop.get_token()}),
                  tandem::stream_cancelled); // requested before it began
  CHECK(tandem::detail::staging_buffer::alive() == 0);
}

TEST_CASE("a closed queue at the sink is an error, not a silent loss") {
  tandem::queue<std::uint64_t> q(1000);
  q.close();
  CHECK(failure_of([&] { run(generate(10, index_of) | tandem::into(q)); }).find("closed") !=
        std::string::npos);
}

TEST_CASE("memory is bounded by the credits while the consumer is slow") {
  tandem::stream_report report;
  std::atomic<std::uint64_t> made{0}, written{0};
  std::uint64_t furthest = 0;
  report = run(generate(2000, [&](std::uint64_t i) { return made = i; }) |
                   tandem::map([](std::uint64_t x) { return x; }) | tandem::for_each_chunk([&](auto chunk) {
                     furthest = std::max(furthest, made.load() - written.load());
                     std::this_thread::sleep_for(10us);
                     written += chunk.size();
                   }),
               {.chunk_bytes = 80, .credits = 4});
  CHECK(report.credits == 4);
  CHECK(report.buffer_bytes == 4 * 2 * 80);
  CHECK(furthest <= 50); // four credits of ten, and the element being made
}

TEST_CASE("progress and the report say how far and where the time went") {
  std::vector<tandem::stream_progress> seen;
  auto const begun = std::chrono::steady_clock::now();
  auto const as_long_as_all_so_far = [&](auto chunk) {
    if (chunk.back() == 99)
      std::this_thread::sleep_for(std::chrono::steady_clock::now() - begun + 1ms);
  };
  auto const report = run(generate(100, index_of) | tandem::map([](std::uint64_t x) { return x; }) |
                              tandem::for_each_chunk(as_long_as_all_so_far),
                          {.chunk_bytes = 80,
                           .progress = [&](tandem::stream_progress const& p) { seen.push_back(p); },
                           .progress_interval = std::chrono::milliseconds(0)});
  REQUIRE(seen.size() >= 2);
  for (std::size_t i = 1; i < seen.size(); ++i)
    CHECK(seen[i].items_written >= seen[i - 1].items_written);
  CHECK(seen.back().items_written == 100);
  CHECK(seen.back().fraction() == 1.0);
  CHECK(report.bottleneck == "callback");
  CHECK(report.stages.size() == 3);
  CHECK(report.chunks == 10);
  CHECK(report.latency_p99 >= report.latency_p50);
  CHECK(report.latency_p50.count() > 0);
  CHECK(report.to_string().find("bottleneck: callback") != std::string::npos);
}
