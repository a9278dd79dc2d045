#include <tandem/gpu/filter.hpp>

#include "selection.hpp"

#include <tandem/gpu/error.hpp>

#include <cstring>
#include <optional>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

selection predicate(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                    std::size_t n) {
  if (in.count < n)
    throw std::invalid_argument("gpu::filter: an input of " + std::to_string(in.count) + " elements where " +
                                std::to_string(n) + " are to be read");
  return {where.engine(), site, recorded, in.type, keep_test::predicate};
}

void require_room(operand const& out, std::size_t kept) {
  if (out.count < kept)
    throw std::invalid_argument("gpu::filter: an output of " + std::to_string(out.count) +
                                " elements for at least " + std::to_string(kept) + " that are kept");
}

void require_type_of(operand const& in, operand const& out) {
  if (out.type != in.type)
    throw std::invalid_argument(
        join({"gpu::filter: an output of ", name_of(out.type), " for an input of ", name_of(in.type)}));
}

/// The counters of each chunk, filled.
std::vector<kept_counters> count_chunks(selection const& call, operand const& in, std::size_t n,
                                        std::size_t chunk) {
  std::vector<kept_counters> counters;
  for (std::size_t first = 0; first < n; first += chunk)
    counters.emplace_back(call.owner(), std::min(chunk, n - first));
  run_chunks(call.owner(), n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    call.record_offsets(work, {address_for_reading(work, in, first, count), count},
                        work.address(counters[first / chunk].where()));
  });
  return counters;
}

std::size_t total_of(std::vector<kept_counters> const& counters) {
  std::size_t all = 0;
  for (kept_counters const& each : counters)
    all += each.total();
  return all;
}

std::size_t count_all(selection const& call, operand const& in, std::size_t n) {
  return total_of(count_chunks(call, in, n, chunk_elements(call.owner(), {&in, 1}, scan_tile, scan_tile)));
}

/// A chunk on its way: what it keeps, and where.
struct chunk_in_flight {
  kept_counters counters;
  memory kept;
  submission work;
};

chunk_in_flight start_filter(selection const& call, operand const& in, std::size_t first, std::size_t count) {
  chunk_in_flight here{kept_counters(call.owner(), count), {}, {}};
  recorder work = call.owner().record();
  selection::piece const from{address_for_reading(work, in, first, count), count};
  std::uint64_t const counters = work.address(here.counters.where());
  here.kept = room_for_kept(work, call.owner(), in.type, count);
  call.record_offsets(work, from, counters);
  call.record(work, select_pass::scatter, from, counters, work.address(here.kept));
  here.work = work.submit();
  return here;
}

/// Puts what a chunk keeps behind the `done` elements that are there; returns how many there are then.
std::size_t finish_filter(selection const& call, chunk_in_flight& here, operand const& out,
                          std::size_t done) {
  here.work.wait();
  std::size_t const kept = here.counters.total();
  std::size_t const size = call.element_bytes();
  copy_to_operand(call.owner(), here.kept, 0, out, done * size, kept * size);
  return done + kept;
}

/// In one reading, straight to device memory; nothing when tiles did not get on.
std::optional<std::size_t> filter_chained(selection const& call, operand const& in, operand const& out,
                                          std::size_t n, chained_setting const& how) {
  chain_state const chain(call.owner(), ceil_div(n, scan_tile), how);
  memory const count = call.owner().allocate(4);
  recorder work = call.owner().record();
  chain.record_clear(work);
  call.record_chained(work, {address_for_reading(work, in, 0, n), n},
                      work.address(*out.resident, out.offset_bytes), work.address(count), chain);
  work.run();
  if (!chain.ended_well())
    return std::nullopt;
  std::uint32_t kept = 0;
  count.download(&kept, 4);
  return kept;
}

