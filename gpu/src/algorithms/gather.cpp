#include <tandem/gpu/gather.hpp>

#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const gather_text[] =
#include <tandem_shaders/traced/gather.glsl.inc>
    ;

enum class pass : std::uint32_t { check, gather, scatter };

/// Elements and indices as words: 4 bytes as uint, 8 bytes as uvec2, so that no device needs 64-bit integers.
std::string text(pass what, bool wide, bool wide_index) {
  auto const reference = [](std::string_view name, bool two) {
    return join({"layout(buffer_reference, std430, buffer_reference_align = ", two ? "8" : "4", ") buffer ",
                 name, " { ", two ? "uvec2" : "uint", " e[]; };\n"});
  };
  return join({"#version 460\n", extensions(false, false), "#define TD_I ",
               wide_index ? "uvec2\n#define TD_WIDE_INDEX\n" : "uint\n",
               what == pass::check     ? "#define TD_CHECK\n"
               : what == pass::scatter ? "#define TD_SCATTER\n"
                                       : "",
               reference("td_elements", wide), reference("td_indices", wide_index),
               reference("td_words", false),
               "layout(push_constant, std430) uniform td_push {\n  td_elements from;\n  td_elements to;\n"
               "  td_indices index;\n  td_words bad;\n  uint n;\n  uint first_tile;\n  uint size;\n  uint "
               "padding;\n} push;\n",
               gather_text});
}

struct move_addresses {
  std::uint64_t from, to, index, bad;
};

void dispatch(recorder& work, engine& owner, pass what, bool wide, bool wide_index, move_addresses const& at,
              std::size_t n, std::size_t size) {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(what) * 4 + (wide ? 2 : 0) + (wide_index ? 1 : 0);
  pipeline const* const kernel =
      kernels.get(owner, variant, build::now, [&] { return text(what, wide, wide_index); });
  for_dispatches(owner, ceil_div(n, 256), [&](std::size_t tile, std::size_t groups) {
    push_block push;
    push.put(at.from);
    push.put(at.to);
    push.put(at.index);
    push.put(at.bad);
    push.put(static_cast<std::uint32_t>(n));
    push.put(static_cast<std::uint32_t>(tile));
    push.put(static_cast<std::uint32_t>(size));
    push.align();
    work.dispatch(*kernel, push.data(), push.size(), static_cast<std::uint32_t>(groups));
  });
}

void check(operand const& in, operand const& index, operand const& out, std::size_t n, pass what,
           engine const& owner) {
  if (!is_integer(index.type))
    throw std::invalid_argument(join({"gpu::gather: indices of ", name_of(index.type)}));
  if (in.type != out.type)
    throw std::invalid_argument(join({"gpu::gather: from ", name_of(in.type), " to ", name_of(out.type)}));
  if (index.count < n || (what == pass::gather ? out.count : in.count) < n)
    throw std::invalid_argument("gpu::gather: ranges shorter than the " + std::to_string(n) +
                                " elements to move");
  if (in.type == scalar::boolean)
    throw unsupported_error("gathering and scattering bool is not for GPUs", owner.info().name);
  for (operand const* each : {&in, &index, &out})
    require_one_piece(each->count, size_of(each->type), owner);
}

/// Checks every index, then moves.
void move(device const& where, operand const& in, operand const& index, operand const& out, std::size_t n,
          pass what) {
  engine& owner = where.engine();
  check(in, index, out, n, what, owner);
  if (n == 0)
    return;
  bool const wide = size_of(in.type) == 8;
  bool const wide_index = size_of(index.type) == 8;
  std::size_t const size = what == pass::gather ? in.count : out.count;
  memory const bad = owner.allocate(4);
  recorder checking = owner.record();
  checking.fill(bad, 0, 4, 0xffffffffu);
  checking.barrier();
  dispatch(checking, owner, pass::check, wide, wide_index,
           {0, 0, address_for_reading(checking, index, 0, n), checking.address(bad)}, n, size);
  checking.run();
  std::uint32_t position = 0;
  bad.download(&position, 4);
  if (position != 0xffffffffu)
    throw std::out_of_range("the index at position " + std::to_string(position) + " is not within the " +
                            std::to_string(size) + " elements");
  recorder work = owner.record();
  move_addresses at{};
  at.index = address_for_reading(work, index, 0, n);
  if (what == pass::gather) {
    at.from = address_for_reading(work, in, 0, in.count);
    at.to = address_for_writing(work, out, 0, n, host_write::when_complete);
  } else {
    at.from = address_for_reading(work, in, 0, n);
    at.to = out.resident != nullptr ? work.address(*out.resident, out.offset_bytes)
                                    : work.input_output(out.host, out.count * size_of(out.type));
  }
  dispatch(work, owner, what, wide, wide_index, at, n, size);
  work.run();
}

} // namespace

void gather(device const& where, operand const& in, operand const& index, operand const& out, std::size_t n) {
  move(where, in, index, out, n, pass::gather);
}

void scatter(device const& where, operand const& in, operand const& index, operand const& out,
             std::size_t n) {
  move(where, in, index, out, n, pass::scatter);
}

} // namespace tandem::gpu
