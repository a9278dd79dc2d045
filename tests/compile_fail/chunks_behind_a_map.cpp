#include <tandem/tandem.hpp>

int main() {
  std::vector<float> const x(10);
  using namespace tandem;
  auto const first = [](auto run) { return run[0]; };
#ifdef FIXED
  static_cast<void>(par(x) | chunks(2) | map(first) | sum());
#else
  static_cast<void>(par(x) | map([](auto v) { return v + 1; }) | chunks(2) | map(first) | sum());
#endif
}
