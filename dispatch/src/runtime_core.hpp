#pragma once

#include "companion.hpp"
#include "counter_table.hpp"
#include "devices.hpp"
#include "learner.hpp"
#include "profile_store.hpp"
#include "settings.hpp"

#include <tandem/cpu/pool.hpp>
#include <tandem/runtime.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tandem::detail {

/// What decisions are made from, at one moment; immutable once published.
struct knowledge {
  machine state;
  profile known;
};

/// The inside of a runtime.
class runtime_core {
 public:
  explicit runtime_core(runtime_options const& options);

  cpu::pool& pool() noexcept { return pool_; }
  settings const& set() const noexcept { return settings_; }
  device_set& devices() noexcept { return devices_; }
  learner& learned() noexcept { return learned_; }
  counter_table& counts() noexcept { return counts_; }
  companions& helpers() noexcept { return helpers_; }

  /// Never blocks; valid as long as the runtime.
  knowledge const& now() const noexcept { return *current_.load(std::memory_order_acquire); }

  /// Publishes what the devices and the profile file say now.
  void refresh();

  /// Replaces the profile by `measured`, publishes and stores it.
  TANDEM_API void learn(profile measured);

  /// One line to the explain sink, if there is one.
  bool explains() const noexcept { return sink_ != nullptr; }
  void say(decision const& made) const;

  /// Writes the trace that the settings ask for, if they do. A failure goes to the explain sink.
  void write_trace() const noexcept;

  /// What is wrong with the profile file and the cache folder.
  std::vector<std::string> warnings() const;

 private:
  void publish(knowledge next);
  void warn_once();

  settings settings_;
  cpu::pool pool_;
  profile_store store_;
  std::string const cache_warning_;
  std::mutex publishing_;
  std::vector<std::unique_ptr<knowledge const>>
      published_; // readers hold no reference: all are kept, there are few
  std::atomic<knowledge const*> current_{nullptr};
  learner learned_;
  counter_table counts_;
  companions helpers_;
  explain_sink sink_;
  void* sink_context_;
  std::atomic<bool> warned_{false};
  std::atomic<bool> warned_of_cache_{false};
  device_set devices_; // last: its background work uses everything above
};

} // namespace tandem::detail
