#include <tandem/gather.hpp>

#include <vector>

int main() {
  std::vector<char> const in(10);
  std::vector<int> const index(10);
  std::vector<char> out(10);
#ifdef FIXED
  tandem::parallel_gather(tandem::on_cpu, in, index, out);
#else
  tandem::parallel_gather(tandem::on_gpu, in, index, out);
#endif
}
