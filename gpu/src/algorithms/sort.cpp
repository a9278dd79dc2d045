#include <tandem/gpu/sort.hpp>

#include "merge_passes.hpp"
#include "paced.hpp"
#include "radix_passes.hpp"
#include "scan_passes.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace tandem::gpu {
namespace {

using namespace detail;

/// What one sort reads and writes: keys and values, sorted in place, or the permutation of keys that stay.
struct sort_request {
  operand keys;
  operand values{};
  std::size_t value_bytes = 0;
  bool permutation = false;
  sort_order order = sort_order::ascending;
  std::size_t n = 0;

  std::size_t key_bytes() const noexcept { return size_of(keys.type); }
};

std::uint64_t address_of_words(recorder& work, operand const& what, std::size_t bytes) {
  return what.resident != nullptr ? work.address(*what.resident, what.offset_bytes)
                                  : work.input_output(what.host, bytes);
}

void check_room(char const* name, operand const& what, std::size_t n) {
  if (what.count < n)
    throw std::invalid_argument(join({"gpu::radix_sort: ", std::to_string(what.count), " ", name, " where ",
                                      std::to_string(n), " are to be sorted"}));
}

void require_sortable(scalar type, engine const& owner) {
  if (type == scalar::boolean)
    throw unsupported_error("sorting bool is not for GPUs", owner.info().name);
}

/// Where keys and values are in every pass: to and fro between the caller's memory and scratch. The number of
/// passes is even, so the result ends where it began; keys that must stay go to and fro between two scratches
/// after the first pass.
struct radix_places {
  std::uint64_t keys[2];
  std::uint64_t values[2];
  std::uint64_t kept_keys = 0;

  radix_buffers of(std::uint32_t which) const noexcept {
    std::uint32_t const odd = which % 2;
    radix_buffers at{keys[odd], keys[1 - odd], values[odd], values[1 - odd]};
    if (which == 0 && kept_keys != 0)
      at.keys_in = kept_keys;
    return at;
  }
};

void sort_piece(engine& owner, sort_request const& what) {
  radix_call const call(owner, what.n, what.keys.type, what.value_bytes, what.order);
  recorder work = owner.record();
  std::size_t const key_bytes = what.n * what.key_bytes();
  std::size_t const value_bytes = what.n * what.value_bytes;
  radix_places at{};
  at.keys[1] = work.address(work.scratch(key_bytes));
  if (what.permutation) {
    at.kept_keys = address_for_reading(work, what.keys, 0, what.n);
    at.keys[0] = work.address(work.scratch(key_bytes));
    at.values[0] = address_for_writing(work, what.values, 0, what.n, host_write::when_complete);
  } else {
    at.keys[0] = address_of_words(work, what.keys, key_bytes);
    if (value_bytes != 0)
      at.values[0] = address_of_words(work, what.values, value_bytes);
  }
  if (value_bytes != 0)
    at.values[1] = work.address(work.scratch(value_bytes));
  std::uint64_t const counts = work.address(work.scratch(call.counter_bytes()));
  for (std::uint32_t which = 0; which < call.passes(); ++which)
    call.record(work, at.of(which), counts, which, what.permutation);
  work.run();
}

/// The keys and values of one sort on the device, and the memory that they go to and fro.
class device_sort {
 public:
  device_sort(engine& owner, sort_request const& what)
      : what_(what), keys_(owner, what.keys, what.n * what.key_bytes(), true),
        values_(owner, what.values, what.n * what.value_bytes, !what.permutation),
        other_keys_{what.permutation ? owner.allocate(what.n * what.key_bytes()) : memory(),
                    owner.allocate(what.n * what.key_bytes())},
        other_values_(what.value_bytes != 0 ? owner.allocate(what.n * what.value_bytes) : memory()) {}

