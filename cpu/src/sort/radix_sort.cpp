#include <tandem/cpu/radix_sort.hpp>

#include "sort/radix_engine.hpp"

namespace tandem::cpu {

void radix_sort(execution const& how, radix_keys const& keys, radix_values const& values) {
  if (keys.count == 0)
    return;
  constexpr std::size_t parallel_from = 16 * 1024;
  execution const used = keys.count < parallel_from ? execution{nullptr, how.level} : how;
  if (values.size == 4)
    sorting::radix_sort_with<std::uint32_t>(used, keys, values);
  else
    sorting::radix_sort_with<std::uint64_t>(used, keys, values);
}

} // namespace tandem::cpu
