#include <tandem/gpu/map_reduce.hpp>

#include "reduction.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/error.hpp>

#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

void check_counts(std::span<operand const> in, std::size_t n) {
  for (operand const& each : in)
    if (each.count < n)
      throw std::invalid_argument("gpu::reduce: an input of " + std::to_string(each.count) +
                                  " elements where " + std::to_string(n) + " are to be read");
}

void run_reduction(device const& where, kernel_site& site, recording const& recorded,
                   std::span<operand const> in, std::size_t n, joined_type const& type, void const* init,
                   void* result, reduction_order order, bool mapped) {
  engine& owner = where.engine();
  reduction const call(owner, site.match(recorded), recorded, in, mapped, order);
  if (call.takes_index() && n > std::size_t{1} << 32)
    throw std::invalid_argument("gpu::map_reduce: " + std::to_string(n) + " indices do not fit 32 bits");
  check_counts(in, n);
  if (n == 0)
    std::memmove(result, init, type.size_bytes());
  else
    call.run(in, n, type, init, result);
}

void check_functions(kernel_site& site, recording const& recorded, joined_type const& type) {
  if (recorded.functions() != 2)
    throw std::invalid_argument("gpu::map_reduce needs a recording of two functions");
  std::vector<scalar> const& taken = site.match(recorded).code().functions[1].inputs;
  std::vector<scalar> const numbers = numbers_of(type);
  if (taken.size() != 2 * numbers.size())
    throw std::invalid_argument(
        join({"gpu::map_reduce: a result of ", std::to_string(numbers.size()),
              " numbers for an operation on two of ", std::to_string(taken.size() / 2)}));
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (taken[i] != numbers[i])
      throw std::invalid_argument(join({"gpu::map_reduce: a result of ", name_of(numbers[i]),
                                        " for an operation on ", name_of(taken[i])}));
}

bool warm_reduction(device const& where, kernel_site& site, recording const& recorded,
                    std::span<operand const> in, std::size_t n, reduction_order order, bool mapped) {
  reduction const call(where.engine(), site.match(recorded), recorded, in, mapped, order);
  bool const first = call.kernel(reduction_pass::blocks, build::in_background) != nullptr;
  bool const second =
      n <= TANDEM_REDUCTION_BLOCK || call.kernel(reduction_pass::final, build::in_background) != nullptr;
  return first && second;
}

} // namespace

void reduce(device const& where, kernel_site& site, recording const& recorded, operand const& in,
            std::size_t n, void const* init, void* result, reduction_order order) {
  run_reduction(where, site, recorded, {&in, 1}, n, {computed(in.type), in.record}, init, result, order,
                false);
}

void map_reduce(device const& where, kernel_site& site, recording const& recorded,
                std::span<operand const> in, std::size_t n, joined_type type, void const* init, void* result,
                reduction_order order) {
  check_functions(site, recorded, type);
  run_reduction(where, site, recorded, in, n, type, init, result, order, true);
}

void map_reduce_blocks(device const& where, kernel_site& site, recording const& recorded,
                       std::span<operand const> in, std::size_t n, scalar type, void* totals,
                       reduction_order order) {
  check_functions(site, recorded, type);
  engine& owner = where.engine();
  if (type == scalar::boolean)
    throw unsupported_error("totals of blocks of bool", owner.info().name);
  if (in.empty())
    throw std::invalid_argument("gpu::map_reduce_blocks needs an input");
  reduction const call(owner, site.match(recorded), recorded, in, true, order);
  if (call.takes_index())
    throw std::invalid_argument("gpu::map_reduce_blocks: its function takes no index");
  check_counts(in, n);
  if (n != 0)
    call.run_blocks(in, n, static_cast<std::byte*>(totals));
}

bool warm_reduce(device const& where, kernel_site& site, recording const& recorded, std::size_t n,
                 reduction_order order) {
  operand in{};
  in.type = site.match(recorded).code().functions.at(0).inputs.at(0);
  return warm_reduction(where, site, recorded, {&in, 1}, n, order, false);
}

std::size_t most_indices(device const& where) {
  return where.engine().limits().max_indices;
}

bool warm_map_reduce(device const& where, kernel_site& site, recording const& recorded,
                     std::span<operand const> in, std::size_t n, reduction_order order) {
  return warm_reduction(where, site, recorded, in, n, order, true);
}

} // namespace tandem::gpu
