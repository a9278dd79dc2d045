#include <tandem/gpu/room.hpp>

#include "../compile/kernel_cache.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>

namespace tandem::gpu {

memory room_on(device const& where, std::size_t size_bytes) {
  auto const largest = where.engine().limits().max_memory_bytes;
  if (largest != 0 && size_bytes > largest)
    throw unsupported_error("it has no room for " + std::to_string(size_bytes) + " bytes in one piece",
                            where.info().name);
  return {where, size_bytes};
}

bool changes_at_once(device const& where, std::size_t n, std::size_t element_bytes) {
  constexpr std::size_t elements_of_a_group = 4096; // at least, in algorithms that work in place
  constexpr std::size_t largest_value = 8;          // that a sort moves along with a key
  auto const limits = where.engine().limits();
  std::uint64_t most =
      std::min<std::uint64_t>(std::uint64_t{1} << 28, std::uint64_t{limits.max_groups} * elements_of_a_group);
  if (limits.max_memory_bytes != 0)
    most = std::min<std::uint64_t>(most, limits.max_memory_bytes / std::max(element_bytes, largest_value));
  if (auto const device_bytes = where.info().device_memory_bytes; device_bytes != 0)
    most = std::min<std::uint64_t>(most, device_bytes / 4 / (element_bytes + largest_value));
  return n <= most;
}

double kernel_build_us(device const& where) {
  return where.engine().context().kernels->build_us();
}

} // namespace tandem::gpu
