#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) { return x / 2; });
#else
  gpu::trace<float(float)>([](auto x) { return x % 2; });
#endif
}