/// In one submission, straight to device memory.
std::size_t filter_resident(selection const& call, operand const& in, operand const& out, std::size_t n) {
  if (auto const how = chained_on(call.owner()))
    if (auto const kept = filter_chained(call, in, out, n, *how))
      return *kept;
  kept_counters const kept(call.owner(), n);
  recorder work = call.owner().record();
  selection::piece const from{address_for_reading(work, in, 0, n), n};
  std::uint64_t const counters = work.address(kept.where());
  call.record_offsets(work, from, counters);
  call.record(work, select_pass::scatter, from, counters, work.address(*out.resident, out.offset_bytes));
  work.run();
  return kept.total();
}

std::size_t run_filter(selection const& call, operand const& in, operand const& out, std::size_t n) {
  operand const both[] = {in, out};
  std::size_t const chunk = chunk_elements(call.owner(), both, scan_tile, scan_tile);
  if (n == 0)
    return 0;
  if (n <= chunk && out.resident != nullptr && size_of(in.type) >= 4)
    return filter_resident(call, in, out, n);
  std::size_t done = 0;
  chunk_in_flight previous = start_filter(call, in, 0, std::min(chunk, n));
  for (std::size_t first = chunk; first < n; first += chunk) {
    chunk_in_flight next = start_filter(call, in, first, std::min(chunk, n - first));
    done = finish_filter(call, previous, out, done);
    previous = std::move(next);
  }
  return finish_filter(call, previous, out, done);
}

/// Where a chunked partition puts things before all are there: host memory for a host output that is also the input, device
/// memory likewise, else the output itself.
class partition_target {
 public:
  partition_target(engine& owner, operand const& in, operand const& out, std::size_t n)
      : owner_(owner), out_(out), to_(out), bytes_(n * size_of(out.type)) {
    if (out.resident != nullptr && in.resident != nullptr && *out.resident == *in.resident) {
      device_ = owner.allocate(bytes_);
      to_.resident = &device_;
      to_.offset_bytes = 0;
    } else if (out.host != nullptr && overlap(in.host, bytes_, out.host, bytes_)) {
      host_.reset(new std::byte[bytes_]);
      to_.host = host_.get();
    }
  }
  operand const& where() const noexcept { return to_; }
  void finish() const {
    if (device_)
      copy_to_operand(owner_, device_, 0, out_, 0, bytes_);
    if (host_ != nullptr)
      std::memcpy(out_.host, host_.get(), bytes_);
  }

 private:
  engine& owner_;
  operand const& out_;
  operand to_;
  std::size_t bytes_;
  memory device_{};
  std::unique_ptr<std::byte[]> host_{};
};

std::size_t partition_chunks(selection const& call, operand const& in, operand const& out, std::size_t n,
                             std::size_t chunk) {
  engine& owner = call.owner();
  std::size_t const size = call.element_bytes();
  std::vector<kept_counters> const counters = count_chunks(call, in, n, chunk);
  std::size_t const all_kept = total_of(counters);
  partition_target const target(owner, in, out, n);
  std::size_t kept = 0;
  for (std::size_t first = 0; first < n; first += chunk) {
    std::size_t const count = std::min(chunk, n - first);
    kept_counters const& mine = counters[first / chunk];
    recorder work = owner.record();
    memory const moved = room_for_kept(work, owner, in.type, count);
    call.record(work, select_pass::partition, {address_for_reading(work, in, first, count), count},
                work.address(mine.where()), work.address(moved));
    work.run();
    std::size_t const here = mine.total();
    copy_to_operand(owner, moved, 0, target.where(), kept * size, here * size);
    copy_to_operand(owner, moved, here * size, target.where(), (all_kept + first - kept) * size,
                    (count - here) * size);
    kept += here;
  }
  target.finish();
  return all_kept;
}

