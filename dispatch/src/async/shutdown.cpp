#include <tandem/async/shutdown.hpp>

#include <atomic>

namespace tandem {

struct graceful_shutdown::state {
  explicit state(asio::any_io_executor const& executor) : signals(executor) {}

  void begin(int number) noexcept {
    int none = 0;
    signal.compare_exchange_strong(none, number);
    stop.request_stop();
    begun.set();
  }

  asio::signal_set signals;
  std::stop_source stop;
  event begun;
  std::atomic<int> signal{0};
};

graceful_shutdown::graceful_shutdown(asio::any_io_executor executor, std::initializer_list<int> signals)
    : state_(std::make_shared<state>(executor)) {
  for (int const s : signals)
    state_->signals.add(s);
  // Weak: a waiting handler that owned its own signal set would never be destroyed.
  state_->signals.async_wait([weak = std::weak_ptr(state_)](std::error_code error, int number) {
    auto const s = weak.lock();
    if (error || !s)
      return;
    std::error_code ignored;
    s->signals.clear(ignored); // back to the default effect
    s->begin(number);
  });
}

graceful_shutdown::~graceful_shutdown() = default;

std::stop_token graceful_shutdown::token() const noexcept {
  return state_->stop.get_token();
}
int graceful_shutdown::signal() const noexcept {
  return state_->signal.load();
}

void graceful_shutdown::request() noexcept {
  state_->begin(0);
  // The wait for a signal would keep the context busy; a signal set belongs to its executor.
  asio::post(state_->signals.get_executor(), [s = state_] {
    std::error_code ignored;
    s->signals.clear(ignored);
    s->signals.cancel(ignored);
  });
}
event const& graceful_shutdown::begun() const noexcept {
  return state_->begun;
}

} // namespace tandem
