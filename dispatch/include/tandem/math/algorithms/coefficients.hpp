// Written by bench/tools/minimax.py: do not edit. Lowest power first.
#pragma once

#include <cstdint>

namespace tandem::math {

template <class Scalar>
struct coefficients;
template <class Scalar>
struct constants;

template <>
struct constants<float> {
  static constexpr float log2_e = 0x1.715476p0f;
  static constexpr float log2_10 = 0x1.a934fp1f;
  static constexpr float ln2[] = {0x1.62e4p-1f, 0x1.7f7d1cp-20f};
  static constexpr float log10_2[] = {0x1.344p-2f, 0x1.3509f8p-18f};
  static constexpr float log2_e_parts[] = {0x1.714p0f, 0x1.47652cp-12f};
  static constexpr float log10_e_parts[] = {0x1.bcap-2f, 0x1.7b1526p-14f};
  static constexpr float log2_e_pair[] = {0x1.715476p0f, 0x1.4ae0cp-26f};
  static constexpr float two_thirds[] = {0x1.555556p-1f, -0x1.555556p-26f};
  static constexpr float two_over_pi = 0x1.45f306p-1f;
  static constexpr float half_pi_steps[] = {0x1.921p0f, 0x1.f6ap-13f, 0x1.11p-26f, 0x1.68c234p-39f};
  static constexpr float half_pi_parts[] = {0x1.92p0f, 0x1.fb4p-12f, 0x1.4442d2p-24f};
  static constexpr float half_pi[] = {0x1.921fb6p0f, -0x1.777a5cp-25f};
  static constexpr float pi[] = {0x1.921fb6p1f, -0x1.777a5cp-24f};
};

template <>
struct constants<double> {
  static constexpr double log2_e = 0x1.71547652b82fep0;
  static constexpr double log2_10 = 0x1.a934f0979a371p1;
  static constexpr double ln2[] = {0x1.62e42fefa38p-1, 0x1.ef35793c7673p-45};
  static constexpr double log10_2[] = {0x1.34413509f78p-2, 0x1.fef311f12b358p-46};
  static constexpr double log2_e_parts[] = {0x1.715476p0, 0x1.4ae0bf85ddf44p-26};
  static constexpr double log10_e_parts[] = {0x1.bcb7b1p-2, 0x1.49b9438ca9aaep-28};
  static constexpr double log2_e_pair[] = {0x1.71547652b82fep0, 0x1.777d0ffda0d24p-56};
  static constexpr double two_thirds[] = {0x1.5555555555555p-1, 0x1.5555555555555p-55};
  static constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
  static constexpr double half_pi_steps[] = {0x1.921fb54p0, 0x1.10b46118p-30, 0x1.313198ap-61,
                                             0x1.701b839a25205p-92};
  static constexpr double half_pi_parts[] = {0x1.921fb5p0, 0x1.110b46p-26, 0x1.1a62633145c07p-54};
  static constexpr double half_pi[] = {0x1.921fb54442d18p0, 0x1.1a62633145c07p-54};
  static constexpr double pi[] = {0x1.921fb54442d18p1, 0x1.1a62633145c07p-53};
};

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
  // error 2^-31.79
  static constexpr float atan[] = {-0x1.555552p-2f, 0x1.999744p-3f, -0x1.24502ap-3f,
                                   0x1.c0716ep-4f,  -0x1.4807p-4f,  0x1.3fbc32p-5f};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-31.46
  static constexpr float sinh[] = {0x1.555558p-3f, 0x1.110e16p-7f, 0x1.a3e294p-13f};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-37.53
  static constexpr float cosh[] = {0x1p-1f, 0x1.555556p-5f, 0x1.6c14e6p-10f, 0x1.a2cd3ap-16f};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-29.92
  static constexpr float tanh[] = {-0x1.55554cp-2f, 0x1.110d74p-3f, -0x1.b934b2p-5f, 0x1.599f84p-6f,
                                   -0x1.9d587cp-8f};
  // cbrt(t) ≈ P(t)
  // error 2^-13.63
  static constexpr float cbrt[] = {0x1.f8a5b4p-2f, 0x1.7a24cap-1f, -0x1.27fe28p-2f, 0x1.d90e2p-5f};
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
  // error 2^-62.01
  static constexpr double atan[] = {-0x1.5555555555552p-2, 0x1.99999999990d8p-3,  -0x1.24924924536ep-3,
                                    0x1.c71c71aaef7c7p-4,  -0x1.745d138ebc55dp-4, 0x1.3b13609b1656cp-4,
                                    -0x1.110c6f93baefap-4, 0x1.e182b4c41fb19p-5,  -0x1.ac71b954c4ae5p-5,
                                    0x1.77f7be0a05fa6p-5,  -0x1.30109d3ab4d5ep-5, 0x1.8380012fb031dp-6,
                                    -0x1.12033d4b953ccp-7};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-64.11
  static constexpr double sinh[] = {0x1.5555555555555p-3,  0x1.1111111111246p-7,  0x1.a01a019fbd02fp-13,
                                    0x1.71de3b231fb94p-19, 0x1.ae628b0bb3528p-26, 0x1.631c394cbea2dp-33};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-60.68
  static constexpr double cosh[] = {0x1p-1,
                                    0x1.5555555555663p-5,
                                    0x1.6c16c16bd0274p-10,
                                    0x1.a01a027618a06p-16,
                                    0x1.27e3ce8f36308p-22,
                                    0x1.207caaf169812p-29};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-60.77
  static constexpr double tanh[] = {-0x1.555555555555p-2,   0x1.11111111108cap-3,  -0x1.ba1ba1b98dee2p-5,
                                    0x1.664f485d0c6b1p-6,   -0x1.226e2f8a1a2b1p-7, 0x1.d6d2ae2d54f86p-9,
                                    -0x1.7d90c464ad341p-10, 0x1.348b7c651cf14p-11, -0x1.e9c00dcb072cep-13,
                                    0x1.5e5d50e41947ap-14,  -0x1.495808e83f531p-16};
  // cbrt(t) ≈ P(t)
  // error 2^-13.63
  static constexpr double cbrt[] = {0x1.f8a5b4d3ca315p-2, 0x1.7a24c83f5915bp-1, -0x1.27fe241fb172bp-2,
                                    0x1.d90e1659c1209p-5};
};

// 2/π in binary, after 32 bits of integer part.
inline constexpr std::uint32_t two_over_pi_words[] = {
    0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
    0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu, 0xfe1deb1cu, 0xb129a73eu, 0xe88235f5u,
    0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u, 0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu,
    0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u, 0x4f463f66u, 0x9e5fea2du, 0x7527bac7u,
    0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau, 0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u, 0xfc7b6babu, 0xf0cfbc20u,
};

} // namespace tandem::math
