#include <tandem/gpu/top_k.hpp>

#include "chunks.hpp"
#include "merge_passes.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>
#include <tandem/gpu/merge.hpp>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const heads_text[] =
#include <tandem_shaders/traced/top_k_heads.glsl.inc>
    ;

/// The first k of every tile of `n` sorted ones move together. Both places hold elements of so many bytes.
class tile_heads {
 public:
  tile_heads(engine& owner, std::size_t element_bytes, std::size_t tile, std::size_t k)
      : owner_(owner), wide_(element_bytes == 8), tile_(tile), k_(k) {}

  std::size_t count(std::size_t n) const noexcept { return n / tile_ * k_ + std::min(n % tile_, k_); }

  void record(recorder& work, std::uint64_t from, std::uint64_t to, std::size_t n) const {
    for_dispatches(owner_, ceil_div(count(n), 256), [&](std::size_t first, std::size_t groups) {
      pass_members const all = members(from, to, n, first);
      push_block push;
      all.fill(push);
      work.dispatch(*kernel(all, build::now), push.data(), push.size(), static_cast<std::uint32_t>(groups));
    });
  }

  bool warm() const { return kernel(members(0, 0, 0, 0), build::in_background) != nullptr; }

 private:
  pass_members members(std::uint64_t from, std::uint64_t to, std::size_t n, std::size_t first) const {
    pass_members all;
    all.words("from", "td_elements_at", from);
    all.words("to", "td_elements_at", to);
    all.word("n", count(n));
    all.word("k", k_);
    all.word("tile", tile_);
    all.word("first", first);
    return all;
  }
  pipeline const* kernel(pass_members const& all, build how) const {
    static constinit kernel_list kernels;
    return plain_kernel(owner_, kernels, wide_ ? 1 : 0, all, how, [&] {
      return pass_text{.defines = word_reference("td_elements_at", wide_), .body = heads_text};
    });
  }

  engine& owner_;
  bool wide_;
  std::size_t tile_, k_;
};

/// Tiles are sorted and all but the first k of each forgotten, until at most `few` elements are left, which go
/// to `kept` in their order among equals.
std::size_t shrink(merge_order const& order, operand const& in, std::size_t first, std::size_t n,
                   std::size_t k, std::size_t few, std::byte* kept) {
  tile_heads const heads(order.owner(), order.key_bytes(), order.tile(), k);
  recorder work = order.owner().record();
  std::uint64_t const room[2] = {work.address(work.scratch(n * order.key_bytes())),
                                 work.address(work.scratch(heads.count(n) * order.key_bytes()))};
  merge_buffers at;
  at.a = address_for_reading(work, in, first, n);
  at.to = room[0];
  std::size_t left = n;
  do {
    order.record_tiles(work, at, left);
    work.barrier();
    heads.record(work, at.to, room[1], left);
    work.barrier();
    left = heads.count(left);
    at.a = room[1];
  } while (left > few);
  merge_buffers last{.a = at.a, .to = work.output(kept, left * order.key_bytes())};
  order.record_tiles(work, last, left); // which also brings them out
  work.run();
  return left;
}

void copy_to_host(operand const& in, std::size_t bytes, std::byte* to) {
  if (in.resident != nullptr)
    in.resident->download(to, bytes, in.offset_bytes);
  else
    std::memcpy(to, in.host, bytes);
}

} // namespace

void top_k(device const& where, kernel_site& site, recording const& recorded, operand const& in,
           std::size_t n, std::size_t k, void* best) {
  if (in.count < n || k > n)
    throw std::invalid_argument("gpu::top_k: " + std::to_string(in.count) + " elements where the first " +
                                std::to_string(k) + " of " + std::to_string(n) + " are asked for");
  merge_order const order(where.engine(), site, recorded, in.type);
  if (k == 0)
    return;
  std::size_t const bytes = order.key_bytes();
  operand left = in;
  std::size_t count = n;
  std::unique_ptr<std::byte[]> candidates;
  bool sorted = false;
  // Each round leaves at most half: tiles have twice as many elements as are kept of them.
  while (2 * k <= order.tile() && count > order.tile()) {
    operand const both[] = {left};
    std::size_t const most = chunk_elements(order.owner(), both, order.tile(), order.tile());
    std::size_t const piece =
        std::min(most, std::max(order.most() / order.tile(), std::size_t{1}) * order.tile());
    auto kept =
        std::make_unique_for_overwrite<std::byte[]>((ceil_div(count, piece) * order.tile() + k) * bytes);
    std::size_t all = 0;
    for (std::size_t first = 0; first < count; first += piece)
      all += shrink(order, left, first, std::min(piece, count - first), k, order.tile(),
                    kept.get() + all * bytes);
    sorted = count <= piece;
    candidates = std::move(kept);
    left = {candidates.get(), nullptr, all, in.type, 0};
    count = all;
  }
  if (candidates == nullptr) {
    candidates = std::make_unique_for_overwrite<std::byte[]>(count * bytes);
    copy_to_host(in, count * bytes, candidates.get());
    left = {candidates.get(), nullptr, count, in.type, 0};
  }
  if (!sorted)
    merge_sort(where, site, recorded, left, count);
  std::memcpy(best, candidates.get(), k * bytes);
}

bool warm_top_k(device const& where, kernel_site& site, recording const& recorded, scalar type, std::size_t n,
                std::size_t k) {
  merge_order const order(where.engine(), site, recorded, type);
  bool const few = 2 * k <= order.tile();
  bool ready = warm_merge_sort(where, site, recorded, type, few ? std::min(n, order.tile()) : n);
  if (few && n > order.tile())
    ready &= tile_heads(where.engine(), order.key_bytes(), order.tile(), k).warm();
  return ready;
}

} // namespace tandem::gpu
