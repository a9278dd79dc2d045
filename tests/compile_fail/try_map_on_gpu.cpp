#include <tandem/try_map.hpp>

#include <vector>

struct checked {
  int value_;
  explicit operator bool() const { return value_ >= 0; }
  int operator*() const { return value_; }
  int error() const { return value_; }
};

int main() {
  std::vector<int> const x(10);
  auto const f = [](int v) { return checked{v}; };
#ifdef FIXED
  static_cast<void>(tandem::parallel_try_map(tandem::on_cpu, x, f));
#else
  static_cast<void>(tandem::parallel_try_map(tandem::on_gpu, x, f));
#endif
}
