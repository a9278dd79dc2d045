#include <tandem/map.hpp>
#include <tandem/struct.hpp>

#include <vector>

struct particle {
  float x, y;
};
#ifdef FIXED
TANDEM_STRUCT(particle, x, y);
#endif

int main() {
  std::vector<particle> all(10);
  tandem::parallel_map(tandem::on_gpu, all, all, [](auto p) { return p; });
}
