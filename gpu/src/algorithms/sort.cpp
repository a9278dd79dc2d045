#include <tandem/gpu/sort.hpp>

#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <stdexcept>
#include <utility>

namespace tandem::gpu {
namespace {

using namespace detail;

char const radix_text[] =
#include <tandem_shaders/traced/radix.glsl.inc>
    ;

constexpr std::uint32_t digits = 256;

// How a key is coded so that its words sort as unsigned numbers; read by the shader.
enum coding : std::uint32_t { coding_unsigned = 0, coding_signed = 1, coding_float = 2 };
// What a pass does besides: code what it reads, decode what it writes, complement, take indices for values.
enum flags : std::uint32_t { flag_encode = 4, flag_decode = 8, flag_descending = 16, flag_indices = 32 };

/// td_key, td_put_key, td_digit and td_value over words. Coding and decoding are chosen by push.flags,
/// uniformly.
std::string helpers(bool wide, std::size_t value_bytes, bool scatter) {
  std::string text = wide ? "uint td_top(uvec2 k) { return k.y; }\n" : "uint td_top(uint k) { return k; }\n";
  std::string const top = wide ? "uvec2(0u, 0x80000000u)" : "0x80000000u";
  std::string const ones = wide ? "uvec2(0xffffffffu)" : "0xffffffffu";
  text += join({"const TD_K TD_LAST_KEY = TD_K(0xffffffffu);\n"
                "TD_K td_encode(TD_K k) {\n"
                "  uint coding = push.flags & 3u;\n"
                "  if (coding == 1u) k ^= ",
                top,
                ";\n"
                "  if (coding == 2u) k ^= (td_top(k) >> 31) != 0u ? ",
                ones, " : ", top,
                ";\n"
                "  return (push.flags & 16u) != 0u ? ~k : k;\n}\n"
                "TD_K td_decode(TD_K k) {\n"
                "  if ((push.flags & 16u) != 0u) k = ~k;\n"
                "  uint coding = push.flags & 3u;\n"
                "  if (coding == 1u) k ^= ",
                top,
                ";\n"
                "  if (coding == 2u) k ^= (td_top(k) >> 31) != 0u ? ",
                top, " : ", ones,
                ";\n"
                "  return k;\n}\n"
                "TD_K td_key(uint i) { TD_K k = push.keys_in.e[i]; return (push.flags & 4u) != 0u ? "
                "td_encode(k) : k; }\n"});
  text += wide ? "uint td_digit(uvec2 k) { return ((push.shift < 32u ? k.x : k.y) >> (push.shift & 31u)) & "
                 "255u; }\n"
               : "uint td_digit(uint k) { return (k >> push.shift) & 255u; }\n";
  if (scatter)
    text += "void td_put_key(uint to, TD_K k) { push.keys_out.e[to] = (push.flags & 8u) != 0u ? td_decode(k) "
            ": k; }\n";
  if (scatter && value_bytes == 4)
    text += "uint td_value(uint i) { return (push.flags & 32u) != 0u ? i : push.values_in.e[i]; }\n";
  if (scatter && value_bytes == 8)
    text += "uvec2 td_value(uint i) { return push.values_in.e[i]; }\n";
  return text;
}

std::string word_reference(char const* name, bool wide) {
  return join({"layout(buffer_reference, std430, buffer_reference_align = ", wide ? "8" : "4", ") buffer ",
               name, " { ", wide ? "uvec2" : "uint", " e[]; };\n"});
}

/// Where keys and values are in one pass.
struct radix_buffers {
  std::uint64_t keys_in, keys_out, values_in, values_out;
};

class radix_call {
 public:
  radix_call(engine& owner, std::size_t n, scalar type, std::size_t value_bytes, sort_order order)
      : owner_(owner), n_(n), wide_(size_of(type) == 8), value_bytes_(value_bytes),
        per_invocation_(wide_ ? 8 : 16), tiles_(ceil_div(n, 256 * per_invocation_)) {
    flags_ = is_floating(type) ? coding_float : is_signed_integer(type) ? coding_signed : coding_unsigned;
    if (order == sort_order::descending)
      flags_ |= flag_descending;
  }

  std::uint32_t passes() const noexcept { return wide_ ? 8 : 4; }

  void record(recorder& work, radix_buffers const& at, std::uint64_t counts, std::uint32_t which,
              bool indices) const {
    std::uint32_t flags = flags_;
    flags |= which == 0 ? flag_encode : 0u;
    flags |= which + 1 == passes() ? flag_decode : 0u;
    flags |= indices && which == 0 ? flag_indices : 0u;
    dispatch(work, at, counts, which, flags, false);
    work.barrier();
    record_counter_scan(work, owner_, counts, digits * tiles_);
    work.barrier();
    dispatch(work, at, counts, which, flags, true);
    work.barrier();
  }

  std::size_t counter_bytes() const noexcept { return digits * tiles_ * 4; }

  bool warm() const {
    pipeline const* const counting = kernel(false, build::in_background);
    pipeline const* const moving = kernel(true, build::in_background);
    bool const scanning = warm_counter_scan(owner_, digits * tiles_);
    return counting != nullptr && moving != nullptr && scanning;
  }

 private:
  pipeline const* kernel(bool scatter, build how) const {
    static constinit kernel_list kernels;
    std::uint32_t const variant =
        (scatter ? 1u : 0u) | (wide_ ? 2u : 0u) | static_cast<std::uint32_t>(value_bytes_) << 2;
    return kernels.get(owner_, variant, how, [&] { return text(scatter); });
  }

