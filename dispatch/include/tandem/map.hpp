#pragma once

#include <tandem/detail/map.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// Applies a function to every element of one to eight ranges:
///
///     parallel_map([policy,] in…, out, f)              out[i] = f(in[i]…)
///     auto out = parallel_map([policy,] in…, f)        the results as a new std::vector
///     parallel_map([policy,] in…, std::tie(out0, out1…), f)
///                                                      out0[i], out1[i] … = f(in[i]…), f returning a std::tuple, std::pair or
///                                                      std::array of one result for each of one to eight outputs
///
/// The first two forms are told apart by how many arguments f takes. The second returns std::vector<R>, R the type f returns
/// (also where that is a tuple or a struct: one element each); tandem::array<R> when an input is a tandem::array or R is bool.
///
/// \param in   contiguous ranges of equal size; any element type on the CPU; on a GPU numbers (float, double, integers of 8 to 64
///             bits, bool, tandem::half), and std::tuple, std::pair, std::array and structs (TANDEM_STRUCT) of numbers
/// \param out  contiguous ranges of the same size; each may be one of the inputs, in any order, and they may not overlap one another
/// \param f    called once per element, in no order and from several threads; with `auto` parameters it may run on a GPU, where
///             it is recorded once with symbolic values
/// \throws std::invalid_argument if sizes differ or `out` overlaps an input otherwise than element for element; nothing is
///         written then. What f throws on the CPU: the first exception, the rest of the work is cancelled.
///         Under `on_gpu`: no_device_error, gpu::error, kernel_error.
///
/// Deterministic: the same bits on every backend for operations that are (see the numerics page). O(n) calls, no extra memory on
/// the CPU; on a GPU buffers for inputs and output, in chunks where they do not fit.
template <class... Args>
requires(sizeof...(Args) >= 2) decltype(auto) parallel_map(Args&&... args) {
  return detail::map_any(std::forward<Args>(args)...);
}

} // namespace tandem
