// Every recorded operation, on the device under test and in plain C++, over values at the edges of each type.
#include "gpu_support.hpp"

#include <bit>

using namespace tandem_test;

namespace {

/// All pairs of interesting values in two vectors.
template <class A, class B>
std::pair<std::vector<A>, std::vector<B>> pairs() {
  std::pair<std::vector<A>, std::vector<B>> both;
  std::vector<A> const as = interesting<A>(64, 1);
  std::vector<B> const bs = interesting<B>(64, 2);
  for (A a : as)
    for (B b : bs) {
      both.first.push_back(a);
      both.second.push_back(b);
    }
  return both;
}

template <class Out, class A, class B, class F, class Reference>
void check_binary(char const* name, F const& f, Reference const& reference) {
  auto const [a, b] = pairs<A, B>();
  auto const out = map_all<Out>(f, a, b);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Out const wanted = reference(a[i], b[i]);
    if (!comparable(a[i]) || !comparable(b[i]) || !comparable(wanted))
      continue;
    if (!same<Out>(static_cast<Out>(out[i]), wanted) && ++wrong <= 3)
      FAIL_CHECK(name << "(" << a[i] << ", " << b[i] << ") gave " << static_cast<Out>(out[i])
                      << " instead of " << wanted);
  }
  CHECK(wrong == 0);
}

template <class Out, class A, class F, class Reference>
void check_unary(char const* name, F const& f, Reference const& reference) {
  auto const a = interesting<A>(20000, 3);
  auto const out = map_all<Out>(f, a);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Out const wanted = reference(a[i]);
    if (!comparable(a[i]) || !comparable(wanted))
      continue;
    if (!same<Out>(static_cast<Out>(out[i]), wanted) && ++wrong <= 3)
      FAIL_CHECK(name << "(" << +a[i] << ") gave " << +static_cast<Out>(out[i]) << " instead of " << +wanted);
  }
  CHECK(wrong == 0);
}

template <class T>
using bits_t = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// Wrapping arithmetic without C++'s undefined overflow.
template <class T>
T wrap(bits_t<T> x) {
  return std::bit_cast<T>(x);
}

template <class T>
T quotient(T a, T b) {
  if (b == 0 || (std::is_signed_v<T> && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1)))
    return a;
  return static_cast<T>(a / b);
}

template <class T>
T rest(T a, T b) {
  return b == 0 || (std::is_signed_v<T> && b == static_cast<T>(-1)) ? T(0) : static_cast<T>(a % b);
}

template <class T>
void check_integers() {
  using U = bits_t<T>;
  constexpr unsigned mask = sizeof(T) * 8 - 1;
  check_binary<T, T, T>(
      "+", [](auto a, auto b) { return a + b; }, [](T a, T b) { return wrap<T>(U(a) + U(b)); });
  check_binary<T, T, T>(
      "-", [](auto a, auto b) { return a - b; }, [](T a, T b) { return wrap<T>(U(a) - U(b)); });
  check_binary<T, T, T>(
      "*", [](auto a, auto b) { return a * b; }, [](T a, T b) { return wrap<T>(U(a) * U(b)); });
  check_binary<T, T, T>(
      "/", [](auto a, auto b) { return a / b; }, quotient<T>);
  check_binary<T, T, T>(
      "%", [](auto a, auto b) { return a % b; }, rest<T>);
  check_binary<T, T, T>(
      "&", [](auto a, auto b) { return a & b; }, [](T a, T b) { return a & b; });
  check_binary<T, T, T>(
      "|", [](auto a, auto b) { return a | b; }, [](T a, T b) { return a | b; });
  check_binary<T, T, T>(
      "^", [](auto a, auto b) { return a ^ b; }, [](T a, T b) { return a ^ b; });
  check_binary<T, T, T>(
      "<<", [](auto a, auto b) { return a << b; },
      [](T a, T b) { return wrap<T>(U(a) << (static_cast<unsigned>(b) & mask)); });
  check_binary<T, T, T>(
      ">>", [](auto a, auto b) { return a >> b; },
      [](T a, T b) { return static_cast<T>(a >> (static_cast<unsigned>(b) & mask)); });
  check_unary<T, T>(
      "~", [](auto a) { return ~a; }, [](T a) { return static_cast<T>(~a); });
  check_unary<T, T>(
      "abs", [](auto a) { return abs(a); },
      [](T a) { return std::is_signed_v<T> && a < 0 ? wrap<T>(U(0) - U(a)) : a; });
  check_unary<std::int32_t, T>(
      "popcount", [](auto a) { return gpu::popcount(a); }, [](T a) { return std::popcount(U(a)); });
  check_unary<std::int32_t, T>(
      "countl_zero", [](auto a) { return gpu::countl_zero(a); }, [](T a) { return std::countl_zero(U(a)); });
}

