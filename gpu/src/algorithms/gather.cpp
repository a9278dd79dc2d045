#include <tandem/gpu/gather.hpp>

#include "chunks.hpp"
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
  return join(
      {"#version 460\n", extensions(false, false), "#define TD_I ",
       wide_index ? "uvec2\n#define TD_WIDE_INDEX\n" : "uint\n",
       what == pass::check     ? "#define TD_CHECK\n"
       : what == pass::scatter ? "#define TD_SCATTER\n"
                               : "",
       reference("td_elements", wide), reference("td_indices", wide_index), reference("td_words", false),
       "layout(push_constant, std430) uniform td_push {\n  td_elements from;\n  td_elements to;\n"
       "  td_indices index;\n  td_words bad;\n  uint n;\n  uint first_tile;\n  uint size;\n"
       "  uint size_high;\n  uint base;\n  uint base_high;\n  uint is_signed;\n  uint padding;\n} push;\n",
       gather_text});
}

pipeline const* kernel(engine& owner, pass what, bool wide, bool wide_index, build how) {
  static constinit kernel_list kernels;
  std::uint32_t const variant = static_cast<std::uint32_t>(what) * 4 + (wide ? 2 : 0) + (wide_index ? 1 : 0);
  return kernels.get(owner, variant, how, [&] { return text(what, wide, wide_index); });
}

/// Addresses of one dispatch; `base` and `size`: which of the elements that indices name are there.
struct move_pass {
  std::uint64_t from, to, index, bad;
  std::uint64_t base, size;
};

/// One call: `in`, `out` and the indices, of which there are n.
class move_call {
 public:
  move_call(engine& owner, operand const& in, operand const& index, operand const& out, std::size_t n,
            pass what)
      : owner_(owner), in_(in), index_(index), out_(out), n_(n), what_(what) {
    if (!is_integer(index.type))
      throw std::invalid_argument(join({"gpu::gather: indices of ", name_of(index.type)}));
    if (in.type != out.type)
      throw std::invalid_argument(join({"gpu::gather: from ", name_of(in.type), " to ", name_of(out.type)}));
    if (index.count < n || (what == pass::gather ? out.count : in.count) < n)
      throw std::invalid_argument("gpu::gather: ranges shorter than the " + std::to_string(n) +
                                  " elements to move");
    if (in.type == scalar::boolean)
      throw unsupported_error("gathering and scattering bool is not for GPUs", owner.info().name);
    operand const moved[] = {index, what == pass::gather ? out : in};
    chunk_ = chunk_elements(owner, moved, 256, 256);
    most_named_ = std::size_t{1} << 30;
    if (std::uint64_t const most = owner.limits().max_memory_bytes; most != 0)
      most_named_ = std::min<std::size_t>(most_named_, most / size_of(in.type));
  }

  /// The first position with a bad index, or n.
  std::size_t first_bad() {
    keep_index_on_device();
    memory const bad = owner_.allocate(ceil_div(n_, chunk_) * 4);
    run_chunks(owner_, n_, chunk_, [&](recorder& work, std::size_t first, std::size_t count) {
      if (first == 0) {
        work.fill(bad, 0, ceil_div(n_, chunk_) * 4, 0xffffffffu);
        work.barrier();
      }
      move_pass at{};
      at.index = address_for_reading(work, index_, first, count);
      at.bad = work.address(bad, first / chunk_ * 4);
      at.size = named().count;
      dispatch(work, pass::check, at, count);
    });
    std::vector<std::uint32_t> positions(ceil_div(n_, chunk_));
    bad.download(positions.data(), positions.size() * 4);
    for (std::size_t i = 0; i < positions.size(); ++i)
      if (positions[i] != 0xffffffffu)
        return i * chunk_ + positions[i];
    return n_;
  }

  /// Chunks of the output, each from every piece of the input.
  void gather() {
    operand from = in_;
    memory held;
    if (n_ > chunk_ && in_.count <= most_named_)
      from = on_device(in_, held);
    for (std::size_t first = 0; first < n_; first += chunk_) {
      std::size_t const count = std::min(chunk_, n_ - first);
      recorder work = owner_.record();
      move_pass at{};
      at.index = address_for_reading(work, index_, first, count);
      at.to = address_for_writing(work, out_, first, count, host_write::when_complete);
      for_pieces([&](std::size_t base, std::size_t size) {
        at.base = base;
        at.size = size;
        at.from = address_for_reading(work, from, base, size);
        dispatch(work, pass::gather, at, count);
      });
      work.run();
    }
  }

