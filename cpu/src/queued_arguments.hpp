#pragma once

#if defined(TANDEM_LSAN_BRIDGE)
#include <mutex>
#include <unordered_set>
#include <utility>
#endif

namespace tandem::cpu {

/// The argument of a call that is being queued. What TBB has queued lies in pages of its own, which
/// LeakSanitizer does not look into: what only a queued call knows would count as lost when the process ends
/// before that call has begun. So the files that queue calls tell the tool what is true: the argument is in
/// sight while, and only while, its call is queued; one that is forgotten after that is reported.
class queued_argument {
 public:
  queued_argument(queued_argument const&) = delete;
  queued_argument& operator=(queued_argument const&) = delete;

#if defined(TANDEM_LSAN_BRIDGE)
  explicit queued_argument(void* argument) : argument_(argument) {
    auto& [mutex, arguments] = in_sight();
    std::scoped_lock const lock(mutex);
    arguments.insert(argument);
  }
  ~queued_argument() {
    if (argument_ != nullptr)
      let_go(argument_);
  }
  void is_queued() noexcept {
    argument_ = nullptr;
  }

  /// When the call begins.
  static void let_go(void* argument) noexcept {
    auto& [mutex, arguments] = in_sight();
    std::scoped_lock const lock(mutex);
    arguments.erase(arguments.find(argument));
  }

 private:
  using registry = std::pair<std::mutex, std::unordered_multiset<void*>>;
  static registry& in_sight() {
    static auto* const instance = new registry; // never destroyed: calls may be queued until the process ends
    return *instance;
  }

  void* argument_;
#else
  explicit queued_argument(void*) noexcept {}
  void is_queued() noexcept {}
  static void let_go(void*) noexcept {}
#endif
};

} // namespace tandem::cpu
