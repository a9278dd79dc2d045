#include <tandem/cpu/raw_buffer.hpp>

#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tandem::cpu {

raw_buffer::raw_buffer(std::size_t size_bytes, std::size_t alignment)
    : data_(nullptr), alignment_(alignment) {
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  bool const large = size_bytes >= 2 * huge_page;
  if (large && alignment_ < huge_page)
    alignment_ = huge_page;
  data_ = ::operator new (size_bytes, std::align_val_t{alignment_});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (large)
    madvise(data_, size_bytes / huge_page * huge_page,
            MADV_HUGEPAGE); // a wish: refusal changes nothing but speed
#endif
}

raw_buffer::~raw_buffer() {
  ::operator delete (data_, std::align_val_t{alignment_});
}

} // namespace tandem::cpu
