#include "map_trial.hpp"

#include <tandem/math.hpp>

namespace tandem_bench {

// The logistic map: nothing to fold, nothing to skip, values stay in [0, 1].
workload costly_map() {
  return {"costly_map", "Costly map", "256 steps of x ← 3.9 x (1 − x)", 8, prepare_map<1>([](auto x) {
            return tandem::repeat(256U, x, [](auto y) { return 3.9F * y * (1.0F - y); });
          })};
}

} // namespace tandem_bench
