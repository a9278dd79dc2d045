#include <tandem/tandem.hpp>

int main() {
  std::vector<float> const x(10);
  using namespace tandem;
#ifdef FIXED
  static_cast<void>(par(x) | take(5) | filter([](auto v) { return v > 1; }) | count());
#else
  static_cast<void>(par(x) | filter([](auto v) { return v > 1; }) | take(5) | count());
#endif
}
