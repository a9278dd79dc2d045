#include <tandem/tandem.hpp>

int main() {
  std::vector<float> const x(10);
#ifdef FIXED
  std::vector<float> out(10);
#else
  std::vector<float> const out(10);
#endif
  tandem::parallel_map(x, out, [](auto v) { return v + 1; });
}
