#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// The operation of a reduction by key on the host: *left = op(*left, *right). Asked where a run goes on from
/// one piece of a very large range to the next.
struct host_join {
  void (*join)(void* context, void* left, void const* right);
  void* context;
};

/// For each run of consecutive equal keys its first key and op over its values, in the fixed shape of runs of
/// the architecture's page: the same bits as the CPU's. Returns how many runs there are. The recording has
/// the equality of keys, `trace<bool(K, K)>(equals)`, and then the operation, `trace_also<T(T, T)>(recorded,
/// op)`. Any element types but bool. The outputs have room for every run and overlap nothing. Keys are read
/// twice, values once. Throws as map does; outputs in host memory are then untouched, or, past the limits of
/// one allocation, partly written.
TANDEM_API std::size_t reduce_by_key(device const& where, kernel_site& site, recording const& recorded,
                                     operand const& keys, operand const& values, operand const& keys_out,
                                     operand const& values_out, std::size_t n, host_join join);

/// How many runs of consecutive equal keys there are.
TANDEM_API std::size_t count_runs(device const& where, kernel_site& site, recording const& recorded,
                                  operand const& keys, std::size_t n);

/// Starts building the kernels on a background thread. True when they are ready.
TANDEM_API bool warm_reduce_by_key(device const& where, kernel_site& site, recording const& recorded,
                                   std::size_t n);

} // namespace tandem::gpu
