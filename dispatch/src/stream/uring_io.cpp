#include "uring_io.hpp"

#include "descriptor.hpp"

#include <tandem/error.hpp>

#if defined(TANDEM_HAS_IO_URING)

#include <liburing.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace tandem::detail {

namespace {

// A chunk is cut into pieces that the device may work on at the same time.
constexpr unsigned most_pieces = 8;
constexpr std::size_t smallest_piece = std::size_t{256} << 10;

class uring_io final : public file_io {
 public:
  uring_io() {
    int const failed = ::io_uring_queue_init(most_pieces, &ring_, 0);
    if (failed < 0)
      throw_errno(-failed, "io_uring_setup");
  }
  ~uring_io() override { ::io_uring_queue_exit(&ring_); }
  uring_io(uring_io const&) = delete;
  uring_io& operator=(uring_io const&) = delete;

  std::size_t read(int fd, std::byte* to, std::size_t n, std::uint64_t offset,
                   std::string const& name) override {
    auto pieces = cut(n, most_pieces);
    run(pieces, "reading ", name, [&](io_uring_sqe& entry, piece const& p) {
      ::io_uring_prep_read(&entry, fd, to + p.at + p.done, length_of(p), offset + p.at + p.done);
    });
    // What was read stands up to the first piece that met the end of the file.
    std::size_t whole = 0;
    for (piece const& p : pieces) {
      whole += p.done;
      if (p.done != p.size)
        break;
    }
    return whole;
  }

  void write(int fd, std::byte const* from, std::size_t n, std::uint64_t offset,
             std::string const& name) override {
    auto pieces = cut(n, 1); // writes to one file exclude each other anyway
    run(pieces, "writing ", name, [&](io_uring_sqe& entry, piece const& p) {
      ::io_uring_prep_write(&entry, fd, from + p.at + p.done, length_of(p), offset + p.at + p.done);
    });
    if (pieces[0].done != n)
      throw error("writing " + name + ": the system took " + std::to_string(pieces[0].done) + " of " +
                  std::to_string(n) + " bytes");
  }

 private:
  struct piece {
    std::size_t at = 0, size = 0, done = 0;
    bool ended = false;
  };
  using pieces_type = std::array<piece, most_pieces>;

  /// Nothing was done. ECANCELED, too, since nobody here cancels: the system gives a request up that it hands to a thread of
  /// its own when a signal comes while it makes one.
  static bool try_again(int result) noexcept {
    return result == -EINTR || result == -EAGAIN || result == -ECANCELED;
  }

  static unsigned length_of(piece const& p) noexcept {
    return static_cast<unsigned>(std::min<std::size_t>(p.size - p.done, std::size_t{1} << 30));
  }

  static pieces_type cut(std::size_t n, unsigned most) noexcept {
    pieces_type all;
    std::size_t const size = std::max((n / most + 4095) / 4096 * 4096, std::min(n, smallest_piece));
    for (std::size_t i = 0, at = 0; at < n; ++i, at += all[i - 1].size)
      all[i] = {at, i + 1 == most ? n - at : std::min(size, n - at)};
    return all;
  }

  /// Until every piece is complete or at the end of the file: what came short is asked for again. The first
  /// error is thrown when nothing is under way any more, for the kernel writes to the caller's memory until
  /// then.
  template <class Prepare>
  void run(pieces_type& pieces, char const* doing, std::string const& name, Prepare const& prepare) {
    int error_number = 0;
    unsigned under_way = 0;
    auto const submit = [&](piece& p) {
      io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
      prepare(*entry, p);
      ::io_uring_sqe_set_data(entry, &p);
      ++under_way;
    };
    for (piece& p : pieces)
      if (p.size != 0)
        submit(p);
    while (under_way != 0) {
      int const sent = ::io_uring_submit_and_wait(&ring_, 1);
      if (sent < 0 && sent != -EINTR && sent != -EAGAIN && sent != -EBUSY) {
        error_number = -sent;
        if (::io_uring_sq_ready(&ring_) == under_way)
          break; // none of them was taken
      }
      io_uring_cqe* entry = nullptr;
      while (::io_uring_peek_cqe(&ring_, &entry) == 0) {
        auto& p = *static_cast<piece*>(::io_uring_cqe_get_data(entry));
        int const result = entry->res;
        ::io_uring_cqe_seen(&ring_, entry);
        --under_way;
        if (result > 0)
          p.done += static_cast<std::size_t>(result);
        else if (result == 0)
          p.ended = true;
        else if (!try_again(result))
          error_number = error_number ? error_number : -result;
        if (error_number == 0 && !p.ended && p.done != p.size)
          submit(p);
      }
    }
    if (error_number != 0)
      throw_errno(error_number, doing + name);
  }

  io_uring ring_{};
};

} // namespace

std::unique_ptr<file_io> make_uring_io() {
  return std::make_unique<uring_io>();
}

std::string probe_io_uring() {
  try {
    uring_io ring;
    descriptor const file(::memfd_create("tandem", MFD_CLOEXEC));
    if (!file)
      throw_errno("memfd_create");
    constexpr std::size_t size = 12;
    std::byte const out[size] = {std::byte{7}};
    std::byte in[size] = {};
    ring.write(file.get(), out, size, 0, "a file in memory");
    if (ring.read(file.get(), in, size, 0, "a file in memory") != size || std::memcmp(in, out, size) != 0)
      return "io_uring does not read back what it wrote";
    return {};
  } catch (std::exception const& e) {
    return std::string("this system does not offer it: ") + e.what();
  }
}

} // namespace tandem::detail

#else

namespace tandem::detail {

std::string probe_io_uring() {
  return "this build of tandem was made without liburing";
}
std::unique_ptr<file_io> make_uring_io() {
  throw error(probe_io_uring());
}

} // namespace tandem::detail

#endif
