#include <catch2/catch.hpp>

#include "described_call.hpp"

using tandem_bench::described_call;

TEST_CASE("described call: the words become a request") {
  auto const map = described_call("map of 1e6 floats, work 20");
  CHECK(map.kind == tandem::algorithm::map);
  CHECK(map.n == 1'000'000);
  CHECK(map.work_per_element == 20);
  CHECK(map.read_bytes == 4e6);
  CHECK(map.written_bytes == 4e6);
  CHECK(map.upload_bytes == 4e6);
  CHECK(map.traceable);

  auto const sort = described_call("sort of 4Mi longs, resident");
  CHECK(sort.kind == tandem::algorithm::radix_sort);
  CHECK(sort.n == 4U << 20U);
  CHECK(sort.read_bytes == 8.0 * (4U << 20U));
  CHECK(sort.upload_bytes == 0);
  CHECK(sort.download_bytes == 0);
  CHECK(sort.needs_int64);

  CHECK(described_call("reduce of 1'000 doubles").written_bytes == 0);
  CHECK(described_call("reduce of 1_000 doubles").needs_float64);
  CHECK(described_call("comparison sort of 100").kind == tandem::algorithm::comparison_sort);
  CHECK(described_call("map of 5 ints, cpu only").cpu_only);
  CHECK(described_call("map of 5 ints, compiling").kernel == tandem::kernel_state::compiling);
}

TEST_CASE("described call: what is not understood is named, with what it may be") {
  struct wrong {
    char const* words;
    char const* named;
    char const* valid;
  };
  auto const given = GENERATE(wrong{"mop of 10", "mop", "radix_sort"}, wrong{"map of ten", "ten", "1e6"},
                              wrong{"map of 10 cats", "cats", "doubles"},
                              wrong{"map of 10, fast", "fast", "work 20"}, wrong{"map", "map", "for example"},
                              wrong{"", "", "for example"}, wrong{"map of -5", "-5", "1e6"},
                              wrong{"map of 1e99", "1e99", "1e6"}, wrong{"map of 10, work x", "x", "1e6"});
  CAPTURE(given.words);
  CHECK_THROWS_WITH(described_call(given.words),
                    Catch::Contains(std::string("'") + given.named + "'") && Catch::Contains(given.valid));
}
