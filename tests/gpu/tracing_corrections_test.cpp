// Division, square root and fma in integers, for devices whose own are not exact: forced here on devices
// whose are.
#include "gpu_support.hpp"

#include <gpu/src/tracing/shape.hpp>

using namespace tandem_test;

namespace {

/// Trusts the device with nothing.
class forced_corrections {
 public:
  forced_corrections() { gpu::detail::force_traits(&none_); }
  forced_corrections(forced_corrections const&) = delete;
  ~forced_corrections() { gpu::detail::force_traits(nullptr); }

 private:
  gpu::detail::glsl_traits none_{};
};

template <class T>
struct cases {
  std::vector<T> a, b, c;
};

/// Edge values against each other, then random bits, then numbers near one another (cancellation in fma).
template <class T>
cases<T> make_cases() {
  cases<T> all;
  auto const edges = interesting<T>(40, 3);
  for (T a : edges)
    for (T b : edges) {
      all.a.push_back(a);
      all.b.push_back(b);
      all.c.push_back(edges[all.a.size() % edges.size()]);
    }
  auto const random = interesting<T>(300000, 4);
  for (std::size_t i = 0; i + 2 < random.size(); i += 3) {
    bool const close = i % 2 == 0;
    all.a.push_back(random[i]);
    all.b.push_back(random[i + 1]);
    all.c.push_back(close ? -random[i] * random[i + 1] : random[i + 2]);
  }
  return all;
}

template <class T, class Wanted, class Got>
void compare(char const* name, cases<T> const& all, Got const& got, Wanted const& wanted) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < all.a.size(); ++i) {
    T const right = wanted(i);
    if (!comparable(all.a[i]) || !comparable(all.b[i]) || !comparable(all.c[i]) || !comparable(right))
      continue;
    if (!same(got[i], right) && ++wrong <= 3)
      FAIL_CHECK(name << "(" << all.a[i] << ", " << all.b[i] << ", " << all.c[i] << ") gave " << got[i]
                      << " instead of " << right);
  }
  CHECK(wrong == 0);
}

} // namespace

TEMPLATE_TEST_CASE("corrected division, square root and fma are correctly rounded", "", float, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  using T = TestType;
  if (!supports<T>())
    TANDEM_SKIP("the device has no double");
  forced_corrections const forced;
  auto const all = make_cases<T>();
  compare("divide", all, map_all<T>([](auto a, auto b) { return a / b; }, all.a, all.b),
          [&](std::size_t i) { return all.a[i] / all.b[i]; });
  compare("sqrt", all, map_all<T>([](auto a) { return sqrt(a); }, all.a),
          [&](std::size_t i) { return std::sqrt(all.a[i]); });
  compare("fma", all, map_all<T>([](auto a, auto b, auto c) { return fma(a, b, c); }, all.a, all.b, all.c),
          [&](std::size_t i) { return std::fma(all.a[i], all.b[i], all.c[i]); });
}
