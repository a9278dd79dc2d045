#include <tandem/gpu/tracing/trace.hpp>
#include <tandem/math/view.hpp>

#include <vector>

struct entry {
  float* pointer;
};

int main() {
#ifdef FIXED
  std::vector<float> table(10);
#else
  std::vector<entry> table(10);
#endif
  auto const t = tandem::view(table);
  tandem::gpu::trace<void(std::uint32_t)>([t](auto i) {
    t[i];
    return i;
  });
}
