#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) { return gpu::repeat(3, x, [](auto s) { return s; }); });
#else
  struct point {
    float x;
  };
  gpu::trace<float(float)>([](auto x) {
    gpu::repeat(3, point{1}, [](auto s) { return s; });
    return x;
  });
#endif
}
