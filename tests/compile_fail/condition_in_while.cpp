#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) {
    return gpu::iterate_while(
        x, [](auto s) { return s < 10; }, [](auto s) { return s + s; }, 100);
  });
#else
  gpu::trace<float(float)>([](auto x) {
    while (x < 10)
      x = x + x;
    return x;
  });
#endif
}
