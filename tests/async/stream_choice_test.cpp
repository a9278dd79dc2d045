// Which device gets a chunk, and that a running stream allocates nothing: every operator new of this program
// is counted.
#include "stream_support.hpp"
#include "support/replaced_new.hpp"

#include <catch2/catch.hpp>

#include "stream/chunk_devices.hpp"

#include <thread>

using namespace tandem_test;
using tandem::run;
using tandem::detail::device_load;
using tandem::detail::earliest_finish;

namespace {

std::atomic<long> allocations{0};

} // namespace

void tandem_test::before_allocation() {
  ++allocations;
}

TEST_CASE("a chunk goes to the device that would finish it first") {
  auto const choose = [](std::vector<device_load> loads) { return earliest_finish(loads); };
  // One alone, or the others out of use.
  CHECK(choose({{.ns_per_chunk = 100}}) == 0);
  CHECK(choose({{.ns_per_chunk = 100}, {.ns_per_chunk = 1, .usable = false}}) == 0);
  // The faster one while it is free; the slower one when the queue before the faster one is long enough.
  CHECK(choose({{.ns_per_chunk = 100}, {.ns_per_chunk = 30}}) == 1);
  CHECK(choose({{.ns_per_chunk = 100}, {.ns_per_chunk = 30, .assigned = 2}}) == 1);
  CHECK(choose({{.ns_per_chunk = 100}, {.ns_per_chunk = 30, .assigned = 3}}) == 0);
  CHECK(choose({{.ns_per_chunk = 100, .assigned = 1}, {.ns_per_chunk = 30, .assigned = 3}}) == 1);
  // Lanes share what is waiting.
  CHECK(choose({{.ns_per_chunk = 100, .assigned = 1, .lanes = 4}, {.ns_per_chunk = 60}}) == 0);
  // Nothing known yet: tried at once.
  CHECK(choose({{.ns_per_chunk = 10}, {.ns_per_chunk = 0}}) == 1);
}

TEST_CASE("both devices stay busy: their shares follow their speeds") {
  // A simulated run: each chunk goes where it is predicted to finish first; every device works off its queue.
  double const ns[2] = {300, 100};
  double free_at[2] = {0, 0};
  std::vector<double> done[2];
  int chunks[2] = {0, 0};
  for (double now = 0; chunks[0] + chunks[1] < 400;
       now += 75) { // one chunk is read every 75 ns: as fast as both are together
    device_load loads[2];
    for (int d = 0; d < 2; ++d)
      loads[d] = {.ns_per_chunk = ns[d],
                  .assigned = static_cast<std::size_t>(
                      std::count_if(done[d].begin(), done[d].end(), [&](double t) { return t > now; }))};
    auto const d = earliest_finish(loads);
    free_at[d] = std::max(free_at[d], now) + ns[d];
    done[d].push_back(free_at[d]);
    ++chunks[d];
  }
  CHECK(chunks[0] > 80); // a quarter is ideal
  CHECK(chunks[0] < 120);
  CHECK(std::max(free_at[0], free_at[1]) < 1.1 * 400 * 75);
}

TEST_CASE("a chunk is not divided between threads that are all busy") {
  tandem::runtime two({.threads = 2, .device = "cpu"});
  auto const costly = [](float x) {
    for (int i = 0; i < 100; ++i)
      x = x * 0.5f + 1.0f / (x + 1.0f);
    return x;
  };
  std::vector<float> values(1 << 20, 1.0f);
  tandem::parallel_map(tandem::on_cpu.with(two), values, values, costly);
  tandem::parallel_map(tandem::on_cpu.with(two), values, values, costly);
  REQUIRE(two.last_decision().chosen.where == tandem::backend::parallel); // alone it is
  std::atomic<int> computed{0};
  std::vector<tandem::backend> where;
  run(tandem::generate(4 << 20, [](std::uint64_t) { return 1.0f; }) | tandem::map(costly) |
          tandem::stage<float>([&](std::span<float const> in, std::span<float> out) {
            where.push_back(two.last_decision().chosen.where); // of the map, on this lane
            std::copy(in.begin(), in.end(), out.begin());
            ++computed;
            return in.size();
          }) |
          tandem::for_each_chunk([&](auto) { // keeps one thread busy until all is computed
            while (computed < 4)
              std::this_thread::yield();
          }),
      {.chunk_bytes = 4 << 20, .credits = 8, .lanes = 1, .on_runtime = &two});
  REQUIRE(where.size() == 4);
  CHECK(where[2] == tandem::backend::serial);
  CHECK(where[3] == tandem::backend::serial);
}

TEST_CASE("nothing is allocated per chunk") {
  scratch dir;
  write_bytes(dir / "in", ramp(1 << 18));
  auto const cost_of = [&](std::uint64_t chunks, tandem::file_access access) {
    write_bytes(dir / "in", ramp(chunks * 1024));
    long const before = allocations;
    float total = 0;
    auto const report =
        run(tandem::read_file<float>(dir / "in", access) | tandem::map([](float x) { return x * 0.5f; }) |
                tandem::filter([](float x) { return x >= 1.0f; }) |
                tandem::fan_out(tandem::write_file(dir / "out", {.access = access}),
                                tandem::for_each_chunk([&](std::span<float const> s) { total += s[0]; })),
            {.chunk_bytes = 4096});
    REQUIRE(report.chunks == chunks);
    return allocations - before;
  };
  auto const access = tandem::file_access::as_set;
  cost_of(200, access); // call sites, the pool's first tasks and the runtime itself
  long const few = cost_of(20, access), many = cost_of(400, access);
  INFO("20 chunks: " << few << " allocations, 400 chunks: " << many);
  CHECK(many - few < 10); // 380 chunks more
}
