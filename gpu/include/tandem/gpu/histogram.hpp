#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>
#include <span>

namespace tandem::gpu {

class device;

/// counts[f(in[i])] += 1 for i < n; returns how many results were no index of counts. f is function 0 of the
/// recording, `trace<void(T)>(f)`, and returns an integer. Exact for any n; shared counters up to 4096 bins,
/// global ones above. Throws as map does; `counts` is then untouched.
TANDEM_API std::uint64_t histogram(device const& where, kernel_site& site, recording const& recorded,
                                   operand const& in, std::size_t n, std::span<std::uint64_t> counts);

} // namespace tandem::gpu
