#include <tandem/stream/packet.hpp>

#include <atomic>
#include <new>

namespace tandem::detail {

namespace {
std::atomic<long> buffers_alive{0};
}

staging_buffer::staging_buffer(std::size_t bytes)
    : data_(static_cast<std::byte*>(::operator new(bytes, std::align_val_t(alignment)))) {
  ++buffers_alive;
}

staging_buffer::~staging_buffer() {
  if (!data_)
    return;
  ::operator delete(data_, std::align_val_t(alignment));
  --buffers_alive;
}

long staging_buffer::alive() noexcept {
  return buffers_alive;
}

} // namespace tandem::detail
