#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) { return select(x > 0, x, -x); });
#else
  gpu::trace<float(float)>([](auto x) { return x > 0 ? x : -x; });
#endif
}
