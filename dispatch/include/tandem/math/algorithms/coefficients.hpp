// Written by bench/tools/minimax.py: do not edit. Lowest power first.
#pragma once

namespace tandem::math {

template <class Scalar>
struct coefficients;

template <>
struct coefficients<float> {
  // exp(t) = 1 + t + t²·P(t)
  // error 2^-28.19
  static constexpr float exp[] = {0x1p-1f, 0x1.55548ap-3f, 0x1.555524p-5f, 0x1.123e8ap-7f, 0x1.6d02cp-10f};
  // exp2(t) = 1 + t·P(t)
  // error 2^-28.85
  static constexpr float exp2[] = {0x1.62e43p-1f,   0x1.ebfbep-3f,  0x1.c6b048p-5f, 0x1.3b2a88p-7f,
                                   0x1.5dde1ap-10f, 0x1.43e84p-13f, 0x1.91e386p-17f};
  // 10^t = 1 + t·P(t)
  // error 2^-24.9
  static constexpr float exp10[] = {0x1.26bb1cp1f,  0x1.53524cp1f, 0x1.046f8ap1f,  0x1.2bd80ep0f,
                                    0x1.159c5ep-1f, 0x1.a7c7bp-3f, -0x1.a0e644p-7f};
  // log(1 + t) = t − t²/2 + t³·P(t)
  // error 2^-27.33
  static constexpr float log[] = {0x1.55554ap-2f, -0x1.00022p-2f,  0x1.99a5b2p-3f, -0x1.5478a4p-3f,
                                  0x1.226c5cp-3f, -0x1.0cdd98p-3f, 0x1.07daf4p-3f, -0x1.421328p-4f};
  // 2·atanh(s) = 2·s + s·t·P(t), t = s²
  // error 2^-34.22
  static constexpr float atanh[] = {0x1.555554p-1f, 0x1.999c26p-2f, 0x1.23d3ep-2f, 0x1.f13b2ap-3f};
  // 2·atanh(s) = 2·s + 2/3·s³ + s·t²·P(t), t = s²
  // error 2^-42.68
  static constexpr float atanh_far[] = {0x1.999998p-2f, 0x1.2493b6p-2f, 0x1.c63da8p-3f, 0x1.9083fep-3f};
  // sin(x) = x + x·t·P(t), t = x²
  // error 2^-32.55
  static constexpr float sin[] = {-0x1.555556p-3f, 0x1.111176p-7f, -0x1.a05bb2p-13f, 0x1.7cd428p-19f};
  // cos(x) = 1 + t·P(t), t = x², P(0) = −1/2
  // error 2^-33.13
  static constexpr float cos[] = {-0x1p-1f, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0eep-16f};
  // tan(x) = x + x·t·P(t), t = x²
  // error 2^-29.31
  static constexpr float tan[] = {0x1.555562p-2f, 0x1.110d22p-3f,   0x1.baee2ep-5f, 0x1.5bf93p-6f,
                                  0x1.66a9ep-7f,  -0x1.837178p-15f, 0x1.231988p-8f};
  // asin(x) = x + x·t·P(t), t = x²
  // error 2^-31.68
  static constexpr float asin[] = {0x1.55554cp-3f, 0x1.3338aap-4f, 0x1.6ca7dcp-5f,
                                   0x1.04cd0ap-5f, 0x1.d58a54p-7f, 0x1.349ep-5f};
  // atan(x) = x + x·t·P(t), t = x²
  // error 2^-30.44
  static constexpr float atan[] = {-0x1.55554ap-2f, 0x1.9991e2p-3f, -0x1.23b99p-3f, 0x1.b221fcp-4f,
                                   -0x1.f2d2fp-5f};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-34.31
  static constexpr float sinh[] = {0x1.555556p-3f, 0x1.110fbep-7f, 0x1.a2e2f6p-13f};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-33.23
  static constexpr float cosh[] = {0x1p-1f, 0x1.5554e6p-5f, 0x1.6d4f24p-10f};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-29.92
  static constexpr float tanh[] = {-0x1.55554cp-2f, 0x1.110d74p-3f, -0x1.b934b2p-5f, 0x1.599f84p-6f,
                                   -0x1.9d587cp-8f};
};

template <>
struct coefficients<double> {
  // exp(t) = 1 + t + t²·P(t)
  // error 2^-63.82
  static constexpr double exp[] = {0x1p-1,
                                   0x1.555555555555cp-3,
                                   0x1.5555555555556p-5,
                                   0x1.111111110e97ep-7,
                                   0x1.6c16c16c15f1p-10,
                                   0x1.a01a01b48d959p-13,
                                   0x1.a01a01a949407p-16,
                                   0x1.71dded9510451p-19,
                                   0x1.27e4d37531f2bp-22,
                                   0x1.af7035f6affb8p-26,
                                   0x1.1f82f1355c0a5p-29};
  // exp2(t) = 1 + t·P(t)
  // error 2^-55.26
  static constexpr double exp2[] = {0x1.62e42fefa39efp-1,  0x1.ebfbdff82c58fp-3,  0x1.c6b08d704a35dp-5,
                                    0x1.3b2ab6fba4d05p-7,  0x1.5d87fe77feb62p-10, 0x1.430912f8dcd8cp-13,
                                    0x1.ffcc00086add1p-17, 0x1.62c02075897a6p-20, 0x1.b51cb57a4c919p-24,
                                    0x1.e4d594fa29e2cp-28, 0x1.f704448eaaa57p-32, 0x1.bbf49fbcbac64p-36};
  // 10^t = 1 + t·P(t)
  // error 2^-52.03
  static constexpr double exp10[] = {0x1.26bb1bbb55516p1,   0x1.53524c73cea69p1,   0x1.0470591de2872p1,
                                     0x1.2bd7609fd9603p0,   0x1.1429ffd345b7ap-1,  0x1.a7ed7085a4b3fp-3,
                                     0x1.16e4da3a13a14p-4,  0x1.4116ad254588cp-6,  0x1.48a9148f406bep-8,
                                     0x1.2ead20fc35df1p-10, 0x1.d5562c53e5982p-13, 0x1.76e1715dd28e4p-15};
  // 2·atanh(s) = 2·s + s·t·P(t), t = s²
  // error 2^-65.56
  static constexpr double atanh[] = {0x1.5555555555555p-1, 0x1.9999999999d16p-2, 0x1.2492492438e4bp-2,
                                     0x1.c71c724c46018p-3, 0x1.745ce17a26892p-3, 0x1.3b20330eee166p-3,
                                     0x1.0f65e8478681ep-3, 0x1.0f1abefa69c54p-3};
  // 2·atanh(s) = 2·s + 2/3·s³ + s·t²·P(t), t = s²
  // error 2^-72.32
  static constexpr double atanh_far[] = {0x1.9999999999995p-2, 0x1.2492492493192p-2, 0x1.c71c71c557435p-3,
                                         0x1.745d1845e5747p-3, 0x1.3b135d88c0ccbp-3, 0x1.11217b4b0e0fep-3,
                                         0x1.de145521e91acp-4, 0x1.ec1233f4bc8e3p-4};
  // sin(x) = x + x·t·P(t), t = x²
  // error 2^-63.26
  static constexpr double sin[] = {-0x1.5555555555555p-3, 0x1.1111111111067p-7,   -0x1.a01a019ffdba1p-13,
                                   0x1.71de3a32a911fp-19, -0x1.ae642ad58b07ep-26, 0x1.6108b35b739c1p-33,
                                   -0x1.9f70b5f94ed1ep-41};
  // cos(x) = 1 + t·P(t), t = x², P(0) = −1/2
  // error 2^-64.17
  static constexpr double cos[] = {-0x1p-1,
                                   0x1.555555555554cp-5,
                                   -0x1.6c16c16c15217p-10,
                                   0x1.a01a019cbe0a2p-16,
                                   -0x1.27e4f8116c515p-22,
                                   0x1.1ee9f044eebedp-29,
                                   -0x1.8fb0917a98844p-37};
  // tan(x) = x + x·t·P(t), t = x²
  // error 2^-59.59
  static constexpr double tan[] = {0x1.555555555555fp-2,  0x1.11111111104acp-3,   0x1.ba1ba1bace006p-5,
                                   0x1.664f485a21acap-6,  0x1.226e3ade96889p-7,   0x1.d6d2d91e2dc57p-9,
                                   0x1.7db255b25851cp-10, 0x1.34b4a5abc7954p-11,  0x1.ff9518ea6c8p-13,
                                   0x1.5c7dbb8733232p-14, 0x1.1d73b7ea245c4p-14,  -0x1.bf4f09e53d4e4p-16,
                                   0x1.9f00a4ab571fap-15, -0x1.9e079c1a56196p-16, 0x1.4bbfebb4afbdp-17};
  // asin(x) = x + x·t·P(t), t = x²
  // error 2^-59.8
  static constexpr double asin[] = {0x1.5555555555578p-3, 0x1.333333332df17p-4, 0x1.6db6db722b592p-5,
                                    0x1.f1c71a8b9f87fp-6, 0x1.6e8bdfe67d6f3p-6, 0x1.1c49ddfed9bf4p-6,
                                    0x1.ca214509cbefep-7, 0x1.7577828ed51afp-7, 0x1.618b112204222p-7,
                                    0x1.e15473329d15ep-9, 0x1.65049c724b5cp-6,  -0x1.59faf84debae8p-6,
                                    0x1.0be6088b4945ap-5};
  // atan(x) = x + x·t·P(t), t = x²
  // error 2^-59.45
  static constexpr double atan[] = {-0x1.555555555553dp-2, 0x1.9999999995856p-3, -0x1.24924922ac569p-3,
                                    0x1.c71c70e573b91p-4,  -0x1.745cf8c5718fp-4, 0x1.3b11172922dfcp-4,
                                    -0x1.10eb9e629753ap-4, 0x1.df0d9fdcc0d13p-5, -0x1.9cca620203a11p-5,
                                    0x1.37be6c99b885fp-5,  -0x1.253361fcaaa6bp-6};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-61.69
  static constexpr double sinh[] = {0x1.5555555555559p-3, 0x1.111111110f62ap-7, 0x1.a01a01b0205a5p-13,
                                    0x1.71ddf7af8fb7dp-19, 0x1.af5ff473e38eap-26};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-70.0
  static constexpr double cosh[] = {0x1p-1,
                                    0x1.5555555555558p-5,
                                    0x1.6c16c16c14ffap-10,
                                    0x1.a01a01ad81056p-16,
                                    0x1.27e4cc0907699p-22,
                                    0x1.1f8bef1ec35cdp-29};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-60.77
  static constexpr double tanh[] = {-0x1.555555555555p-2,   0x1.11111111108cap-3,  -0x1.ba1ba1b98dee2p-5,
                                    0x1.664f485d0c6b1p-6,   -0x1.226e2f8a1a2b1p-7, 0x1.d6d2ae2d54f86p-9,
                                    -0x1.7d90c464ad341p-10, 0x1.348b7c651cf14p-11, -0x1.e9c00dcb072cep-13,
                                    0x1.5e5d50e41947ap-14,  -0x1.495808e83f531p-16};
};

} // namespace tandem::math
