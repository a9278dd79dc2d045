// A program may end at any moment, also right after the call that made the runtime look for devices in the background.
#include <tandem/tandem.hpp>

#include <vector>

int main() {
  std::vector<float> const a(2'000'000, 1.0f);
  auto const b = tandem::parallel_map(a, [](auto x) { return tandem::exp(x); });
  return b[0] > 2 ? 0 : 1;
}
