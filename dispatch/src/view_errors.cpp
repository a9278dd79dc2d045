#include <tandem/views/adaptors.hpp>

namespace tandem::detail {

void throw_chain_zero(char const* adaptor) {
  throw std::invalid_argument(std::string{adaptor} + ": the size must be at least 1, not 0");
}

void throw_chain_index(std::size_t n, std::size_t index_bytes) {
  throw std::invalid_argument("enumerate: " + std::to_string(n) + " items are too many for an index of " +
                              std::to_string(index_bytes) +
                              " bytes; name a wider one, as in enumerate<std::uint64_t>()");
}

} // namespace tandem::detail
