#include <tandem/tandem.hpp>

#include <cstdio>
#include <cstring>
#include <vector>

int main() {
  std::vector<float> const x{1.0F, 2.0F, 3.0F};
  std::vector<float> const y = tandem::parallel_map(x, [](auto v) { return tandem::sqrt(v * v) + 1.0F; });
  float const sum = tandem::parallel_reduce(y, 0.0F, tandem::plus{});
  std::printf("tandem %s: %g\n", tandem::version(), static_cast<double>(sum));
  return std::strcmp(tandem::version(), TANDEM_VERSION_STRING) == 0 && sum == 9.0F ? 0 : 1;
}