  radix_places places(recorder& work) const {
    radix_places at{};
    at.keys[0] = what_.permutation ? work.address(other_keys_[0]) : keys_.address(work);
    at.keys[1] = work.address(other_keys_[1]);
    at.kept_keys = what_.permutation ? keys_.address(work) : 0;
    at.values[0] = values_.address(work);
    at.values[1] = what_.value_bytes != 0 ? work.address(other_values_) : 0;
    return at;
  }
  void copy_back(engine& owner) const {
    bool const keys_too = !what_.permutation && keys_.on_host();
    if (!keys_too && !values_.on_host())
      return;
    recorder work = owner.record();
    if (keys_too)
      keys_.record_back(work);
    values_.record_back(work);
    work.run();
  }

 private:
  sort_request const& what_;
  device_words keys_;
  device_words values_;
  memory other_keys_[2];
  memory other_values_;
};

/// The passes from `first` on, over as many submissions as they need. `counts` is theirs to use, `places(work)`
/// names where keys and values are.
template <class Places>
void run_passes(engine& owner, radix_call const& call, std::uint32_t first, bool indices,
                memory const& counts, Places const& places) {
  paced_recorder paced(owner);
  for (std::uint32_t which = first; which < call.passes(); ++which) {
    auto const part = [&](radix_step what) {
      paced.divided_step(call.tiles(), call.tile_elements(),
                         [&](recorder& work, std::size_t tile, std::size_t n) {
                           call.record_part(work, what, places(work).of(which), work.address(counts), which,
                                            indices, tile, n);
                         });
    };
    part(radix_step::count);
    paced.step(256 * call.tiles(), [&](recorder& work) {
      record_counter_scan(work, owner, work.address(counts), 256 * call.tiles());
    });
    part(radix_step::scatter);
  }
  paced.finish();
}

/// The same for what would keep the device busy for too long in one submission.
void sort_paced(engine& owner, sort_request const& what) {
  radix_call const call(owner, what.n, what.keys.type, what.value_bytes, what.order);
  device_sort const on_device(owner, what);
  memory const counts = owner.allocate(call.counter_bytes());
  run_passes(owner, call, 0, what.permutation, counts,
             [&](recorder& work) { return on_device.places(work); });
  on_device.copy_back(owner);
}

/// The same with chained passes. One that gets stuck has changed nothing of what it read, so the rest is done
/// the other way, in memory that is there already: none may be left, and the keys may stand in the scratch.
void sort_chained(engine& owner, sort_request const& what, chained_setting const& how) {
  radix_call const call(owner, what.n, what.keys.type, what.value_bytes, what.order, how);
  device_sort const on_device(owner, what);
  memory const bases = owner.allocate(call.base_bytes());
  memory const state = owner.allocate(std::max(call.state_bytes(), call.counter_bytes()));
  memory const control = owner.allocate(radix_call::control_bytes);
  std::uint32_t stuck = 0;
  paced_recorder paced(owner);
  paced.step(what.n, [&](recorder& work) {
    work.fill(control, 0, radix_call::control_bytes);
    call.record_bases(work, on_device.places(work).of(0).keys_in, bases);
  });
  for (std::uint32_t which = 0; which < call.passes(); ++which)
    paced.step(what.n, [&](recorder& work) {
      call.record_chained(work, on_device.places(work).of(which), bases, state, control, which,
                          what.permutation);
    });
  paced.finish();
  control.download(&stuck, 4, radix_call::stuck_offset);
  if (stuck != 0) {
    note_stuck(owner);
    run_passes(owner, call, stuck - 1, what.permutation, state,
               [&](recorder& work) { return on_device.places(work); });
  } else {
    note_chained_run();
  }
  on_device.copy_back(owner);
}

void sort_at_once(engine& owner, sort_request const& what) {
  if (what.n < 2 && !what.permutation)
    return;
  if (auto const how = chained_on(owner); how && what.n < std::size_t{1} << 30)
    sort_chained(owner, what, *how);
  else if (2 * what.key_bytes() * what.n > owner.limits().max_submit_elements) // twice in each pass
    sort_paced(owner, what);
  else
    sort_piece(owner, what);
}

void sort_any(engine& owner, sort_request const& what) {
  merge_order const order(owner, what.keys.type, what.order, what.value_bytes);
  std::size_t const piece = order.most();
  if (what.n <= piece)
    return sort_at_once(owner, what);
  keyed_range all{what.keys, what.values};
  all.keys.count = what.n;
  for (std::size_t first = 0; first < what.n; first += piece) {
    keyed_range const part = all.part(first, std::min(piece, what.n - first), what.value_bytes);
    sort_request some = what;
    some.keys = part.keys;
    some.values = part.values;
    some.n = part.count();
    sort_at_once(owner, some);
  }
  merge_all_runs(order, all, piece);
}

/// The permutation of more keys than the device can hold: copies of them and their places are sorted.
void permutation_of_many(engine& owner, sort_request what) {
  std::size_t const bytes = what.n * what.key_bytes();
  auto const keys = std::make_unique_for_overwrite<std::byte[]>(bytes);
  auto const places = std::make_unique_for_overwrite<std::uint32_t[]>(what.n);
  if (what.keys.resident != nullptr)
    what.keys.resident->download(keys.get(), bytes, what.keys.offset_bytes);
  else
    std::memcpy(keys.get(), what.keys.host, bytes);
  std::iota(places.get(), places.get() + what.n, 0U);
  operand const to = what.values;
  what.keys = {keys.get(), nullptr, what.n, what.keys.type, 0};
  what.values = operand::of(places.get(), what.n);
  what.permutation = false;
  sort_any(owner, what);
  if (to.resident != nullptr)
    to.resident->upload(places.get(), what.n * 4, to.offset_bytes);
  else
    std::memcpy(to.host, places.get(), what.n * 4);
}

void sort(device const& where, sort_request const& what) {
  check_room("keys", what.keys, what.n);
  require_sortable(what.keys.type, where.engine());
  if (what.n >= 2)
    sort_any(where.engine(), what);
}

} // namespace

