#include <tandem/gpu/unique.hpp>

#include "selection.hpp"

#include <tandem/gpu/error.hpp>

#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

/// The kept elements of [first, first + count), and how many they are.
struct kept_piece {
  memory kept;
  std::size_t count;
};

kept_piece keep_different(selection const& call, operand const& in, std::size_t first, std::size_t count) {
  engine& owner = call.owner();
  std::size_t const before = first == 0 ? 0 : 1;
  kept_counters const kept(owner, count);
  recorder work = owner.record();
  selection::piece const from{address_for_reading(work, in, first - before, count + before), count, before};
  std::uint64_t const counters = work.address(kept.where());
  memory const moved = room_for_kept(work, owner, in.type, count);
  call.record_offsets(work, from, counters);
  call.record(work, select_pass::scatter, from, counters, work.address(moved));
  work.run();
  return {moved, kept.total()};
}

} // namespace

std::size_t unique(device const& where, kernel_site& site, recording const& recorded, operand const& data,
                   std::size_t n) {
  if (data.count < n)
    throw std::invalid_argument("gpu::unique: " + std::to_string(data.count) + " elements where " +
                                std::to_string(n) + " are to be looked at");
  engine& owner = where.engine();
  selection const call(owner, site, recorded, data.type, keep_test::differs);
  if (n == 0)
    return 0;
  std::size_t const size = call.element_bytes();
  std::size_t const chunk = chunk_elements(owner, {&data, 1}, scan_tile, scan_tile);
  if (n <= chunk) {
    kept_piece const all = keep_different(call, data, 0, n);
    if (data.resident == nullptr)
      replace_host(all.kept, data.host, all.count * size);
    else
      copy_to_operand(owner, all.kept, 0, data, 0, all.count * size);
    return all.count;
  }
  // The data stay as they are until all is known: nothing is lost if the device fails half-way.
  memory const on_device = data.resident != nullptr ? owner.allocate(n * size) : memory();
  std::unique_ptr<std::byte[]> const on_host(data.resident != nullptr ? nullptr : new std::byte[n * size]);
  operand kept = data;
  memory target = on_device;
  kept.host = on_host.get();
  kept.resident = data.resident != nullptr ? &target : nullptr;
  kept.offset_bytes = 0;
  std::size_t done = 0;
  for (std::size_t first = 0; first < n; first += chunk) {
    kept_piece const piece = keep_different(call, data, first, std::min(chunk, n - first));
    copy_to_operand(owner, piece.kept, 0, kept, done * size, piece.count * size);
    done += piece.count;
  }
  if (data.resident != nullptr)
    copy_to_operand(owner, on_device, 0, data, 0, done * size);
  else
    std::memcpy(data.host, on_host.get(), done * size);
  return done;
}

bool warm_unique(device const& where, kernel_site& site, recording const& recorded, scalar type,
                 std::size_t n) {
  return selection(where.engine(), site, recorded, type, keep_test::differs)
      .warm({select_pass::count, select_pass::scatter}, n);
}

} // namespace tandem::gpu
