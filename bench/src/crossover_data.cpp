#include "crossover_data.hpp"

#include "statistics.hpp"

#include <algorithm>
#include <limits>

namespace tandem_bench {

std::string name_of(way which) {
  switch (which) {
  case way::cpu_serial:
    return "CPU, one thread";
  case way::cpu_parallel:
    return "CPU, all threads";
  case way::gpu_transfer:
    return "GPU, sent each time";
  case way::gpu_once:
    return "GPU, sent once for 8";
  case way::gpu_resident:
    return "GPU, data stays there";
  }
  return "?";
}

std::string key_of(way which) {
  switch (which) {
  case way::cpu_serial:
    return "cpu_serial";
  case way::cpu_parallel:
    return "cpu_parallel";
  case way::gpu_transfer:
    return "gpu_transfer";
  case way::gpu_once:
    return "gpu_once";
  case way::gpu_resident:
    return "gpu_resident";
  }
  return "?";
}

line const* find_line(panel const& from, way which) {
  auto const found =
      std::find_if(from.lines.begin(), from.lines.end(), [which](line const& l) { return l.which == which; });
  return found == from.lines.end() ? nullptr : &*found;
}

namespace {

double time_or_never(panel const& of, way which, std::size_t index) {
  line const* const l = find_line(of, which);
  return l != nullptr && l->at[index].samples > 0 ? l->at[index].median_ns
                                                  : std::numeric_limits<double>::infinity();
}

// Against the better of the CPU lines, over the sizes where both sides were measured.
std::optional<double> crossover_of(panel const& of, way challenger) {
  std::vector<std::size_t> sizes;
  std::vector<double> cpu;
  std::vector<double> gpu;
  for (std::size_t i = 0; i < of.sizes.size(); ++i) {
    double const best_cpu =
        std::min(time_or_never(of, way::cpu_serial, i), time_or_never(of, way::cpu_parallel, i));
    double const other = time_or_never(of, challenger, i);
    if (best_cpu < std::numeric_limits<double>::infinity() &&
        other < std::numeric_limits<double>::infinity()) {
      sizes.push_back(of.sizes[i]);
      cpu.push_back(best_cpu);
      gpu.push_back(other);
    }
  }
  return crossover(sizes, cpu, gpu);
}

} // namespace

void conclude(panel& of) {
  of.measured_crossover = crossover_of(of, way::gpu_transfer);
  of.measured_once_crossover = crossover_of(of, way::gpu_once);
  of.measured_resident_crossover = crossover_of(of, way::gpu_resident);
  for (std::size_t i = 0; i < of.picks.size(); ++i) {
    double const best =
        std::min({time_or_never(of, way::cpu_serial, i), time_or_never(of, way::cpu_parallel, i),
                  time_or_never(of, way::gpu_transfer, i)});
    // Automatic itself may be the fastest seen: then there is nothing to regret.
    of.picks[i].regret = std::max(1.0, of.picks[i].time.median_ns / best);
  }
}

} // namespace tandem_bench
