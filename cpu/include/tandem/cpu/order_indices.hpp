#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/function_ref.hpp>

#include <cstddef>

namespace tandem::cpu::detail {

/// Brings the index that would stand at `nth` if they were sorted there, those before it to its left.
TANDEM_API void select_indices(std::size_t* indices, std::size_t count, std::size_t nth,
                               function_ref<bool(std::size_t, std::size_t)> before);
TANDEM_API void sort_indices(std::size_t* indices, std::size_t count,
                             function_ref<bool(std::size_t, std::size_t)> before);

} // namespace tandem::cpu::detail
