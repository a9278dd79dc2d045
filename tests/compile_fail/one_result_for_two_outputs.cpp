#include <tandem/map.hpp>

#include <tuple>
#include <vector>

int main() {
  std::vector<float> in(10), a(10), b(10);
#ifdef FIXED
  tandem::parallel_map(in, std::tie(a, b), [](auto x) { return std::tuple{x, x + 1.0f}; });
#else
  tandem::parallel_map(in, std::tie(a, b), [](auto x) { return x; });
#endif
}
