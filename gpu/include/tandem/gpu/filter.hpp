#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Copies the elements for which the predicate holds to the front of `out`, in their order; returns how many.
/// The predicate is function 0 of the recording, `trace<bool(T)>(p)`; any element type but bool. `out` must
/// not overlap `in` and needs room for what is kept: where it is smaller, nothing is written and
/// std::invalid_argument says how many there are.
TANDEM_API std::size_t filter(device const& where, kernel_site& site, recording const& recorded,
                              operand const& in, operand const& out, std::size_t n);

/// All n elements: those for which the predicate holds first, both parts in their order. Returns how many
/// hold. `out` must not overlap `in`. The device must have room for n elements.
TANDEM_API std::size_t partition(device const& where, kernel_site& site, recording const& recorded,
                                 operand const& in, operand const& out, std::size_t n);

/// The first index for which the predicate holds, or n. Looks at ever larger pieces and stops after the first
/// hit.
TANDEM_API std::size_t find_if(device const& where, kernel_site& site, recording const& recorded,
                               operand const& in, std::size_t n);

/// For how many elements the predicate holds.
TANDEM_API std::size_t count_if(device const& where, kernel_site& site, recording const& recorded,
                                operand const& in, std::size_t n);

} // namespace tandem::gpu
