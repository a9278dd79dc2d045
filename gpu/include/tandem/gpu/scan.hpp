#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// out[i] = in[0] op … op in[i], in the fixed shape of scans of the architecture's page: the same bits as the
/// CPU's. op is function 0 of the recording, `trace<T(T, T)>(op)`; any element type but bool. `out` may be
/// `in`. Reduce-then-scan: every element is read twice and written once. Throws as map does; `out` is then
/// untouched or partly written.
TANDEM_API void inclusive_scan(device const& where, kernel_site& site, recording const& recorded,
                               operand const& in, operand const& out, std::size_t n);

/// out[i] = init op in[0] op … op in[i − 1]; `init` points to one T. Otherwise as inclusive_scan.
TANDEM_API void exclusive_scan(device const& where, kernel_site& site, recording const& recorded,
                               operand const& in, operand const& out, std::size_t n, void const* init);

/// Starts building the kernels that a scan of n elements will want, on a background thread. True when they are ready.
TANDEM_API bool warm_scan(device const& where, kernel_site& site, recording const& recorded, std::size_t n,
                          bool exclusive);

} // namespace tandem::gpu