void radix_sort(device const& where, operand const& keys, std::size_t n, sort_order order) {
  sort(where, {.keys = keys, .order = order, .n = n});
}

void radix_sort_by_key(device const& where, operand const& keys, operand const& values,
                       std::size_t value_bytes, std::size_t n, sort_order order) {
  if (value_bytes != 4 && value_bytes != 8)
    throw std::invalid_argument(join({"gpu::radix_sort_by_key: values of ", std::to_string(value_bytes),
                                      " bytes; 4 or 8 can be moved along, others through the permutation"}));
  check_room("values", values, n);
  sort(where, {.keys = keys, .values = values, .value_bytes = value_bytes, .order = order, .n = n});
}

bool warm_radix_sort(device const& where, scalar keys, std::size_t value_bytes, std::size_t n) {
  engine& owner = where.engine();
  return radix_call(owner, n, keys, value_bytes, sort_order::ascending).warm(chained_on(owner).has_value());
}

void radix_sort_permutation(device const& where, operand const& keys, operand const& permutation,
                            std::size_t n, sort_order order) {
  engine& owner = where.engine();
  check_room("keys", keys, n);
  check_room("places in the permutation", permutation, n);
  require_sortable(keys.type, owner);
  if (permutation.type != scalar::uint32)
    throw std::invalid_argument(join({"gpu::radix_sort_permutation: the permutation is of ",
                                      name_of(permutation.type), ", not std::uint32_t"}));
  if (n == 0)
    return;
  if (n > UINT32_MAX)
    throw std::invalid_argument("gpu::radix_sort_permutation: " + std::to_string(n) +
                                " keys are more than std::uint32_t can number");
  sort_request const what{
      .keys = keys, .values = permutation, .value_bytes = 4, .permutation = true, .order = order, .n = n};
  if (n <= merge_order(owner, keys.type, order, 4).most())
    sort_at_once(owner, what);
  else
    permutation_of_many(owner, what);
}

} // namespace tandem::gpu
