#include "chunks.hpp"

#include "push_block.hpp"

namespace tandem::gpu::detail {

std::size_t chunk_elements(engine const& owner, std::span<operand const> operands,
                           std::size_t elements_per_group, std::size_t granule) {
  work_limits const limits = owner.limits();
  std::size_t widest = 1;
  std::size_t longest = 1;
  bool copied = false;
  for (operand const& each : operands) {
    if (each.resident == nullptr) {
      widest = std::max(widest, each.element_bytes());
      copied = true;
    }
    if (each.record != nullptr)
      longest = std::max(longest, each.element_bytes());
  }
  // Indices inside a kernel are 32 bits, and an access chain takes them as signed.
  std::size_t most = std::min(std::size_t{1} << 30, (std::size_t{1} << 31) / longest);
  most = std::min<std::size_t>(most, limits.max_groups * elements_per_group);
  if (copied && limits.max_memory_bytes != 0)
    most = std::min<std::size_t>(most, limits.max_memory_bytes / widest);
  if (copied && limits.max_chunk_bytes != 0)
    most = std::min<std::size_t>(most, limits.max_chunk_bytes / widest);
  return std::max(granule, most / granule * granule);
}

namespace {

/// The first table over the same bytes: structs are one table for each type of their members.
std::uint32_t same_elements(recording const& recorded, std::uint32_t t) {
  table const& wanted = recorded.tables()[t];
  for (std::uint32_t i = 0; i < t; ++i) {
    table const& each = recorded.tables()[i];
    if (each.host == wanted.host && each.resident == wanted.resident &&
        each.count * size_of(each.type) == wanted.count * size_of(wanted.type))
      return i;
  }
  return t;
}

} // namespace

std::vector<std::uint64_t>& table_addresses::storage() {
  thread_local std::vector<std::uint64_t> reused;
  return reused;
}

table_addresses::table_addresses(recorder& work, recording const& recorded) : addresses_(storage()) {
  addresses_.clear();
  for (std::uint32_t t = 0; t < recorded.tables().size(); ++t) {
    table const& each = recorded.tables()[t];
    if (each.count > 0xffffffffu)
      throw unsupported_error("a captured view of more than 2^32 - 1 numbers needs wider indices",
                              "the GPU side");
    std::uint32_t const other = same_elements(recorded, t);
    if (other != t)
      addresses_.push_back(addresses_[other]);
    else if (each.count == 0)
      addresses_.push_back(0);
    else if (each.resident != nullptr)
      addresses_.push_back(work.address(*each.resident));
    else
      addresses_.push_back(work.input(each.host, each.count * size_of(each.type)));
  }
}

} // namespace tandem::gpu::detail
