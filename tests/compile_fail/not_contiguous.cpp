#include <tandem/tandem.hpp>

#include <list>

int main() {
#ifdef FIXED
  std::vector<float> const x(10);
#else
  std::list<float> const x(10);
#endif
  tandem::parallel_map(x, [](auto v) { return v + 1; });
}
