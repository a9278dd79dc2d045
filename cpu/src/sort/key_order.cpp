#include "sort/key_order.hpp"

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>

#include <algorithm>
#include <atomic>

namespace tandem::cpu::sorting {
namespace {

constexpr std::size_t scan_grain = 1 << 16;
constexpr std::size_t scan_block = 1 << 11;

/// Whether any neighbours of keys[0, n], n + 1 of them, are out of order.
template <class Order, bool Descending>
bool broken(isa level, typename Order::key const* keys, std::size_t n) {
  return vectorised(level, [keys, n] {
    unsigned found = 0;
    for (std::size_t i = 0; i < n; ++i) {
      auto const a = Order::place(keys[i]);
      auto const b = Order::place(keys[i + 1]);
      found |= (Descending ? a < b : b < a) ? 1U : 0U;
    }
    return found != 0;
  });
}

template <class Order, bool Descending>
bool in_order(execution const& how, typename Order::key const* keys, std::size_t n) {
  std::atomic<bool> unordered = false;
  for_ranges(how, n - 1, scan_grain, [&](std::size_t first, std::size_t last) {
    while (first < last && !unordered.load(std::memory_order_relaxed)) {
      std::size_t const block = std::min(last - first, scan_block);
      detail::prefetch(keys + first + block, block);
      if (broken<Order, Descending>(how.level, keys + first, block))
        unordered.store(true, std::memory_order_relaxed);
      first += block;
    }
  });
  return !unordered.load(std::memory_order_relaxed);
}

/// What the order can still be, seen from the first few neighbours and a few spread over the array.
template <class Order>
run suspect(typename Order::key const* keys, std::size_t n) {
  bool up = true;
  bool down = true;
  auto const look = [&](std::size_t i, std::size_t j) {
    auto const a = Order::place(keys[i]);
    auto const b = Order::place(keys[j]);
    up = up && a <= b;
    down = down && b <= a;
  };
  for (std::size_t i = 0; i + 1 < std::min<std::size_t>(n, 8); ++i)
    look(i, i + 1);
  std::size_t const stride = n / 16;
  for (std::size_t i = 0; stride > 1 && (up || down) && i + stride < n; i += stride)
    look(i, i + stride);
  return up ? run::ascending : down ? run::descending : run::none;
}

} // namespace

template <class Order>
run find_run(execution const& how, typename Order::key const* keys, std::size_t n) {
  if (n < 2)
    return run::ascending;
  switch (suspect<Order>(keys, n)) {
  case run::ascending:
    return in_order<Order, false>(how, keys, n) ? run::ascending : run::none;
  case run::descending:
    return in_order<Order, true>(how, keys, n) ? run::descending : run::none;
  case run::none:
    break;
  }
  return run::none;
}

template <class Key>
void reverse(execution const& how, Key* keys, std::size_t n) {
  for_ranges(how, n / 2, scan_grain, [=](std::size_t first, std::size_t last) {
    vectorised(how.level, [=] {
      Key* const front = keys + first;
      Key* const back = keys + (n - last); // the mirror image of front, lowest address first
      std::size_t const count = last - first;
      TANDEM_INDEPENDENT_ITERATIONS
      for (std::size_t i = 0; i < count; ++i) {
        Key const key = front[i];
        front[i] = back[count - 1 - i];
        back[count - 1 - i] = key;
      }
    });
  });
}

template run find_run<integer_order<std::int16_t>>(execution const&, std::int16_t const*, std::size_t);
template run find_run<integer_order<std::uint16_t>>(execution const&, std::uint16_t const*, std::size_t);
template run find_run<integer_order<std::int32_t>>(execution const&, std::int32_t const*, std::size_t);
template run find_run<integer_order<std::uint32_t>>(execution const&, std::uint32_t const*, std::size_t);
template run find_run<integer_order<std::int64_t>>(execution const&, std::int64_t const*, std::size_t);
template run find_run<integer_order<std::uint64_t>>(execution const&, std::uint64_t const*, std::size_t);
template run find_run<float_order<std::int32_t>>(execution const&, std::int32_t const*, std::size_t);
template run find_run<float_order<std::int64_t>>(execution const&, std::int64_t const*, std::size_t);
template void reverse(execution const&, std::uint16_t*, std::size_t);
template void reverse(execution const&, std::uint32_t*, std::size_t);
template void reverse(execution const&, std::uint64_t*, std::size_t);

} // namespace tandem::cpu::sorting
