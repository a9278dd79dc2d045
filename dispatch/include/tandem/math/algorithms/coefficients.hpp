// Written by bench/tools/minimax.py: do not edit. Lowest power first.
#pragma once

namespace tandem::math {

template <class Scalar>
struct coefficients;

template <>
struct coefficients<float> {
  // exp(t) = 1 + t + t²·P(t)
  // error 2^-28.19
  static constexpr float exp[] = {
      0x1p-1f, 0x1.55548ap-3f, 0x1.555524p-5f, 0x1.123e8ap-7f,
      0x1.6d02cp-10f};
  // exp2(t) = 1 + t·P(t)
  // error 2^-28.22
  static constexpr float exp2[] = {
      0x1.62e43p-1f, 0x1.ebfbep-3f, 0x1.c6af6ep-5f, 0x1.3b2a84p-7f,
      0x1.5f116cp-10f, 0x1.43d3f6p-13f};
  // 10^t = 1 + t·P(t)
  // error 2^-25.59
  static constexpr float exp10[] = {
      0x1.26bb1cp1f, 0x1.53524cp1f, 0x1.046faep1f, 0x1.2bc4e4p0f,
      0x1.156294p-1f, 0x1.c5f954p-3f};
  // log(1 + t) = t − t²/2 + t³·P(t)
  // error 2^-27.32
  static constexpr float log[] = {
      0x1.55554ap-2f, -0x1.00022p-2f, 0x1.99a5b2p-3f, -0x1.5478a4p-3f,
      0x1.226c5cp-3f, -0x1.0cdd9cp-3f, 0x1.07dafep-3f, -0x1.4212dp-4f};
  // 2·atanh(s) = 2·s + s·t·P(t), t = s²
  // error 2^-34.22
  static constexpr float atanh[] = {
      0x1.555554p-1f, 0x1.999c26p-2f, 0x1.23d3ep-2f, 0x1.f13b2ap-3f};
  // 2·atanh(s) = 2·s + 2/3·s³ + s·t²·P(t), t = s²
  // error 2^-42.68
  static constexpr float atanh_far[] = {
      0x1.999998p-2f, 0x1.2493b6p-2f, 0x1.c63da8p-3f, 0x1.9083fep-3f};
  // sin(x) = x + x·t·P(t), t = x²
  // error 2^-32.55
  static constexpr float sin[] = {
      -0x1.555556p-3f, 0x1.111176p-7f, -0x1.a05bb2p-13f, 0x1.7cd428p-19f};
  // cos(x) = 1 + t·P(t), t = x², P(0) = −1/2
  // error 2^-33.13
  static constexpr float cos[] = {
      -0x1p-1f, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0eep-16f};
  // tan(x) = x + x·t·P(t), t = x²
  // error 2^-29.31
  static constexpr float tan[] = {
      0x1.555562p-2f, 0x1.110d22p-3f, 0x1.baee2ep-5f, 0x1.5bf93p-6f,
      0x1.66a9ep-7f, -0x1.837178p-15f, 0x1.231988p-8f};
  // asin(x) = x + x·t·P(t), t = x²
  // error 2^-31.68
  static constexpr float asin[] = {
      0x1.55554cp-3f, 0x1.3338aap-4f, 0x1.6ca7dcp-5f, 0x1.04cd0ap-5f,
      0x1.d58a54p-7f, 0x1.349ep-5f};
  // atan(x) = x + x·t·P(t), t = x²
  // error 2^-30.44
  static constexpr float atan[] = {
      -0x1.55554ap-2f, 0x1.9991e2p-3f, -0x1.23b99p-3f, 0x1.b221fcp-4f,
      -0x1.f2d2f8p-5f};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-34.31
  static constexpr float sinh[] = {
      0x1.555556p-3f, 0x1.110fbep-7f, 0x1.a2e2f6p-13f};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-33.23
  static constexpr float cosh[] = {
      0x1p-1f, 0x1.5554e6p-5f, 0x1.6d4f24p-10f};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-29.92
  static constexpr float tanh[] = {
      -0x1.55554cp-2f, 0x1.110d74p-3f, -0x1.b934b2p-5f, 0x1.599f84p-6f,
      -0x1.9d587cp-8f};
};

template <>
struct coefficients<double> {
  // exp(t) = 1 + t + t²·P(t)
  // error 2^-60.88
  static constexpr double exp[] = {
      0x1p-1, 0x1.555555555555cp-3, 0x1.5555555555556p-5, 0x1.111111110e97ep-7,
      0x1.6c16c16c15f1p-10, 0x1.a01a01b48d97fp-13, 0x1.a01a01a95a7d8p-16, 0x1.71ddee01b4e5p-19,
      0x1.27e4de28ad6a8p-22, 0x1.af6e70c35e802p-26, 0x1.1f558a065853p-29};
  // exp2(t) = 1 + t·P(t)
  // error 2^-45.08
  static constexpr double exp2[] = {
      0x1.62e42fefa39efp-1, 0x1.ebfbdff82c58fp-3, 0x1.c6b08d704a19ap-5, 0x1.3b2ab6fba4a5ep-7,
      0x1.5d87fe788557ap-10, 0x1.430912fa54e1fp-13, 0x1.ffcbfce588fb7p-17, 0x1.62c01834140b7p-20,
      0x1.b524190d74125p-24, 0x1.e4fab49b1a81cp-28, 0x1.1305b0db4d744p-31, 0x1.81df15d037f52p-36};
  // 10^t = 1 + t·P(t)
  // error 2^-57.85
  static constexpr double exp10[] = {
      0x1.26bb1bbb55516p1, 0x1.53524c73cea69p1, 0x1.0470591de2b41p1, 0x1.2bd7609fd90cbp0,
      0x1.1429ffd21ca27p-1, 0x1.a7ed7089cead3p-3, 0x1.16e4df042e6fbp-4, 0x1.41169c7c37f06p-6,
      0x1.489977aa77745p-8, 0x1.2ee206d6572p-10, 0x1.f8783b50bbfd6p-13, 0x1.028539262cf47p-15};
  // 2·atanh(s) = 2·s + s·t·P(t), t = s²
  // error 2^-65.56
  static constexpr double atanh[] = {
      0x1.5555555555555p-1, 0x1.9999999999d16p-2, 0x1.2492492438e41p-2, 0x1.c71c724c477f6p-3,
      0x1.745ce17979c2cp-3, 0x1.3b20333454713p-3, 0x1.0f65e460b6845p-3, 0x1.0f1ae761190b2p-3};
  // 2·atanh(s) = 2·s + 2/3·s³ + s·t²·P(t), t = s²
  // error 2^-72.32
  static constexpr double atanh_far[] = {
      0x1.9999999999995p-2, 0x1.2492492493192p-2, 0x1.c71c71c557435p-3, 0x1.745d1845e5747p-3,
      0x1.3b135d88c0ccbp-3, 0x1.11217b4b0e0fep-3, 0x1.de145521e91acp-4, 0x1.ec1233f4bc8e3p-4};
  // sin(x) = x + x·t·P(t), t = x²
  // error 2^-63.26
  static constexpr double sin[] = {
      -0x1.5555555555555p-3, 0x1.1111111111067p-7, -0x1.a01a019ffdba1p-13, 0x1.71de3a32a911fp-19,
      -0x1.ae642ad58b07ep-26, 0x1.6108b35b739c1p-33, -0x1.9f70b5f94ed1ep-41};
  // cos(x) = 1 + t·P(t), t = x², P(0) = −1/2
  // error 2^-64.17
  static constexpr double cos[] = {
      -0x1p-1, 0x1.555555555554cp-5, -0x1.6c16c16c15217p-10, 0x1.a01a019cbe0a2p-16,
      -0x1.27e4f8116c515p-22, 0x1.1ee9f044eebedp-29, -0x1.8fb0917a98844p-37};
  // tan(x) = x + x·t·P(t), t = x²
  // error 2^-51.76
  static constexpr double tan[] = {
      0x1.555555555555fp-2, 0x1.11111111104acp-3, 0x1.ba1ba1bace005p-5, 0x1.664f485a21b93p-6,
      0x1.226e3ade92dd2p-7, 0x1.d6d2d91f4c07p-9, 0x1.7db2559778aaep-10, 0x1.34b4a76277b92p-11,
      0x1.ff94f1673c26cp-13, 0x1.5c7efb608bb2fp-14, 0x1.1d703ffba20ccp-14, -0x1.bf35746049342p-16,
      0x1.9ef1a53d99bd6p-15, -0x1.9df3281df5e7fp-16, 0x1.4bb369bd494e4p-17};
  // asin(x) = x + x·t·P(t), t = x²
  // error 2^-59.31
  static constexpr double asin[] = {
      0x1.5555555555578p-3, 0x1.333333332df17p-4, 0x1.6db6db722b8fp-5, 0x1.f1c71a8b6c06fp-6,
      0x1.6e8bdff006fcfp-6, 0x1.1c49dd1784a43p-6, 0x1.ca215e0daf35bp-7, 0x1.7576b0d2c4ae9p-7,
      0x1.618f54459e8eap-7, 0x1.e11e0c6aeb797p-9, 0x1.6511217975456p-6, -0x1.5a06415116bf6p-6,
      0x1.0be77a9456a75p-5};
  // atan(x) = x + x·t·P(t), t = x²
  // error 2^-56.44
  static constexpr double atan[] = {
      -0x1.555555555553dp-2, 0x1.9999999995856p-3, -0x1.24924922ac568p-3, 0x1.c71c70e573a94p-4,
      -0x1.745cf8c56de52p-4, 0x1.3b11172896264p-4, -0x1.10eb9e551a876p-4, 0x1.df0d9e651b633p-5,
      -0x1.9cca582a79432p-5, 0x1.37be587161f43p-5, -0x1.25338fd054c37p-6};
  // sinh(x) = x + x·t·P(t), t = x²
  // error 2^-61.69
  static constexpr double sinh[] = {
      0x1.5555555555559p-3, 0x1.111111110f62ap-7, 0x1.a01a01b0205a5p-13, 0x1.71ddf7af8fb7dp-19,
      0x1.af5ff473e38eap-26};
  // cosh(x) = 1 + t·P(t), t = x², P(0) = 1/2
  // error 2^-70.0
  static constexpr double cosh[] = {
      0x1p-1, 0x1.5555555555558p-5, 0x1.6c16c16c14ffap-10, 0x1.a01a01ad81056p-16,
      0x1.27e4cc0907699p-22, 0x1.1f8bef1ec35cdp-29};
  // tanh(x) = x + x·t·P(t), t = x²
  // error 2^-58.8
  static constexpr double tanh[] = {
      -0x1.555555555555p-2, 0x1.11111111108cap-3, -0x1.ba1ba1b98da29p-5, 0x1.664f485cdefap-6,
      -0x1.226e2f7f718c1p-7, 0x1.d6d2ab9602aecp-9, -0x1.7d9095ce991a4p-10, 0x1.3489872e36d92p-11,
      -0x1.e9a738c80d474p-13, 0x1.5e07cf1e02a27p-14, -0x1.486197702dc47p-16};
};

} // namespace tandem::math
