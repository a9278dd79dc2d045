// What the crossover suite finds out: the table, the files and the picture are all made of this.
#pragma once

#include "measure.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tandem_bench {

/// The ways of running that are compared. Order is drawing order.
/// (The GPU's are GPU-BLOB's: transfer always, transfer once, and none.)
enum class way : unsigned char { cpu_serial, cpu_parallel, gpu_transfer, gpu_once, gpu_resident };

inline constexpr way all_ways[] = {way::cpu_serial, way::cpu_parallel, way::gpu_transfer, way::gpu_once,
                                   way::gpu_resident};

/// "CPU, one thread" and so on.
std::string name_of(way which);
/// "cpu_serial" and so on, for files.
std::string key_of(way which);

/// One way over all sizes; a size that was not measured has no samples.
struct line {
  way which;
  std::vector<timing> at;
};

/// What `automatic` did at one size.
struct pick {
  std::string backend; ///< what it chose: "serial", "threads", "gpu" …
  timing time;         ///< what the call cost, the decision included
  double regret = 1.0; ///< time / best measured time with the data on the host
};

/// One workload.
struct panel {
  std::string key;        ///< "cheap_map"
  std::string title;      ///< "Cheap map"
  std::string expression; ///< "2x + 1"
  std::size_t bytes_per_element = 0;
  std::vector<std::size_t> sizes;
  std::vector<line> lines;
  std::vector<pick> picks;                  ///< one per size
  std::optional<double> measured_crossover; ///< GPU with transfers against the better CPU line
  std::optional<double> measured_once_crossover;
  std::optional<double> measured_resident_crossover;
  std::optional<double> predicted_crossover; ///< the model's, none when it sees none
  bool predicted = false;                    ///< whether a model was asked at all
};

/// Where it ran.
struct machine {
  std::string cpu;
  unsigned threads = 0;
  std::string gpu; ///< empty: no device
  std::string driver;
  std::string memory;
  std::string system;
  std::string compiler;
  std::string version; ///< of tandem, with the commit where it is known
  std::string date;
};

struct crossover_report {
  machine where;
  std::vector<panel> panels;
};

/// The line of one way, or null.
line const* find_line(panel const& from, way which);

/// Fills in crossovers and regrets from the lines and picks.
void conclude(panel& of);

} // namespace tandem_bench
