#include "map_trial.hpp"

namespace tandem_bench {

workload cheap_map() {
  return {"cheap_map", "Cheap map", "2x + 1", 8, prepare_map<1>([](auto x) { return x * 2.0F + 1.0F; })};
}

} // namespace tandem_bench