template <class T>
void check_common() {
  check_unary<T, T>(
      "negate", [](auto a) { return -a; },
      [](T a) {
        if constexpr (std::is_integral_v<T>)
          return wrap<T>(bits_t<T>(0) - bits_t<T>(a));
        else
          return -a;
      });
  check_binary<bool, T, T>(
      "==", [](auto a, auto b) { return a == b; }, [](T a, T b) { return a == b; });
  check_binary<bool, T, T>(
      "!=", [](auto a, auto b) { return a != b; }, [](T a, T b) { return a != b; });
  check_binary<bool, T, T>(
      "<", [](auto a, auto b) { return a < b; }, [](T a, T b) { return a < b; });
  check_binary<bool, T, T>(
      "<=", [](auto a, auto b) { return a <= b; }, [](T a, T b) { return a <= b; });
  check_binary<bool, T, T>(
      ">", [](auto a, auto b) { return a > b; }, [](T a, T b) { return a > b; });
  check_binary<bool, T, T>(
      ">=", [](auto a, auto b) { return a >= b; }, [](T a, T b) { return a >= b; });
  check_binary<T, T, T>(
      "min", [](auto a, auto b) { return min(a, b); }, [](T a, T b) { return b < a ? b : a; });
  check_binary<T, T, T>(
      "max", [](auto a, auto b) { return max(a, b); }, [](T a, T b) { return a < b ? b : a; });
  check_binary<T, T, T>(
      "select", [](auto a, auto b) { return select((a < b && !(b == 3)) || a != a, a, b); },
      [](T a, T b) { return (a < b && !(b == 3)) || a != a ? a : b; });
}

template <class T>
void check_floats() {
  check_binary<T, T, T>(
      "+", [](auto a, auto b) { return a + b; }, [](T a, T b) { return a + b; });
  check_binary<T, T, T>(
      "-", [](auto a, auto b) { return a - b; }, [](T a, T b) { return a - b; });
  check_binary<T, T, T>(
      "*", [](auto a, auto b) { return a * b; }, [](T a, T b) { return a * b; });
  check_binary<T, T, T>(
      "/", [](auto a, auto b) { return a / b; }, [](T a, T b) { return a / b; });
  check_binary<T, T, T>(
      "a*b+a", [](auto a, auto b) { return a * b + a; },
      [](T a, T b) {
        T const product = a * b;
        if (!comparable(product))
          return std::numeric_limits<T>::denorm_min(); // and so is left out
        return product + a;
      });
  check_binary<T, T, T>(
      "fma", [](auto a, auto b) { return fma(a, b, b - a); }, [](T a, T b) { return std::fma(a, b, b - a); });
  check_unary<T, T>(
      "sqrt", [](auto a) { return sqrt(a); }, [](T a) { return std::sqrt(a); });
  check_unary<T, T>(
      "abs", [](auto a) { return abs(a); }, [](T a) { return std::abs(a); });
  check_unary<T, T>(
      "floor", [](auto a) { return floor(a); }, [](T a) { return std::floor(a); });
  check_unary<T, T>(
      "ceil", [](auto a) { return ceil(a); }, [](T a) { return std::ceil(a); });
  check_unary<T, T>(
      "trunc", [](auto a) { return trunc(a); }, [](T a) { return std::trunc(a); });
  check_unary<T, T>(
      "round", [](auto a) { return round(a); }, [](T a) { return std::round(a); });
  check_unary<T, T>(
      "rint", [](auto a) { return rint(a); }, [](T a) { return std::nearbyint(a); });
  check_unary<bool, T>(
      "isnan", [](auto a) { return isnan(a); }, [](T a) { return std::isnan(a); });
  check_unary<bool, T>(
      "isinf", [](auto a) { return isinf(a); }, [](T a) { return std::isinf(a); });
}

/// What tandem::cast means: C++'s conversion, saturating where C++ leaves it undefined.
template <class To, class From>
To converted(From x) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> && !std::is_same_v<To, bool>) {
    if (std::isnan(x))
      return 0;
    From const top = std::ldexp(From(1), std::numeric_limits<To>::digits);
    if (x >= top)
      return std::numeric_limits<To>::max();
    if (x < (std::is_signed_v<To> ? -top : From(0)))
      return std::numeric_limits<To>::min();
  }
  return static_cast<To>(x);
}

template <class From, class... To>
void check_casts() {
  auto const one = [](auto to) {
    using T = typename decltype(to)::type;
    if (supports<T>())
      check_unary<T, From>(
          "cast", [](auto a) { return gpu::cast<T>(a); }, converted<T, From>);
  };
  (one(std::type_identity<To>{}), ...);
}

template <class From>
void check_all_casts() {
  if (supports<From>())
    check_casts<From, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, float, double, bool>();
}

} // namespace

TEMPLATE_TEST_CASE("integer operations have C++'s meaning on the device", "", std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no 64-bit integers");
  check_integers<TestType>();
  check_common<TestType>();
}

TEMPLATE_TEST_CASE("float operations give the CPU's bits on the device", "", float, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no double");
  check_floats<TestType>();
  check_common<TestType>();
}

TEST_CASE("every cast between element types agrees with the CPU") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  check_all_casts<std::int32_t>();
  check_all_casts<std::uint32_t>();
  check_all_casts<std::int64_t>();
  check_all_casts<std::uint64_t>();
  check_all_casts<float>();
  check_all_casts<double>();
}

TEST_CASE("bit casts and the high half of a product") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  check_unary<float, float>(
      "there and back", [](auto a) { return gpu::bit_cast<float>(gpu::bit_cast<std::uint32_t>(a) ^ 0u); },
      [](float a) { return a; });
  check_binary<std::uint32_t, std::uint32_t, std::uint32_t>(
      "mul_hi", [](auto a, auto b) { return mul_hi(a, b); },
      [](std::uint32_t a, std::uint32_t b) {
        return static_cast<std::uint32_t>(std::uint64_t{a} * b >> 32);
      });
  if (supports<double>() && supports<std::uint64_t>())
    check_unary<std::uint64_t, double>(
        "as uint64", [](auto a) { return gpu::bit_cast<std::uint64_t>(a); },
        [](double a) { return std::bit_cast<std::uint64_t>(a); });
}
