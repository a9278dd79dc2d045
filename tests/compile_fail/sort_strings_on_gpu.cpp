#include <tandem/sort.hpp>

#include <string>

int main() {
  std::vector<std::string> x(10);
#ifdef FIXED
  tandem::parallel_sort(tandem::on_cpu, x);
#else
  tandem::parallel_sort(tandem::on_gpu, x);
#endif
}
