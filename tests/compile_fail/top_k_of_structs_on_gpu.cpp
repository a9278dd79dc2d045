#include <tandem/top_k.hpp>

struct point {
  float x, y;
};

int main() {
  std::vector<point> const points(10);
  auto const by_x = [](point const& a, point const& b) { return a.x < b.x; };
#ifdef FIXED
  static_cast<void>(tandem::parallel_top_k(tandem::on_cpu, points, 3, by_x));
#else
  static_cast<void>(tandem::parallel_top_k(tandem::on_gpu, points, 3, by_x));
#endif
}
