#pragma once

#include <tandem/cpu/isa.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu::sorting {

/// Sorting networks of the vectors of one instruction set.
template <class Key>
struct key_network {
  void (*sort)(Key* keys, std::size_t n) = nullptr; ///< null: there is none
  std::size_t up_to = 0;                            ///< keys it takes
};

/// Those of `level`. No allocation, no system call, unlike Highway's sort of any size, which asks the system
/// for random numbers each time.
template <class Key>
key_network<Key> network_for(isa level) noexcept;

extern template key_network<std::int32_t> network_for(isa) noexcept;
extern template key_network<std::uint32_t> network_for(isa) noexcept;
extern template key_network<std::int64_t> network_for(isa) noexcept;
extern template key_network<std::uint64_t> network_for(isa) noexcept;

} // namespace tandem::cpu::sorting
