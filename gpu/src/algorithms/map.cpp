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

bool writes_what_it_reads(std::span<operand const> out, std::span<operand const> in,
                          recording const& recorded, std::size_t n) {
  for (operand const& to : out) {
    std::size_t const bytes = n * to.element_bytes();
    for (operand const& each : in)
      if (overlap(to.host, bytes, each.host, n * each.element_bytes()))
        return true;
    for (table const& each : recorded.tables())
      if (overlap(to.host, bytes, each.host, each.count * size_of(each.type)))
        return true;
  }
  return false;
}

void check(char const* what, std::size_t most, std::span<operand const> operands, std::size_t n) {
  if (operands.size() > most)
    throw std::invalid_argument("gpu::map takes at most " + std::to_string(most) + " " + what + "s, not " +
                                std::to_string(operands.size()));
  for (operand const& each : operands)
    if (each.count < n)
      throw std::invalid_argument(std::string("gpu::map: an ") + what + " of " + std::to_string(each.count) +
                                  " elements for " + std::to_string(n) + " results");
}

/// One call of map or generate; `in` is empty for generate.
class map_call {
 public:
  map_call(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
           std::span<operand const> out)
      : owner_(where.engine()), traced_(site.match(recorded)), recorded_(recorded), in_(in), out_(out),
        kernel_(owner_, traced_, recorded, in, out) {}

  void run(std::size_t n) {
    std::array<operand, max_inputs + max_outputs> all;
    std::copy(in_.begin(), in_.end(), all.begin());
    std::copy(out_.begin(), out_.end(), all.begin() + static_cast<std::ptrdiff_t>(in_.size()));
    std::size_t const chunk =
        chunk_elements(owner_, {all.data(), in_.size() + out_.size()}, kernel_.elements_per_group(1), 4096);
    if (kernel_.counted()) {
      for (std::size_t first = 0; first < n; first += chunk)
        run_counted(first, std::min(chunk, n - first));
      return;
    }
    bool const direct = kernel_.writes_words() && !writes_what_it_reads(out_, in_, recorded_, n);
    auto const how = direct ? host_write::direct : host_write::when_complete;
    run_chunks(owner_, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
      map_addresses at;
      for (std::size_t k = 0; k < out_.size(); ++k)
        at.out[k] = address_for_writing(work, out_[k], first, count, how);
      record(work, first, count, at);
    });
  }

 private:
  /// `at` has the addresses of what is written.
  void record(recorder& work, std::size_t first, std::size_t count, map_addresses& at) {
    for (std::size_t k = 0; k < in_.size(); ++k)
      at.in[k] = address_for_reading(work, in_[k], first, count);
    table_addresses const tables(work, recorded_);
    map_variant const variant = kernel_.choose(at, count);
    push_block push;
    kernel_.fill(push, work, at, first, count);
    thread_local std::vector<std::byte> spilled;
    push.put_parameters(traced_.layout(), recorded_, work, spilled, tables.data());
    work.dispatch(*kernel_.pipeline_for(variant, build::now), push.data(), push.size(),
                  kernel_.groups(variant, count, at.out[0]));
  }

  /// Writes the outputs only after the device has said that no loop was cut off.
  void run_counted(std::size_t first, std::size_t count) {
    std::array<memory, max_outputs> results;
    memory const status = owner_.allocate(4);
    recorder work = owner_.record();
    work.fill(status, 0, 4, 0);
    work.barrier();
    map_addresses at;
    for (std::size_t k = 0; k < out_.size(); ++k) {
      results[k] = owner_.allocate((count * out_[k].element_bytes() + 3) / 4 * 4);
      at.out[k] = work.address(results[k]);
    }
    at.status = work.address(status);
    record(work, first, count, at);
    work.run();
    std::uint32_t overrun = 0;
    status.download(&overrun, 4);
    if (overrun != 0)
      require_loop_budget(std::numeric_limits<double>::infinity(), owner_);
    for (std::size_t k = 0; k < out_.size(); ++k)
      take_over(results[k], out_[k], first, count);
  }

  void take_over(memory const& results, operand const& out, std::size_t first, std::size_t count) {
    std::size_t const bytes = count * out.element_bytes();
    std::size_t const offset = first * out.element_bytes();
    if (out.resident == nullptr) {
      results.download(static_cast<std::byte*>(out.host) + offset, bytes);
      return;
    }
    recorder copying = owner_.record();
    copying.copy(results, 0, *out.resident, out.offset_bytes + offset, bytes);
    copying.run();
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  std::span<operand const> in_;
  std::span<operand const> out_;
  map_kernel kernel_;
};

void run_map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
             std::span<operand const> out, std::size_t n) {
  check("input", max_inputs, in, n);
  check("output", max_outputs, out, n);
  if (n != 0)
    map_call(where, site, recorded, in, out).run(n);
}

} // namespace

void map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
         std::span<operand const> out, std::size_t n) {
  run_map(where, site, recorded, in, out, n);
}

void map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
         operand const& out, std::size_t n) {
  run_map(where, site, recorded, in, {&out, 1}, n);
}

void generate(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> out,
              std::size_t n) {
  run_map(where, site, recorded, {}, out, n);
}

void generate(device const& where, kernel_site& site, recording const& recorded, operand const& out,
              std::size_t n) {
  run_map(where, site, recorded, {}, {&out, 1}, n);
}

bool warm_map(device const& where, kernel_site& site, recording const& recorded, std::span<operand const> in,
              std::span<operand const> out, std::size_t n) {
  check("input", max_inputs, in, 0);
  check("output", max_outputs, out, 0);
  map_kernel const kernel(where.engine(), site.match(recorded), recorded, in, out);
  return kernel.pipeline_for(kernel.choose({}, n), build::in_background) != nullptr;
}

} // namespace tandem::gpu
