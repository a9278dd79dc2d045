#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) { return gpu::repeat(3, x, [](auto s) { return s; }); });
#else
  gpu::trace<float(float)>([](auto x) { return gpu::repeat(3.5, x, [](auto s) { return s; }); });
#endif
}
