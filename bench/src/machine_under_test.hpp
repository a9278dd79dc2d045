// The runtimes of a run: one thread, all threads with a GPU if there is one, calibrated.
#pragma once

#include "commands.hpp"
#include "crossover_data.hpp"
#include "workload.hpp"

namespace tandem_bench {

class machine_under_test {
 public:
  /// Finds the device, and calibrates where no profile is stored. Throws std::invalid_argument for a device
  /// that is not there.
  explicit machine_under_test(common_options const& common);

  runtimes const& where() const { return where_; }
  machine const& description() const { return description_; }

 private:
  std::string device_;
  tandem::runtime serial_;
  tandem::runtime all_;
  runtimes where_;
  machine description_;
};

} // namespace tandem_bench