  /// Pieces of the output, each with what every chunk of the input sends there.
  void scatter() {
    for_pieces([&](std::size_t base, std::size_t size) {
      memory held;
      operand piece = out_;
      std::size_t const bytes = size * size_of(out_.type), offset = base * size_of(out_.type);
      if (out_.resident == nullptr) {
        piece.host = static_cast<std::byte*>(out_.host) + offset;
        piece.count = size;
        piece = on_device(piece, held);
      } else {
        piece.offset_bytes += offset;
      }
      run_chunks(owner_, n_, chunk_, [&](recorder& work, std::size_t first, std::size_t count) {
        move_pass at{};
        at.index = address_for_reading(work, index_, first, count);
        at.from = address_for_reading(work, in_, first, count);
        at.to = work.address(*piece.resident, piece.offset_bytes);
        at.base = base;
        at.size = size;
        dispatch(work, pass::scatter, at, count);
      });
      if (out_.resident == nullptr)
        held.download(static_cast<std::byte*>(out_.host) + offset, bytes);
    });
  }

 private:
  /// What indices name.
  operand const& named() const noexcept { return what_ == pass::gather ? in_ : out_; }

  /// Indices are read twice.
  void keep_index_on_device() {
    if (index_.resident == nullptr && n_ <= chunk_)
      index_ = on_device(index_, index_memory_);
  }

  operand on_device(operand const& what, memory& held) const {
    if (what.resident != nullptr || what.count == 0)
      return what;
    held = owner_.allocate(what.count * size_of(what.type));
    held.upload(what.host, what.count * size_of(what.type));
    return {nullptr, &held, what.count, what.type, 0};
  }

  template <class Fn>
  void for_pieces(Fn&& fn) const {
    for (std::size_t base = 0; base < named().count; base += most_named_)
      fn(base, std::min(most_named_, named().count - base));
  }

  void dispatch(recorder& work, pass what, move_pass const& at, std::size_t count) const {
    pipeline const* const found =
        kernel(owner_, what, size_of(in_.type) == 8, size_of(index_.type) == 8, build::now);
    for_dispatches(owner_, ceil_div(count, 256), [&](std::size_t tile, std::size_t groups) {
      push_block push;
      push.put(at.from);
      push.put(at.to);
      push.put(at.index);
      push.put(at.bad);
      push.put(static_cast<std::uint32_t>(count));
      push.put(static_cast<std::uint32_t>(tile));
      push.put(at.size); // two words
      push.put(at.base);
      push.put(std::uint32_t{is_signed_integer(index_.type) ? 1u : 0u});
      push.align();
      work.dispatch(*found, push.data(), push.size(), static_cast<std::uint32_t>(groups));
    });
  }

  engine& owner_;
  operand const& in_;
  operand index_;
  operand const& out_;
  std::size_t n_;
  pass what_;
  std::size_t chunk_;
  std::size_t most_named_;
  memory index_memory_{};
};

} // namespace

std::size_t gather(device const& where, operand const& in, operand const& index, operand const& out,
                   std::size_t n) {
  move_call call(where.engine(), in, index, out, n, pass::gather);
  if (n == 0)
    return 0;
  std::size_t const bad = call.first_bad();
  if (bad == n)
    call.gather();
  return bad;
}

std::size_t scatter(device const& where, operand const& in, operand const& index, operand const& out,
                    std::size_t n) {
  move_call call(where.engine(), in, index, out, n, pass::scatter);
  if (n == 0)
    return 0;
  std::size_t const bad = call.first_bad();
  if (bad == n)
    call.scatter();
  return bad;
}

namespace {

bool warm(engine& owner, pass what, scalar elements, scalar indices) {
  bool const wide = size_of(elements) == 8, wide_index = size_of(indices) == 8;
  pipeline const* const checking = kernel(owner, pass::check, wide, wide_index, build::in_background);
  pipeline const* const moving = kernel(owner, what, wide, wide_index, build::in_background);
  return checking != nullptr && moving != nullptr;
}

} // namespace

bool warm_gather(device const& where, scalar elements, scalar indices) {
  return warm(where.engine(), pass::gather, elements, indices);
}
bool warm_scatter(device const& where, scalar elements, scalar indices) {
  return warm(where.engine(), pass::scatter, elements, indices);
}

} // namespace tandem::gpu
