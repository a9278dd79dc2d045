#include <tandem/cpu/order_indices.hpp>

#include <algorithm>

namespace tandem::cpu::detail {

void select_indices(std::size_t* indices, std::size_t count, std::size_t nth,
                    function_ref<bool(std::size_t, std::size_t)> before) {
  std::nth_element(indices, indices + nth, indices + count, before);
}

void sort_indices(std::size_t* indices, std::size_t count, function_ref<bool(std::size_t, std::size_t)> before) {
  std::sort(indices, indices + count, before);
}

} // namespace tandem::cpu::detail
