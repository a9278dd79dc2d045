#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Copies the elements for which the predicate holds to the front of `out`, in their order; returns how many.
/// The predicate is function 0 of the recording, `trace<bool(T)>(p)`; any number as it lies in memory, narrow
/// ones too, which are moved bit by bit. `out` must
/// not overlap `in` and needs room for what is kept: where it is smaller, nothing is written and
/// std::invalid_argument says how many there are.
TANDEM_API std::size_t filter(device const& where, kernel_site& site, recording const& recorded,
                              operand const& in, operand const& out, std::size_t n);

/// Makes the output once the number of kept elements is known: room for so many.
struct room_for_result {
  operand (*make)(void* context, std::size_t kept);
  void* context;
};

/// filter into an output of exactly the size needed. The predicate is asked twice.
TANDEM_API std::size_t filter_to_new(device const& where, kernel_site& site, recording const& recorded,
                                     operand const& in, std::size_t n, room_for_result room);

/// All n elements: those for which the predicate holds first, both parts in their order. Returns how many
/// hold. `out` may be `in`, and must not overlap it otherwise. Any n. Throws as filter does; what is in host
/// memory is then as it was, or, where `out` is not `in`, partly written.
TANDEM_API std::size_t partition(device const& where, kernel_site& site, recording const& recorded,
                                 operand const& in, operand const& out, std::size_t n);

/// The first index for which the predicate holds, or n. Looks at ever larger pieces and stops after the first
/// hit.
TANDEM_API std::size_t find_if(device const& where, kernel_site& site, recording const& recorded,
                               operand const& in, std::size_t n);

/// For how many elements the predicate holds.
TANDEM_API std::size_t count_if(device const& where, kernel_site& site, recording const& recorded,
                                operand const& in, std::size_t n);

/// Start building the kernels of these calls on n elements of `type`, on a background thread. True when they
/// are ready.
TANDEM_API bool warm_filter(device const& where, kernel_site& site, recording const& recorded, scalar type,
                            std::size_t n);
TANDEM_API bool warm_partition(device const& where, kernel_site& site, recording const& recorded, scalar type,
                               std::size_t n);
TANDEM_API bool warm_count_if(device const& where, kernel_site& site, recording const& recorded, scalar type,
                              std::size_t n);
TANDEM_API bool warm_find_if(device const& where, kernel_site& site, recording const& recorded, scalar type);

} // namespace tandem::gpu
