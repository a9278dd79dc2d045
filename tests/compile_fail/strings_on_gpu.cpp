#include <tandem/tandem.hpp>

#include <string>

int main() {
  std::vector<std::string> const x(10);
#ifdef FIXED
  static_cast<void>(tandem::parallel_map(tandem::on_cpu, x, [](auto const& v) { return v + "!"; }));
#else
  static_cast<void>(tandem::parallel_map(tandem::on_gpu, x, [](auto const& v) { return v + "!"; }));
#endif
}
