#include <tandem/gpu/tracing/trace.hpp>

namespace gpu = tandem::gpu;

int main() {
#ifdef FIXED
  gpu::trace<float(float)>([](auto x) {
    return std::get<0>(gpu::repeat(3, std::tuple{x, x}, [](auto s) {
      return std::tuple{std::get<1>(s), std::get<0>(s)};
    }));
  });
#else
  gpu::trace<float(float)>([](auto x) {
    return std::get<0>(gpu::repeat(3, std::tuple{x, x}, [](auto s) { return std::tuple{std::get<1>(s)}; }));
  });
#endif
}
