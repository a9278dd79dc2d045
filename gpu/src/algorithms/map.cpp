#include <tandem/gpu/generate.hpp>

#include "chunks.hpp"
#include "map_kernel.hpp"
#include "push_block.hpp"

#include <tandem/gpu/device.hpp>

#include <limits>
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
class map_call {
 public:
  map_call(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
           operand const& out)
      : owner_(where.engine()), traced_(site.match(recorded)), recorded_(recorded), in_(in), out_(out),
        kernel_(owner_, traced_, recorded, in, out) {}

  void run(std::size_t n) {
    std::array<operand, max_inputs + 1> all;
    std::copy(in_.begin(), in_.end(), all.begin());
    all[in_.size()] = out_;
    std::size_t const chunk =
        chunk_elements(owner_, {all.data(), in_.size() + 1}, kernel_.elements_per_group(1), 4096);
    if (kernel_.counted()) {
      for (std::size_t first = 0; first < n; first += chunk)
        run_counted(first, std::min(chunk, n - first));
      return;
    }
    bool const direct = out_.type != scalar::boolean && !writes_what_it_reads(out_, in_, recorded_, n);
    run_chunks(owner_, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
      record(work, first, count,
             address_for_writing(work, out_, first, count,
                                 direct ? host_write::direct : host_write::when_complete),
             0);
    });
  }

 private:
  void record(recorder& work, std::size_t first, std::size_t count, std::uint64_t to, std::uint64_t status) {
    std::array<std::uint64_t, max_inputs> addresses{};
    for (std::size_t k = 0; k < in_.size(); ++k)
      addresses[k] = address_for_reading(work, in_[k], first, count);
    std::span<std::uint64_t const> const from(addresses.data(), in_.size());
    table_addresses const tables(work, recorded_);
    map_variant const variant = kernel_.choose(from, to, count);
    push_block push;
    kernel_.fill(push, from, to, first, count, status);
    thread_local std::vector<std::byte> spilled;
    push.put_parameters(traced_.layout(), recorded_, work, spilled, tables.data());
    work.dispatch(*kernel_.pipeline_for(variant, build::now), push.data(), push.size(),
                  kernel_.groups(variant, count, to));
  }

  /// Writes the output only after the device has said that no loop was cut off.
  void run_counted(std::size_t first, std::size_t count) {
    std::size_t const bytes = count * size_of(out_.type);
    memory const results = owner_.allocate((bytes + 3) / 4 * 4);
    memory const status = owner_.allocate(4);
    recorder work = owner_.record();
    work.fill(status, 0, 4, 0);
    work.barrier();
    record(work, first, count, work.address(results), work.address(status));
    work.run();
    std::uint32_t overrun = 0;
    status.download(&overrun, 4);
    if (overrun != 0)
      require_loop_budget(std::numeric_limits<double>::infinity(), owner_);
    std::size_t const offset = first * size_of(out_.type);
    if (out_.resident == nullptr) {
      results.download(static_cast<std::byte*>(out_.host) + offset, bytes);
      return;
    }
    recorder copying = owner_.record();
    copying.copy(results, 0, *out_.resident, out_.offset_bytes + offset, bytes);
    copying.run();
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  std::span<operand const> in_;
  operand const& out_;
  map_kernel kernel_;
};

void run_map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
             operand const& out, std::size_t n) {
  check(in, out, n);
  if (n != 0)
    map_call(where, site, recorded, in, out).run(n);
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
