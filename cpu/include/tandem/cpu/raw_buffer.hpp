#pragma once

#include <tandem/config.hpp>

#include <cstddef>

namespace tandem::cpu {

/// Uninitialised memory for the length of a call; large ones on huge pages where the system has them, since
/// touching memory for the first time costs more than sorting it.
class TANDEM_API raw_buffer {
 public:
  /// Throws std::bad_alloc.
  explicit raw_buffer(std::size_t size_bytes, std::size_t alignment = 64);
  ~raw_buffer();
  raw_buffer(raw_buffer const&) = delete;
  raw_buffer& operator=(raw_buffer const&) = delete;

  void* data() const noexcept { return data_; }

 private:
  void* data_;
  std::size_t alignment_;
};

} // namespace tandem::cpu
