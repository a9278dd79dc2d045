#include <tandem/tandem.hpp>

int main() {
  std::vector<float> const x(10);
  using namespace tandem;
#ifdef FIXED
  static_cast<void>(par(on_gpu, x) | map([](auto v) { return v + 1; }) | sum());
#else
  static_cast<void>(par(on_gpu, x) | map([](float v) { return v + 1; }) | sum());
#endif
}
