#include "chunks.hpp"

#include "push_block.hpp"

namespace tandem::gpu::detail {

std::size_t chunk_elements(engine const& owner, std::span<operand const> operands,
                           std::size_t elements_per_group, std::size_t granule) {
  work_limits const limits = owner.limits();
  std::size_t widest = 1;
  bool copied = false;
  for (operand const& each : operands) {
    if (each.resident == nullptr) {
      widest = std::max(widest, size_of(each.type));
      copied = true;
    }
  }
  // Indices inside a kernel are 32 bits, and an access chain takes them as signed.
  std::size_t most = std::size_t{1} << 30;
  most = std::min<std::size_t>(most, limits.max_groups * elements_per_group);
  if (copied && limits.max_memory_bytes != 0)
    most = std::min<std::size_t>(most, limits.max_memory_bytes / widest);
  if (copied && limits.max_chunk_bytes != 0)
    most = std::min<std::size_t>(most, limits.max_chunk_bytes / widest);
  return std::max(granule, most / granule * granule);
}

std::vector<std::uint64_t>& table_addresses::storage() {
  thread_local std::vector<std::uint64_t> reused;
  return reused;
}

table_addresses::table_addresses(recorder& work, recording const& recorded) : addresses_(storage()) {
  addresses_.clear();
  for (table const& each : recorded.tables()) {
    if (each.count == 0)
      addresses_.push_back(0);
    else if (each.resident != nullptr)
      addresses_.push_back(work.address(*each.resident));
    else
      addresses_.push_back(work.input(each.host, each.count * size_of(each.type)));
  }
}

} // namespace tandem::gpu::detail
