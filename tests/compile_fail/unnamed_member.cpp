#include <tandem/struct.hpp>

struct particle {
  float x, y, mass;
};
#ifdef FIXED
TANDEM_STRUCT(particle, x, y, mass);
#else
TANDEM_STRUCT(particle, x, y);
#endif

int main() {
  return static_cast<int>(tandem::gpu::detail::number_count<particle>()) - 3;
}
