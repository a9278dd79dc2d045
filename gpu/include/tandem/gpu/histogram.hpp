#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>
#include <span>

namespace tandem::gpu {

class device;

/// counts[f(in[i])] += 1 for i < n; returns how many results were no index of counts. f is function 0 of the
/// recording, `trace<void(T)>(f)`, and returns an integer or bool. Exact for any n. Counters are private to a
/// group as far as its shared memory goes (several copies of them up to 2048 bins), in device memory above;
/// elements that are alike are added up before they are counted, so that skewed input is no slower. Throws as
/// map does; `counts` is then untouched.
TANDEM_API std::uint64_t histogram(device const& where, kernel_site& site, recording const& recorded,
                                   operand const& in, std::size_t n, std::span<std::uint64_t> counts);

/// Starts building its kernel for elements of `type` on a background thread. True when it is ready.
TANDEM_API bool warm_histogram(device const& where, kernel_site& site, recording const& recorded, scalar type,
                               std::size_t bins);

} // namespace tandem::gpu
