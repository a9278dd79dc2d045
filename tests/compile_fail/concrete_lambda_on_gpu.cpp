#include <tandem/tandem.hpp>

int main() {
  std::vector<float> const x(10);
#ifdef FIXED
  static_cast<void>(tandem::parallel_map(tandem::on_gpu, x, [](auto v) { return v + 1; }));
#else
  static_cast<void>(tandem::parallel_map(tandem::on_gpu, x, [](float v) { return v + 1; }));
#endif
}
