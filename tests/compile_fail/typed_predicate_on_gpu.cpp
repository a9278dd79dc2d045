#include <tandem/filter.hpp>

int main() {
  std::vector<float> const x(10);
#ifdef FIXED
  static_cast<void>(tandem::parallel_filter(tandem::on_gpu, x, [](auto v) { return v > 1.0f; }));
#else
  static_cast<void>(tandem::parallel_filter(tandem::on_gpu, x, [](float v) { return v > 1.0f; }));
#endif
}
