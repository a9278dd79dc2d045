#include <tandem/tandem.hpp>

int main() {
  std::vector<float> x(10);
#ifdef FIXED
  tandem::parallel_for_each(tandem::on_cpu, x, [](float& v) { v += 1; });
#else
  tandem::parallel_for_each(tandem::on_gpu, x, [](float& v) { v += 1; });
#endif
}
