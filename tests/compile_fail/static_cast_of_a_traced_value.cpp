#include <tandem/tandem.hpp>

int main() {
  std::vector<int> const x(10);
#ifdef FIXED
  static_cast<void>(tandem::parallel_map(x, [](auto v) { return tandem::cast<float>(v) * 0.5f; }));
#else
  static_cast<void>(tandem::parallel_map(x, [](auto v) { return static_cast<float>(v) * 0.5f; }));
#endif
}
