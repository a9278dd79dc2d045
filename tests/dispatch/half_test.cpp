#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

using tandem::half;

TEST_CASE("half rounds to the nearest, ties to even", "[language]") {
  CHECK(half(1.0f).bits() == 0x3c00);
  CHECK(half(-2.0).bits() == 0xc000);
  CHECK(half(65504).bits() == 0x7bff);
  CHECK(half(65519.99f).bits() == 0x7bff);
  CHECK(half(65520.0f).bits() == 0x7c00);
  CHECK(half(1e30f).bits() == 0x7c00);
  CHECK(half(2049.0f).bits() == half(2048.0f).bits());
  CHECK(half(2051.0f).bits() == half(2052.0f).bits());
  CHECK(half(0x1p-24f).bits() == 1);
  CHECK(half(0x1p-25f).bits() == 0);
  CHECK(half(0x1.000002p-25f).bits() == 1);
  CHECK(half(0x1.8p-24f).bits() == 2);
  CHECK(half(-0.0f).bits() == 0x8000);
  for (unsigned bits = 0; bits < 65536; ++bits) {
    auto const h = half::from_bits(static_cast<std::uint16_t>(bits));
    if (!tandem::isnan(float(h)))
      REQUIRE(half(float(h)).bits() == bits);
  }
}
