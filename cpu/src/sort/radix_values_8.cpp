#include "sort/radix_engine.hpp"

namespace tandem::cpu::sorting {

template void radix_sort_with<std::uint64_t>(execution const&, radix_keys const&, radix_values const&);

} // namespace tandem::cpu::sorting
