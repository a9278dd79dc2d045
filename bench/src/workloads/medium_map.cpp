#include "map_trial.hpp"

#include <tandem/math.hpp>

namespace tandem_bench {

workload medium_map() {
  return {"medium_map", "Medium map", "sin(x) · exp(x)", 8,
          prepare_map<1>([](auto x) { return tandem::sin(x) * tandem::exp(x); })};
}

} // namespace tandem_bench
