#include <tandem/tandem.hpp>

#include <string>

int main() {
  std::vector<float> const x(10);
#ifdef FIXED
  auto const keep = [](float v) { return v > 1; };
#else
  auto const keep = [](float) { return std::string("yes"); };
#endif
  tandem::parallel_filter(x, keep);
}
