#include <tandem/gpu/generate.hpp>

#include "chunks.hpp"
#include "map_kernel.hpp"
#include "push_block.hpp"

#include <tandem/gpu/device.hpp>

#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

bool writes_what_it_reads(operand const& out, std::span<operand const> in, recording const& recorded,
                          std::size_t n) {
  std::size_t const bytes = n * size_of(out.type);
  for (operand const& each : in)
    if (overlap(out.host, bytes, each.host, n * size_of(each.type)))
      return true;
  for (table const& each : recorded.tables())
    if (overlap(out.host, bytes, each.host, each.count * size_of(each.type)))
      return true;
  return false;
}

void check(std::span<operand const> in, operand const& out, std::size_t n) {
  if (in.size() > max_inputs)
    throw std::invalid_argument("gpu::map takes at most " + std::to_string(max_inputs) + " inputs, not " +
                                std::to_string(in.size()));
  for (operand const& each : in)
    if (each.count < n)
      throw std::invalid_argument("gpu::map: an input of " + std::to_string(each.count) + " elements for " +
                                  std::to_string(n) + " results");
  if (out.count < n)
    throw std::invalid_argument("gpu::map: an output of " + std::to_string(out.count) + " elements for " +
                                std::to_string(n) + " results");
}

/// One call of map or generate; `in` is empty for generate.
void run_map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
             operand const& out, std::size_t n) {
  check(in, out, n);
  if (n == 0)
    return;
  engine& owner = where.engine();
  shape& traced = site.match(recorded);
  map_kernel const kernel(owner, traced, recorded, in, out);
  bool const direct = out.type != scalar::boolean && !writes_what_it_reads(out, in, recorded, n);
  std::array<operand, max_inputs + 1> all;
  std::copy(in.begin(), in.end(), all.begin());
  all[in.size()] = out;
  std::size_t const chunk =
      chunk_elements(owner, {all.data(), in.size() + 1}, kernel.elements_per_group(1), 4096);
  thread_local std::vector<std::byte> spilled;
  run_chunks(owner, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    std::array<std::uint64_t, max_inputs> from{};
    for (std::size_t k = 0; k < in.size(); ++k)
      from[k] = address_for_reading(work, in[k], first, count);
    std::uint64_t const to =
        address_for_writing(work, out, first, count, direct ? host_write::direct : host_write::when_complete);
    table_addresses const tables(work, recorded);
    map_variant const variant = kernel.choose(std::span(from.data(), in.size()), to, count);
    push_block push;
    kernel.fill(push, std::span(from.data(), in.size()), to, first, count);
    push.put_parameters(traced.layout(), recorded, work, spilled, tables.data());
    work.dispatch(*kernel.pipeline_for(variant, build::now), push.data(), push.size(),
                  kernel.groups(variant, count, to));
  });
}

} // namespace

void map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
         operand const& out, std::size_t n) {
  run_map(where, site, recorded, in, out, n);
}

void generate(device const& where, kernel_site& site, recording const& recorded, operand const& out,
              std::size_t n) {
  run_map(where, site, recorded, {}, out, n);
}

bool warm_map(device const& where, kernel_site& site, recording const& recorded, std::size_t inputs,
              scalar out, std::size_t n) {
  std::array<operand, max_inputs> in{};
  shape& traced = site.match(recorded);
  std::vector<scalar> const& types = traced.code().functions.at(0).inputs;
  for (std::size_t k = 0; k < std::min(inputs, max_inputs); ++k)
    in[k].type = types.at(k);
  operand to{};
  to.type = out;
  map_kernel const kernel(where.engine(), traced, recorded, {in.data(), inputs}, to);
  return kernel.pipeline_for(kernel.choose({}, 0, n), build::in_background) != nullptr;
}

} // namespace tandem::gpu
