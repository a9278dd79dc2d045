#include "map_trial.hpp"

namespace tandem_bench {

workload three_input_map() {
  return {"three_input_map", "Three inputs", "a·b + c", 16,
          prepare_map<3>([](auto a, auto b, auto c) { return a * b + c; })};
}

} // namespace tandem_bench
