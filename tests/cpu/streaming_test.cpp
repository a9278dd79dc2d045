#include "support.hpp"

#include <tandem/cpu/streaming.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <cstring>
#include <vector>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEST_CASE("streaming_copy copies what it is told to, at any place and size", "[streaming]") {
  constexpr std::size_t guard = 64, page = 4096;
  auto const in = random_values<std::uint8_t>(3 * page + 200, 1);
  for (std::size_t to : {0, 1, 7, 31, 63, 64, 4032, 4095})
    for (std::size_t from : {0, 1, 16, 33})
      for (std::size_t size : {0, 1, 15, 63, 64, 65, 127, 128, 1000, 4095, 4096, 4097, 8192, 12288}) {
        std::vector<std::uint8_t> expected(to + size + guard, 0xa5);
        auto out = expected;
        std::memcpy(expected.data() + to, in.data() + from, size);
        cpu::streaming_copy(out.data() + to, in.data() + from, size);
        cpu::streaming_fence();
        CAPTURE(to, from, size);
        CHECK(out == expected);
      }
}