  void dispatch(recorder& work, radix_buffers const& at, std::uint64_t counts, std::uint32_t which,
                std::uint32_t flags, bool scatter) const {
    pipeline const* const found = kernel(scatter, build::now);
    for_dispatches(owner_, tiles_, [&](std::size_t tile, std::size_t groups) {
      push_block push;
      push.put(at.keys_in);
      push.put(counts);
      if (scatter) {
        push.put(at.keys_out);
        push.put(at.values_in);
        push.put(at.values_out);
      }
      push.put(static_cast<std::uint32_t>(n_));
      push.put(static_cast<std::uint32_t>(tile));
      push.put(static_cast<std::uint32_t>(tiles_));
      push.put(which * 8);
      push.put(flags);
      push.align();
      work.dispatch(*found, push.data(), push.size(), static_cast<std::uint32_t>(groups));
    });
  }

  std::string text(bool scatter) const {
    bool const with_values = scatter && value_bytes_ != 0;
    return join(
        {"#version 460\n", extensions(false, false), "#define TD_K ", wide_ ? "uvec2" : "uint",
         "\n#define TD_E ", std::to_string(per_invocation_), "u\n", scatter ? "" : "#define TD_HISTOGRAM\n",
         with_values ? (value_bytes_ == 8 ? "#define TD_V uvec2\n" : "#define TD_V uint\n") : "",
         word_reference("td_keys_at", wide_), word_reference("td_counts_at", false),
         word_reference("td_values_at", value_bytes_ == 8),
         "layout(push_constant, std430) uniform td_push {\n  td_keys_at keys_in;\n  td_counts_at counts;\n",
         scatter ? "  td_keys_at keys_out;\n  td_values_at values_in;\n  td_values_at values_out;\n" : "",
         "  uint n;\n  uint first_tile;\n  uint tiles;\n  uint shift;\n  uint flags;\n  uint padding;\n} "
         "push;\n",
         helpers(wide_, with_values ? value_bytes_ : 0, scatter), radix_text});
  }

  engine& owner_;
  std::size_t n_;
  bool wide_;
  std::size_t value_bytes_;
  std::size_t per_invocation_;
  std::size_t tiles_;
  std::uint32_t flags_;
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

/// All passes, to and fro between the caller's memory and scratch; their number is even, so the result ends
/// where it began.
void sort(device const& where, operand const& keys, operand const* values, std::size_t value_bytes,
          std::size_t n, sort_order order) {
  engine& owner = where.engine();
  check_room("keys", keys, n);
  if (values != nullptr)
    check_room("values", *values, n);
  require_sortable(keys.type, owner);
  if (n < 2)
    return;
  std::size_t const key_bytes = size_of(keys.type);
  require_one_piece(n, std::max(key_bytes, value_bytes), owner);
  radix_call const call(owner, n, keys.type, value_bytes, order);
  recorder work = owner.record();
  radix_buffers at{};
  at.keys_in = address_of_words(work, keys, n * key_bytes);
  at.keys_out = work.address(work.scratch(n * key_bytes));
  if (values != nullptr) {
    at.values_in = address_of_words(work, *values, n * value_bytes);
    at.values_out = work.address(work.scratch(n * value_bytes));
  }
  std::uint64_t const counts = work.address(work.scratch(call.counter_bytes()));
  for (std::uint32_t which = 0; which < call.passes(); ++which) {
    call.record(work, at, counts, which, false);
    std::swap(at.keys_in, at.keys_out);
    std::swap(at.values_in, at.values_out);
  }
  work.run();
}

} // namespace

void radix_sort(device const& where, operand const& keys, std::size_t n, sort_order order) {
  sort(where, keys, nullptr, 0, n, order);
}

void radix_sort_by_key(device const& where, operand const& keys, operand const& values,
                       std::size_t value_bytes, std::size_t n, sort_order order) {
  if (value_bytes != 4 && value_bytes != 8)
    throw std::invalid_argument(join({"gpu::radix_sort_by_key: values of ", std::to_string(value_bytes),
                                      " bytes; 4 or 8 can be moved along, others through the permutation"}));
  sort(where, keys, &values, value_bytes, n, order);
}

bool warm_radix_sort(device const& where, scalar keys, std::size_t value_bytes, std::size_t n) {
  return radix_call(where.engine(), n, keys, value_bytes, sort_order::ascending).warm();
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
  std::size_t const key_bytes = size_of(keys.type);
  require_one_piece(n, key_bytes, owner);
  radix_call const call(owner, n, keys.type, 4, order);
  recorder work = owner.record();
  std::uint64_t const scratch[2] = {work.address(work.scratch(n * key_bytes)),
                                    work.address(work.scratch(n * key_bytes))};
  radix_buffers at{};
  at.keys_in = address_for_reading(work, keys, 0, n);
  at.keys_out = scratch[0];
  at.values_in = address_for_writing(work, permutation, 0, n, host_write::when_complete);
  at.values_out = work.address(work.scratch(n * 4));
  std::uint64_t const counts = work.address(work.scratch(call.counter_bytes()));
  for (std::uint32_t which = 0; which < call.passes(); ++which) {
    call.record(work, at, counts, which, true);
    at.keys_in = at.keys_out;
    at.keys_out = scratch[(which + 1) % 2];
    std::swap(at.values_in, at.values_out);
  }
  work.run();
}

} // namespace tandem::gpu
