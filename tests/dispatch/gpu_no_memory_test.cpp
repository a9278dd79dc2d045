// Sorts by key of which the calling thread cannot have its n-th piece of memory, for every n: keys and values stay together.
#include "eager_device.hpp"
#include "support/replaced_new.hpp"
#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

using namespace tandem;
using namespace tandem_test;

namespace {

/// How many more pieces the thread gets before one is refused; negative: as many as it likes.
thread_local long pieces_left = -1;

} // namespace

void tandem_test::before_allocation() {
  if (pieces_left == 0) {
    pieces_left = -1; // the next one it gets
    throw std::bad_alloc();
  }
  if (pieces_left > 0)
    --pieces_left;
}

namespace {

constexpr std::size_t size = 9000; // so that no piece is large enough to be kept from one call to the next

struct pairs {
  std::vector<std::uint32_t> keys = std::vector<std::uint32_t>(size);
  std::vector<std::uint32_t> values = std::vector<std::uint32_t>(size);

  pairs() {
    for (std::uint32_t i = 0; i < size; ++i)
      keys[i] = i * 2654435761u, values[i] = ~keys[i];
  }
  bool together() const {
    for (std::size_t i = 0; i < size; ++i)
      if (values[i] != ~keys[i])
        return false;
    return true;
  }
};

/// Refuses each piece of sort(pairs) in turn; returns how many there are.
template <class Sort>
long refuse_each(Sort const& sort) {
  for (long n = 0;; ++n) {
    pairs mine;
    bool refused = false;
    pieces_left = n;
    try {
      sort(mine);
    } catch (std::bad_alloc const&) {
      refused = true;
    }
    bool const all_given = pieces_left > 0;
    pieces_left = -1;
    CAPTURE(n, refused);
    REQUIRE(mine.together());
    REQUIRE((refused || std::is_sorted(mine.keys.begin(), mine.keys.end())));
    if (all_given)
      return n;
  }
}

} // namespace

TEST_CASE("A divided sort by key that gets no memory keeps keys and values together", "[gpu][split][sort]") {
  bool found = false;
  for (auto const& device : gpu::list_devices())
    found = found || device.usable();
  if (!found)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  runtime where;
  auto const sort = [](pairs& mine) {
    auto const left = std::exchange(pieces_left, -1);
    runtime fresh; // to which no device has failed
    fresh.find_device();
    pieces_left = left;
    parallel_sort_by_key(on_both.with(fresh), mine.keys, mine.values);
  };
  pairs first; // kernels are there from now on
  parallel_sort_by_key(on_both.with(where), first.keys, first.values);
  REQUIRE(where.last_decision().where() == backend::both);
  CHECK(refuse_each([&](pairs& mine) { sort(mine); }) >=
        3); // room for the order, for the parts, to move by it
}

TEST_CASE("A sort by key on the CPU that gets no memory keeps keys and values together", "[sort]") {
  auto const by_low_bits = [](std::uint32_t a, std::uint32_t b) {
    return (a << 16 | a >> 16) < (b << 16 | b >> 16);
  };
  pairs mine;
  parallel_sort_by_key(on_cpu, mine.keys, mine.values, by_low_bits);
  for (long n = 0; n < 50; ++n) {
    pairs again;
    bool refused = false;
    pieces_left = n;
    try {
      parallel_sort_by_key(on_cpu, again.keys, again.values, by_low_bits);
    } catch (std::bad_alloc const&) {
      refused = true;
    }
    bool const all_given = pieces_left > 0;
    pieces_left = -1;
    CAPTURE(n, refused);
    REQUIRE(again.together());
    if (all_given) {
      REQUIRE(again.keys == mine.keys);
      return;
    }
  }
  FAIL("it asks for memory again and again");
}
