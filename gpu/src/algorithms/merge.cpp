#include <tandem/gpu/merge.hpp>

#include "merge_passes.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace tandem::gpu {
namespace detail {
namespace {

operand part_of(operand whole, std::size_t first, std::size_t count, std::size_t element_bytes) {
  whole.count = count;
  if (whole.resident != nullptr)
    whole.offset_bytes += first * element_bytes;
  else
    whole.host = static_cast<std::byte*>(whole.host) + first * element_bytes;
  return whole;
}

std::uint64_t words_for_reading(recorder& work, operand const& from, std::size_t bytes) {
  return from.resident != nullptr ? work.address(*from.resident, from.offset_bytes)
                                  : work.input(from.host, bytes);
}

std::uint64_t words_for_writing(recorder& work, operand const& to, std::size_t bytes) {
  return to.resident != nullptr ? work.address(*to.resident, to.offset_bytes)
                                : work.output(to.host, bytes, host_write::when_complete);
}

/// Merges what the device can hold.
void merge_piece(merge_order const& order, keyed_range const& a, keyed_range const& b,
                 keyed_range const& out) {
  std::size_t const n = out.count();
  if (n == 0)
    return;
  recorder work = order.owner().record();
  auto const inputs = [&](operand const& from_a, operand const& from_b, std::size_t bytes) {
    std::uint64_t const x = from_a.count != 0 ? words_for_reading(work, from_a, from_a.count * bytes) : 0;
    std::uint64_t const y = from_b.count != 0 ? words_for_reading(work, from_b, from_b.count * bytes) : 0;
    return std::pair(x != 0 ? x : y, y != 0 ? y : x);
  };
  merge_buffers at;
  std::tie(at.a, at.b) = inputs(a.keys, b.keys, order.key_bytes());
  at.to = words_for_writing(work, out.keys, n * order.key_bytes());
  if (order.value_bytes() != 0) {
    std::tie(at.values_a, at.values_b) = inputs(a.values, b.values, order.value_bytes());
    at.values_to = words_for_writing(work, out.values, n * order.value_bytes());
  }
  memory const splits = work.scratch(order.split_bytes(n));
  order.record_merge(work, splits, at, n, 0, a.count());
  work.run();
}

/// Whether b[j] comes before a[i].
bool comes_first(merge_order const& order, operand const& a, std::size_t i, operand const& b, std::size_t j,
                 memory const& answer) {
  recorder work = order.owner().record();
  std::uint64_t const x = address_for_reading(work, a, i, 1);
  std::uint64_t const y = address_for_reading(work, b, j, 1);
  order.record_less(work, x, y, work.address(answer));
  work.run();
  std::uint32_t result = 0;
  answer.download(&result, 4);
  return result != 0;
}

} // namespace

keyed_range keyed_range::part(std::size_t first, std::size_t count, std::size_t value_bytes) const {
  keyed_range some{part_of(keys, first, count, size_of(keys.type))};
  if (value_bytes != 0)
    some.values = part_of(values, first, count, value_bytes);
  return some;
}

void merge_ranges(merge_order const& order, keyed_range const& a, keyed_range const& b,
                  keyed_range const& out) {
  std::size_t const n = a.count() + b.count();
  std::size_t const piece = order.most();
  std::size_t const bytes = order.value_bytes();
  if (n <= piece)
    return merge_piece(order, a, b, out.part(0, n, bytes));
  memory const answer = order.owner().allocate(4);
  std::size_t from_a = 0;
  for (std::size_t first = 0; first < n; first += piece) {
    std::size_t const count = std::min(piece, n - first);
    std::size_t const end = first + count;
    // A binary search by single comparisons; the share of a grows by at most the piece, whatever they say.
    std::size_t low = std::max(from_a, end > b.count() ? end - b.count() : 0);
    std::size_t high = std::min(a.count(), from_a + count);
    while (low < high) {
      std::size_t const middle = low + (high - low) / 2;
      if (comes_first(order, a.keys, middle, b.keys, end - middle - 1, answer))
        high = middle;
      else
        low = middle + 1;
    }
    merge_piece(order, a.part(from_a, low - from_a, bytes),
                b.part(first - from_a, end - low - (first - from_a), bytes), out.part(first, count, bytes));
    from_a = low;
  }
}

namespace {

/// Copies a range of the host to where another is.
void copy_back(std::byte const* from, operand const& to, std::size_t bytes) {
  if (to.resident != nullptr)
    to.resident->upload(from, bytes, to.offset_bytes);
  else
    std::memcpy(to.host, from, bytes);
}

} // namespace

void merge_all_runs(merge_order const& order, keyed_range const& all, std::size_t width) {
  std::size_t const n = all.count();
  if (n <= width)
    return;
  std::size_t const value_bytes = order.value_bytes();
  auto const keys = std::make_unique_for_overwrite<std::byte[]>(n * order.key_bytes());
  auto const values = std::make_unique_for_overwrite<std::byte[]>(n * value_bytes);
  keyed_range spare{{keys.get(), nullptr, n, all.keys.type, 0}, {values.get(), nullptr, n, all.keys.type, 0}};
  keyed_range const* from = &all;
  keyed_range const* to = &spare;
  auto const finish = [&] {
    if (from != &spare)
      return;
    copy_back(keys.get(), all.keys, n * order.key_bytes());
    if (value_bytes != 0)
      copy_back(values.get(), all.values, n * value_bytes);
  };
  try {
    for (; width < n; width *= 2, std::swap(from, to))
      for (std::size_t first = 0; first < n; first += 2 * width) {
        std::size_t const na = std::min(width, n - first);
        std::size_t const nb = std::min(width, n - first - na);
        merge_ranges(order, from->part(first, na, value_bytes), from->part(first + na, nb, value_bytes),
                     to->part(first, na + nb, value_bytes));
      }
  } catch (...) {
    finish(); // `from` holds all elements
    throw;
  }
  finish();
}

namespace {

void check_merge(operand const& a, operand const& b, operand const& out) {
  if (a.type != b.type || a.type != out.type)
    throw std::invalid_argument(join({"gpu::merge: ranges of ", name_of(a.type), " and ", name_of(b.type),
                                      " into one of ", name_of(out.type)}));
  if (out.count < a.count + b.count)
    throw std::invalid_argument("gpu::merge: an output of " + std::to_string(out.count) + " elements for " +
                                std::to_string(a.count) + " and " + std::to_string(b.count));
}

} // namespace
} // namespace detail

void merge(device const& where, kernel_site& site, recording const& recorded, operand const& a,
           operand const& b, operand const& out) {
  detail::check_merge(a, b, out);
  detail::merge_ranges({where.engine(), site, recorded, a.type}, {a}, {b}, {out});
}

void merge(device const& where, operand const& a, operand const& b, operand const& out, sort_order order) {
  detail::check_merge(a, b, out);
  detail::merge_ranges({where.engine(), a.type, order, 0}, {a}, {b}, {out});
}

bool warm_merge_sort(device const& where, kernel_site& site, recording const& recorded, scalar type,
                     std::size_t n) {
  using enum detail::merge_step;
  detail::merge_order const order(where.engine(), site, recorded, type);
  return n <= order.tile() ? order.warm({tile}) : order.warm({tile, split, repair, pass});
}

bool warm_merge(device const& where, kernel_site& site, recording const& recorded, scalar type) {
  using enum detail::merge_step;
  return detail::merge_order(where.engine(), site, recorded, type).warm({split, repair, pass});
}

bool warm_merge(device const& where, scalar type) {
  using enum detail::merge_step;
  return detail::merge_order(where.engine(), type, sort_order::ascending, 0).warm({split, repair, pass});
}

} // namespace tandem::gpu
