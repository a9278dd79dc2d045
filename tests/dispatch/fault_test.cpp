#include "fault_sweep.hpp"

#include <numeric>
#include <random>

using namespace tandem;
using namespace tandem_test;

namespace {

constexpr std::size_t n =
    9001; // two blocks and a part of one, and less than what software devices borrow from the host

std::vector<float> floats() {
  std::mt19937 random(3);
  std::vector<float> values(n);
  for (auto& value : values)
    value = static_cast<float>(static_cast<std::int32_t>(random() % 20001) - 10000) / 3.0f;
  return values;
}

swept_call map_call() {
  return swept("map", [a = floats()](auto where) {
    return bytes_of(parallel_map(where, a, [](auto x) { return x * 1.5f + 2.0f; }));
  });
}

swept_call map_in_place() {
  return swept("map in place", [a = floats()](auto where) {
    return bytes_of(unchanged_by_errors(
        a, [&](auto& data) { parallel_map(where, data, data, [](auto x) { return x * x - 1.0f; }); }));
  });
}

swept_call map_of_arrays() {
  return swept("maps of arrays", [a = floats()](auto where) {
    array<float> x(a);
    auto y = parallel_map(where, x, [](auto v) { return v + 1.0f; });
    parallel_map(where, x, y, x, [](auto v, auto w) { return v * w; });
    return bytes_of(x.to_vector());
  });
}

swept_call generate_call() {
  return swept("generate", [](auto where) {
    std::vector<std::uint32_t> out(n);
    parallel_generate(where, out, [](auto i) { return i * 2654435761u; });
    return bytes_of(out);
  });
}

swept_call reduce_call() {
  return swept("reduce",
               [a = floats()](auto where) { return bytes_of(parallel_reduce(where, a, 1.0f, plus{})); });
}

swept_call map_reduce_call() {
  return swept("map_reduce", [a = floats()](auto where) {
    return bytes_of(parallel_map_reduce(where, a, a, 0.0f, plus{}, [](auto x, auto y) { return x * y; }));
  });
}

std::vector<swept_call> all_calls() {
  return {map_call(), map_in_place(), map_of_arrays(), generate_call(), reduce_call(), map_reduce_call()};
}

/// Every policy, every call.
void sweep_all(int fault, long step, bool arrays_may_be_lost = false) {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  for (auto const& what : all_calls()) {
    if (arrays_may_be_lost && std::string(what.name) == "maps of arrays")
      continue; // has a test of its own
    for (auto const policy : {under::automatic, under::gpu, under::both}) {
      auto const calls = sweep.run(what, policy, fault, step);
      CAPTURE(what.name, int(policy), calls);
      CHECK(calls > 2); // it did go to the device
    }
  }
}

} // namespace

TEST_CASE("Host memory of the driver runs out here and there", "[gpu][fault]") {
  sweep_all(out_of_host_memory, 7);
}
TEST_CASE("Device memory runs out here and there", "[gpu][fault]") {
  sweep_all(out_of_device_memory, 5);
}
TEST_CASE("The device is lost here and there", "[gpu][fault]") {
  sweep_all(device_lost, 9, true);
}
TEST_CASE("The driver is late here and there", "[gpu][fault]") {
  sweep_all(late, 11);
}

TEST_CASE("Host memory of the driver runs out at every call", "[gpu][fault][slow]") {
  sweep_all(out_of_host_memory, 1);
}
TEST_CASE("Device memory runs out at every call", "[gpu][fault][slow]") {
  sweep_all(out_of_device_memory, 1);
}
TEST_CASE("The device is lost at every call", "[gpu][fault][slow]") {
  sweep_all(device_lost, 1, true);
}

TEST_CASE("A device that fails is left alone, named in explain(), and used again after a while",
          "[gpu][fault]") {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  for (int const fault : {out_of_device_memory, device_lost}) {
    CAPTURE(fault);
    runtime where{sweep.options()};
    where.find_device();
    auto const call = map_call();
    auto const run = [&] { call.under_automatic(where); };
    REQUIRE(until_on_gpu(where, run));
    sweep.arm()(1, fault, true);
    auto const during = call.under_automatic(where);
    sweep.arm()(0, 0, false);
    runtime cpu_only{on_the_cpu(sweep.options())};
    CHECK(during == call.under_automatic(cpu_only));
    call.under_automatic(where);
    CHECK(where.last_decision().where() != backend::gpu);
    CHECK_THAT(where.explain(), Catch::Contains("left alone for a while") &&
                                    Catch::Contains("failed and is tried again later: "));
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    CHECK(until_on_gpu(where, run));
    CHECK_THAT(where.explain(), !Catch::Contains("tried again later"));
  }
}

TEST_CASE("A device that hangs is given up, and the CPU serves", "[gpu][fault]") {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  for (auto const& call : {map_call(), map_in_place(), reduce_call()}) {
    CAPTURE(call.name);
    runtime where{sweep.options()};
    where.find_device();
    runtime cpu_only{on_the_cpu(sweep.options())};
    auto const expected = call.under_automatic(cpu_only);
    REQUIRE(until_on_gpu(where, [&] { CHECK(call.under_automatic(where) == expected); }));
    gpu::set_wait_limit(0.3);
    sweep.arm()(1, 2, true); // VK_TIMEOUT
    CHECK(call.under_automatic(where) == expected);
    CHECK_THAT(where.explain(), Catch::Contains("finished nothing for 0.3 s"));
    runtime insists{sweep.options()};
    try {
      static_cast<void>(call.under_gpu(insists));
      FAIL("the device seemed to finish");
    } catch (gpu::error const& failure) {
      CHECK(failure.vk_result() == 2);
    }
    CHECK(call.under_both(insists) == expected);
    sweep.arm()(0, 0, false);
    gpu::set_wait_limit(-1);                    // a busy machine's real work may take longer
    CHECK(call.under_gpu(insists) == expected); // opened anew
  }
}

TEST_CASE("An array whose only copy was on a lost device is a typed error, one that the host has is not",
          "[gpu][fault][array]") {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  runtime where{sweep.options()};
  auto const host = floats();
  auto const plus_one = [](auto x) { return x + 1.0f; };
  array<float> const kept(host);
  auto const made = parallel_map(on_gpu.with(where), kept, plus_one);
  sweep.arm()(1, device_lost, true);
  CHECK_THROWS_AS(parallel_map(on_gpu.with(where), kept, plus_one), gpu::error);
  auto const again = parallel_map(automatic.with(where), kept, plus_one); // from the host's copy
  sweep.arm()(0, 0, false);
  CHECK(again.to_vector() == parallel_map(on_cpu, host, plus_one));
  try { // memory that the host sees still holds finished results, other memory is gone
    CHECK(made.to_vector() == parallel_map(on_cpu, host, plus_one));
  } catch (gpu::error const& lost) {
    CHECK(lost.vk_result() == device_lost);
  }
  array<float> reused(host);
  parallel_map(on_gpu.with(where), kept, reused, plus_one);
  CHECK(reused.to_vector() == again.to_vector());
}
