#pragma once

#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <memory>
#include <string>
#include <vector>

namespace tandem::cpu {

/// Names and pins the threads of an arena while they work in it; on leaving they get back what they had.
class thread_dressing : public tbb::task_scheduler_observer {
 public:
  thread_dressing(tbb::task_arena& arena, std::string name, bool pin);
  ~thread_dressing() override;
  void on_scheduler_entry(bool is_worker) override;
  void on_scheduler_exit(bool is_worker) override;

  /// For an arena that was terminated. A worker may still be in it, and TBB keeps it until that one leaves: the
  /// dressing is kept as long, so that the worker gets back what it had.
  static void retire(std::unique_ptr<thread_dressing> dressing);

 private:
  std::string name_;
  std::vector<int> processors_; // empty: not pinned
};

/// The processors that this process may run on.
std::vector<int> allowed_processors();

} // namespace tandem::cpu
