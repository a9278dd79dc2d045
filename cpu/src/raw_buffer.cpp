#include <tandem/cpu/raw_buffer.hpp>

#include <algorithm>
#include <mutex>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

// Touching fresh memory for the first time costs more than sorting it (on a virtual machine up to 15 µs a
// page). So a few blocks are kept from one call to the next. The system may take the pages of large ones
// whenever it needs memory: they are marked as worthless meanwhile.

namespace tandem::cpu {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t large_from = 2 * huge_page;
constexpr std::size_t kept_from = std::size_t{64} << 10; ///< smaller ones malloc keeps itself

constexpr std::size_t alignment_of(std::size_t size_bytes, std::size_t wanted) noexcept {
  return size_bytes >= large_from ? std::max(wanted, huge_page) : std::max<std::size_t>(wanted, 64);
}

void* allocate(std::size_t size_bytes, std::size_t alignment) {
  void* const data = ::operator new (size_bytes, std::align_val_t{alignment});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (size_bytes >= large_from)
    madvise(data, size_bytes / huge_page * huge_page,
            MADV_HUGEPAGE); // a wish: refusal changes nothing but speed
#endif
  return data;
}

struct block {
  void* data;
  std::size_t size_bytes;
  std::size_t alignment;
};

/// Blocks in use, and those kept for the next call, the newest last.
class blocks {
 public:
  void* take(std::size_t size_bytes, std::size_t alignment) {
    size_bytes = (size_bytes + kept_from - 1) / kept_from * kept_from;
    std::unique_lock lock(guard_);
    auto best = kept_.end();
    for (auto b = kept_.begin(); b != kept_.end(); ++b)
      if (b->size_bytes >= size_bytes && b->size_bytes / 2 <= size_bytes && b->alignment >= alignment &&
          (best == kept_.end() || b->size_bytes < best->size_bytes))
        best = b;
    used_.reserve(used_.size() + 1); // what may throw comes first
    if (best != kept_.end()) {
      used_.push_back(*best);
      kept_bytes_ -= best->size_bytes;
      kept_.erase(best);
    } else {
      used_.push_back({allocate(size_bytes, alignment), size_bytes, alignment});
    }
    return used_.back().data;
  }

  void give_back(void* data) noexcept {
    std::unique_lock const lock(guard_);
    auto const found =
        std::find_if(used_.begin(), used_.end(), [data](block const& b) { return b.data == data; });
    block const returned = *found;
    used_.erase(found);
    if (returned.size_bytes > most_bytes_)
      return release(returned);
    while (kept_.size() == most_blocks || kept_bytes_ + returned.size_bytes > most_bytes_) {
      kept_bytes_ -= kept_.front().size_bytes;
      release(kept_.front());
      kept_.erase(kept_.begin());
    }
#if defined(__linux__) && defined(MADV_FREE)
    if (returned.size_bytes >= large_from)
      madvise(returned.data, returned.size_bytes / huge_page * huge_page, MADV_FREE);
#endif
    kept_.push_back(returned); // has room: see the constructor
    kept_bytes_ += returned.size_bytes;
  }

  blocks() {
    kept_.reserve(most_blocks);
#if defined(__linux__)
    long const pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGE_SIZE);
    if (pages > 0 && page_bytes > 0)
      most_bytes_ =
          std::min(most_bytes_, static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes) / 32);
#endif
  }

 private:
  static constexpr std::size_t most_blocks = 8;

  static void release(block const& b) noexcept {
    ::operator delete (b.data, std::align_val_t{b.alignment});
  }

  std::mutex guard_;
  std::vector<block> used_, kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t most_bytes_ = std::size_t{256} << 20;
};

/// Lives as long as the process: threads may still sort while statics are destroyed.
blocks& all_blocks() {
  static blocks& all = *new blocks;
  return all;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool keeps_blocks = false; // a sanitizer should see every block come and go
#else
constexpr bool keeps_blocks = true;
#endif

} // namespace

raw_buffer::raw_buffer(std::size_t size_bytes, std::size_t alignment)
    : data_(nullptr), alignment_(alignment_of(size_bytes, alignment)) {
  if (keeps_blocks && size_bytes >= kept_from) {
    data_ = all_blocks().take(size_bytes, alignment_);
    alignment_ = 0; // one of all_blocks()
  } else {
    data_ = allocate(size_bytes, alignment_);
  }
}

raw_buffer::~raw_buffer() {
  if (alignment_ == 0)
    all_blocks().give_back(data_);
  else
    ::operator delete (data_, std::align_val_t{alignment_});
}

} // namespace tandem::cpu
