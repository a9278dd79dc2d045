#include <tandem/gpu/merge.hpp>

#include "merge_passes.hpp"
#include "paced.hpp"

#include <tandem/gpu/device.hpp>

#include <stdexcept>
#include <utility>

namespace tandem::gpu {
namespace {

using namespace detail;

/// Sorts what the device can hold, in one submission: to and fro between the keys and scratch, so that the
/// last pass writes the keys.
void sort_piece(merge_order const& order, operand const& keys, std::size_t first, std::size_t n) {
  std::size_t const bytes = n * order.key_bytes();
  std::size_t passes = 0;
  for (std::size_t width = order.tile(); width < n; width *= 2)
    ++passes;
  recorder work = order.owner().record();
  merge_buffers at;
  at.a = keys.resident != nullptr
             ? work.address(*keys.resident, keys.offset_bytes + first * order.key_bytes())
             : work.input_output(static_cast<std::byte*>(keys.host) + first * order.key_bytes(), bytes);
  std::uint64_t other = passes != 0 ? work.address(work.scratch(bytes)) : at.a;
  at.to = passes % 2 != 0 ? other : at.a;
  order.record_tiles(work, at, n);
  if (passes != 0) {
    memory const splits = work.scratch(order.split_bytes(n));
    std::uint64_t from = at.to;
    std::uint64_t to = passes % 2 != 0 ? at.a : other;
    for (std::size_t width = order.tile(); width < n; width *= 2) {
      work.barrier();
      at.a = at.b = from;
      at.to = to;
      order.record_merge(work, splits, at, n, width, 0);
      std::swap(from, to);
    }
  }
  work.run();
}

/// The same for what would keep the device busy for too long in one submission.
void sort_paced(merge_order const& order, operand const& keys, std::size_t first, std::size_t n) {
  engine& owner = order.owner();
  std::size_t const bytes = n * order.key_bytes();
  keyed_range const whole{keys};
  device_words const caller(owner, whole.part(first, n, 0).keys, bytes, true);
  memory const other = owner.allocate(bytes);
  memory const splits = owner.allocate(order.split_bytes(n));
  std::size_t passes = 0;
  for (std::size_t width = order.tile(); width < n; width *= 2)
    ++passes;
  paced_recorder paced(owner);
  bool in_other = passes % 2 != 0; // so that the last pass writes the caller's
  auto const address = [&](recorder& work, bool there) {
    return there ? work.address(other) : caller.address(work);
  };
  paced.step(n, [&](recorder& work) {
    order.record_tiles(work, {.a = caller.address(work), .to = address(work, in_other)}, n);
  });
  for (std::size_t width = order.tile(); width < n; width *= 2, in_other = !in_other)
    paced.step(n, [&](recorder& work) {
      std::uint64_t const from = address(work, in_other);
      order.record_merge(work, splits, {.a = from, .b = from, .to = address(work, !in_other)}, n, width, 0);
    });
  paced.finish();
  if (caller.on_host()) {
    recorder work = owner.record();
    caller.record_back(work);
    work.run();
  }
}

/// Passes over n elements that a merge sort of them makes.
std::size_t passes_of(merge_order const& order, std::size_t n) {
  std::size_t passes = 1;
  for (std::size_t width = order.tile(); width < n; width *= 2)
    ++passes;
  return passes;
}

} // namespace

void merge_sort(device const& where, kernel_site& site, recording const& recorded, operand const& keys,
                std::size_t n) {
  if (keys.count < n)
    throw std::invalid_argument("gpu::merge_sort: " + std::to_string(keys.count) + " elements where " +
                                std::to_string(n) + " are to be sorted");
  merge_order const order(where.engine(), site, recorded, keys.type);
  if (n < 2)
    return;
  std::size_t const piece = order.most();
  std::size_t const most = where.engine().limits().max_submit_elements;
  for (std::size_t first = 0; first < n; first += piece) {
    std::size_t const count = std::min(piece, n - first);
    bool const long_work = passes_of(order, count) * count > most;
    (long_work ? sort_paced : sort_piece)(order, keys, first, count);
  }
  keyed_range all{keys};
  all.keys.count = n;
  merge_all_runs(order, all, piece);
}

} // namespace tandem::gpu
