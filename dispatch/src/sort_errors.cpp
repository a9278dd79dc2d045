#include <tandem/detail/sort.hpp>

#include <stdexcept>
#include <string>

namespace tandem::detail {

void throw_too_many_for_index(std::size_t n) {
  throw std::invalid_argument(
      "parallel_sort_permutation: keys has " + std::to_string(n) +
      " elements, more than a 32-bit index can number; use parallel_sort_permutation<std::uint64_t>");
}

} // namespace tandem::detail
