// A stack without locks that gives memory back safely. The two classic dangers: reading a node that another thread has just freed, and a
// compare-and-swap that succeeds because an address came back (ABA). Hazard pointers cure both: a thread announces the node it is about
// to read, and nobody frees an announced node.
//   M. M. Michael: Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects. IEEE TPDS 15(6), 2004.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr int threads = 4;
std::atomic<long> live_nodes{0};

struct node {
  explicit node(long v) : value(v) { ++live_nodes; }
  ~node() { --live_nodes; }
  long value;
  node* next = nullptr;
};

/// One slot a thread: the node it is reading. What it has taken out waits in `retired` until no slot names it.
struct alignas(64) hazard {
  std::atomic<node*> reading{nullptr};
  std::vector<node*> retired;
};

class stack {
 public:
  ~stack() {
    for (auto* one = head_.load(); one != nullptr;)
      delete std::exchange(one, one->next);
    for (auto& slot : hazards_)
      for (auto* one : slot.retired)
        delete one;
  }

  void push(long value) {
    auto* const added = new node(value);
    added->next = head_.load(std::memory_order_relaxed);
    // release: who sees the node sees its value too
    while (!head_.compare_exchange_weak(added->next, added, std::memory_order_release,
                                        std::memory_order_relaxed)) {
    }
  }

  std::optional<long> pop(int thread) {
    auto& mine = hazards_[static_cast<std::size_t>(thread)];
    node* top = nullptr;
    do {
      do { // announce, then look again: the node was still in the stack after the announcement, so it cannot be freed now
        top = head_.load();
        mine.reading.store(top); // sequentially consistent, against the load below and free_unread's
      } while (top != head_.load());
      if (top == nullptr)
        return std::nullopt;
    } while (!head_.compare_exchange_strong(top, top->next));
    mine.reading.store(nullptr);
    auto const value = top->value;
    mine.retired.push_back(top);
    if (mine.retired.size() >= 2 * threads)
      free_unread(mine.retired);
    return value;
  }

 private:
  void free_unread(std::vector<node*>& retired) {
    std::array<node*, threads> read_now{};
    std::transform(hazards_.begin(), hazards_.end(), read_now.begin(),
                   [](hazard const& one) { return one.reading.load(); });
    auto const kept = std::partition(retired.begin(), retired.end(), [&](node* one) {
      return std::find(read_now.begin(), read_now.end(), one) != read_now.end();
    });
    std::for_each(kept, retired.end(), [](node* one) { delete one; });
    retired.erase(kept, retired.end());
  }

  std::atomic<node*> head_{nullptr};
  std::array<hazard, threads> hazards_;
};

} // namespace

int main() {
  constexpr long each = 50'000;
  std::vector<std::vector<long>> taken(threads);
  long most_live = 0;
  {
    stack shared;
    {
      std::vector<std::jthread> team;
      for (int id = 0; id < threads; ++id)
        team.emplace_back([&, id] {
          for (long i = 0; i < each; ++i) {
            shared.push(id * each + i);
            if (auto const value = shared.pop(id))
              taken[static_cast<std::size_t>(id)].push_back(*value);
          }
        });
    }
    most_live = live_nodes;
    while (auto const value = shared.pop(0))
      taken[0].push_back(*value);
  }
  std::vector<long> all;
  for (auto const& one : taken)
    all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  bool right = all.size() == threads * each && live_nodes == 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    right &= all[i] == static_cast<long>(i);
  std::printf("%zu pushed and popped, none lost or doubled; %ld nodes waited at the end of the race, %ld "
              "were left behind: %s\n",
              all.size(), most_live, live_nodes.load(), right ? "right" : "WRONG");
  return right ? 0 : 1;
}
