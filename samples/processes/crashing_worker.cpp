// A worker that crashes without taking the parent along: images of made-up formats are decoded in a child;
// one of them makes the decoder dereference a null pointer. The parent sees the signal, notes the culprit,
// starts a new worker and goes on.
#include <array>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// The buggy library: adds up the bytes of the "image", but trusts a header that says there is no image.
int decode(std::string const& image) {
  char const* volatile pixels = image.starts_with("null:") ? nullptr : image.data();
  int sum = 0;
  for (std::size_t i = 0; i < image.size(); ++i)
    sum += pixels[i];
  return sum;
}

class worker {
 public:
  worker() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::system_error(errno, std::generic_category(), "socketpair");
    std::cout.flush(); // or the child has it, too, and may write it once more
    child_ = ::fork();
    if (child_ == 0) {
      ::close(ends[0]);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL); // not without the parent
      rlimit const no_core{0, 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      std::signal(SIGSEGV,
                  SIG_DFL); // no handler of the parent's, such as a sanitizer's, makes something else of it
      serve(ends[1]);
    }
    ::close(ends[1]);
    socket_ = ends[0];
  }
  worker(worker const&) = delete;
  worker& operator=(worker const&) = delete;
  ~worker() {
    ::close(socket_);
    if (child_ > 0)
      ::waitpid(child_, nullptr, 0);
  }

  /// The result, or the signal that the worker died of (negative).
  int ask(std::string const& image) {
    int result = 0;
    if (::send(socket_, image.data(), image.size(), MSG_NOSIGNAL) >= 0 &&
        ::recv(socket_, &result, sizeof result, 0) == static_cast<ssize_t>(sizeof result))
      return result;
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : -1000;
  }

 private:
  [[noreturn]] static void serve(int socket) {
    std::array<char, 256> buffer;
    for (ssize_t n; (n = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
      int const result = decode(std::string(buffer.data(), static_cast<std::size_t>(n)));
      if (::send(socket, &result, sizeof result, MSG_NOSIGNAL) < 0)
        break;
    }
    ::_exit(0);
  }
  pid_t child_ = -1;
  int socket_ = -1;
};

} // namespace

int main() {
  std::vector<std::string> const images{"abc", "hello", "null:x", "xyz", "null:y", "end"};
  int decoded = 0, crashed = 0;
  std::size_t at = 0;
  while (at < images.size()) {
    worker w; // a fresh one after each crash
    for (; at < images.size(); ++at) {
      int const result = w.ask(images[at]);
      if (result >= 0) {
        ++decoded;
        std::cout << images[at] << ": " << result << '\n';
        continue;
      }
      ++crashed;
      std::cout << images[at] << ": the worker died of " << ::strsignal(-result) << '\n';
      ++at; // the culprit is left out
      break;
    }
  }
  std::cout << decoded << " decoded, " << crashed << " crashes survived\n";
}