/// In one submission. Host memory is written when all of it is there, as it may be the input.
std::size_t partition_at_once(selection const& call, operand const& in, operand const& out, std::size_t n) {
  engine& owner = call.owner();
  std::size_t const bytes = n * call.element_bytes();
  kept_counters const kept(owner, n);
  recorder work = owner.record();
  selection::piece const from{address_for_reading(work, in, 0, n), n};
  std::uint64_t const counters = work.address(kept.where());
  bool const whole_words = size_of(in.type) >= 4;
  bool const same_memory = out.resident != nullptr && in.resident != nullptr && *out.resident == *in.resident;
  memory const moved = whole_words && !same_memory ? memory() : room_for_kept(work, owner, in.type, n);
  std::uint64_t const to =
      moved ? work.address(moved) : address_for_writing(work, out, 0, n, host_write::when_complete);
  call.record_offsets(work, from, counters);
  call.record(work, select_pass::partition, from, counters, to);
  if (moved && out.resident != nullptr) {
    work.barrier();
    work.copy(moved, 0, *out.resident, out.offset_bytes, bytes);
  }
  work.run();
  std::size_t const all_kept = kept.total();
  if (moved && out.resident == nullptr)
    replace_host(moved, out.host, bytes);
  return all_kept;
}

} // namespace

std::size_t filter(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                   operand const& out, std::size_t n) {
  selection const call = predicate(where, site, recorded, in, n);
  require_type_of(in, out);
  if (out.count < n)
    require_room(out, count_all(call, in, n));
  return run_filter(call, in, out, n);
}

std::size_t filter_to_new(device const& where, kernel_site& site, recording const& recorded,
                          operand const& in, std::size_t n, room_for_result room) {
  selection const call = predicate(where, site, recorded, in, n);
  operand const out = room.make(room.context, count_all(call, in, n));
  require_type_of(in, out);
  return run_filter(call, in, out, n);
}

std::size_t partition(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                      operand const& out, std::size_t n) {
  selection const call = predicate(where, site, recorded, in, n);
  require_type_of(in, out);
  if (out.count < n)
    throw std::invalid_argument("gpu::partition: the output must have room for all elements");
  if (n == 0)
    return 0;
  operand const both[] = {in, out};
  std::size_t const chunk = chunk_elements(call.owner(), both, scan_tile, scan_tile);
  return n <= chunk ? partition_at_once(call, in, out, n) : partition_chunks(call, in, out, n, chunk);
}

std::size_t count_if(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                     std::size_t n) {
  return count_all(predicate(where, site, recorded, in, n), in, n);
}

std::size_t find_if(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                    std::size_t n) {
  selection const call = predicate(where, site, recorded, in, n);
  std::size_t const most = chunk_elements(call.owner(), {&in, 1}, scan_tile, scan_tile);
  std::size_t chunk = std::min<std::size_t>(most, std::size_t{1} << 16);
  memory const found = call.owner().allocate(4);
  for (std::size_t first = 0; first < n;) {
    std::size_t const count = std::min(chunk, n - first);
    recorder work = call.owner().record();
    work.fill(found, 0, 4, 0xffffffffu);
    work.barrier();
    call.record(work, select_pass::find, {address_for_reading(work, in, first, count), count},
                work.address(found), 0);
    work.run();
    std::uint32_t hit = 0;
    found.download(&hit, 4);
    if (hit != 0xffffffffu)
      return first + hit;
    first += count;
    chunk = std::min(most, chunk * 4);
  }
  return n;
}

bool warm_filter(device const& where, kernel_site& site, recording const& recorded, scalar type,
                 std::size_t n) {
  return selection(where.engine(), site, recorded, type, keep_test::predicate)
      .warm({select_pass::count, select_pass::scatter}, n);
}
bool warm_partition(device const& where, kernel_site& site, recording const& recorded, scalar type,
                    std::size_t n) {
  return selection(where.engine(), site, recorded, type, keep_test::predicate)
      .warm({select_pass::count, select_pass::partition}, n);
}
bool warm_count_if(device const& where, kernel_site& site, recording const& recorded, scalar type,
                   std::size_t n) {
  return selection(where.engine(), site, recorded, type, keep_test::predicate).warm({select_pass::count}, n);
}
bool warm_find_if(device const& where, kernel_site& site, recording const& recorded, scalar type) {
  return selection(where.engine(), site, recorded, type, keep_test::predicate).warm({select_pass::find}, 0);
}

} // namespace tandem::gpu
