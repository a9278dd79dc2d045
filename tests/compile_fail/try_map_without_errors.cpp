#include <tandem/tandem.hpp>

struct checked {
  float value = 0;
  explicit operator bool() const { return value > 0; }
  float const& operator*() const { return value; }
#ifdef FIXED
  int error() const {
    return 1;
  }
#endif
};

int main() {
  std::vector<float> const x(10);
  tandem::parallel_try_map(x, [](float v) { return checked{v}; });
}
