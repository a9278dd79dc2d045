#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) { return select(x > 0, x, -x); });
#else
  gpu::trace<float(float)>([](auto x) {
    if (x > 0)
      return x;
    return -x;
  });
#endif
}
