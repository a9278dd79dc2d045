#include <tandem/gpu/sort.hpp>

#include "merge_passes.hpp"
#include "radix_passes.hpp"

#include "../runtime/allocation.hpp"
#include "../runtime/recording_state.hpp"
#include "../tracing/text.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

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

/// A range of the caller's on the device; one in host memory is copied there and, by record_back(), here again.
class device_words {
 public:
  device_words(engine& owner, operand const& what, std::size_t bytes, bool copy)
      : caller_(what), bytes_(bytes) {
    if (bytes == 0)
      return;
    if (what.resident != nullptr) {
      where_ = *what.resident;
      offset_ = what.offset_bytes;
      return;
    }
    where_ = owner.allocate(bytes);
    if (copy)
      where_.upload(what.host, bytes);
  }

  std::uint64_t address(recorder& work) const { return bytes_ == 0 ? 0 : work.address(where_, offset_); }
  /// Host memory is written when `work` is done, all of it or nothing.
  void record_back(recorder& work) const {
    if (bytes_ == 0 || caller_.resident != nullptr)
      return;
    memory readable = where_;
    if (where_.mapped() == nullptr) {
      readable = allocate(work.state()->owner, memory_use::readback, bytes_);
      work.copy(where_, 0, readable, 0, bytes_);
    }
    work.state()->outputs.push_back({readable, caller_.host, bytes_});
  }
  bool on_host() const { return bytes_ != 0 && caller_.resident == nullptr; }

 private:
  operand caller_;
  std::size_t bytes_;
  memory where_;
  std::size_t offset_ = 0;
};

/// The same with chained passes. One that gets stuck has changed nothing of what it read, so the rest is done
/// the other way.
void sort_chained(engine& owner, sort_request const& what, chained_setting const& how) {
  radix_call const call(owner, what.n, what.keys.type, what.value_bytes, what.order, how);
  std::size_t const key_bytes = what.n * what.key_bytes();
  std::size_t const value_bytes = what.n * what.value_bytes;
  device_words const keys(owner, what.keys, key_bytes, true);
  device_words const values(owner, what.values, value_bytes, !what.permutation);
  memory const other_keys[2] = {what.permutation ? owner.allocate(key_bytes) : memory(),
                                owner.allocate(key_bytes)};
  memory const other_values = value_bytes != 0 ? owner.allocate(value_bytes) : memory();
  memory const bases = owner.allocate(call.base_bytes());
  memory const state = owner.allocate(call.state_bytes());
  memory const control = owner.allocate(radix_call::control_bytes);
  auto const places = [&](recorder& work) {
    radix_places at{};
    at.keys[0] = what.permutation ? work.address(other_keys[0]) : keys.address(work);
    at.keys[1] = work.address(other_keys[1]);
    at.kept_keys = what.permutation ? keys.address(work) : 0;
    at.values[0] = values.address(work);
    at.values[1] = value_bytes != 0 ? work.address(other_values) : 0;
    return at;
  };
  std::uint32_t stuck = 0;
  {
    recorder work = owner.record();
    radix_places const at = places(work);
    work.fill(control, 0, radix_call::control_bytes);
    call.record_bases(work, at.of(0).keys_in, bases);
    for (std::uint32_t which = 0; which < call.passes(); ++which)
      call.record_chained(work, at.of(which), bases, state, control, which, what.permutation);
    work.run();
    control.download(&stuck, 4, radix_call::stuck_offset);
  }
  if (stuck != 0) {
    note_stuck(owner);
    recorder work = owner.record();
    radix_places const at = places(work);
    std::uint64_t const counts = work.address(work.scratch(call.counter_bytes()));
    for (std::uint32_t which = stuck - 1; which < call.passes(); ++which)
      call.record(work, at.of(which), counts, which, what.permutation);
    work.run();
  } else {
    note_chained_run();
  }
  bool const keys_too = !what.permutation && keys.on_host();
  if (!keys_too && !values.on_host())
    return;
  recorder work = owner.record();
  if (keys_too)
    keys.record_back(work);
  values.record_back(work);
  work.run();
}

void sort_at_once(engine& owner, sort_request const& what) {
  if (what.n < 2 && !what.permutation)
    return;
  if (auto const how = chained_on(owner); how && what.n < std::size_t{1} << 30)
    sort_chained(owner, what, *how);
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
