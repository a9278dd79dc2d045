#include <tandem/extrema.hpp>

#include <vector>

int main() {
  std::vector<float> const x(10);
  auto const by_size = [](float a, float b) { return a * a < b * b; };
#ifdef FIXED
  static_cast<void>(tandem::parallel_min_element(tandem::on_cpu, x, by_size));
#else
  static_cast<void>(tandem::parallel_min_element(tandem::on_gpu, x, by_size));
#endif
}
