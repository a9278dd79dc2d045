#include <tandem/sort.hpp>

int main() {
  std::vector<float> x(10);
  auto const typed = [](float a, float b) { return a * a < b * b; };
#ifdef FIXED
  tandem::parallel_sort(tandem::on_cpu, x, typed);
#else
  tandem::parallel_sort(tandem::on_gpu, x, typed);
#endif
}
