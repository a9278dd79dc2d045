// C++'s meaning for what GLSL leaves open. Sections are compiled only where a traced function needs them.

#ifdef TD_DIVIDE
// Division by zero, and the lowest number by -1, gives the dividend; the remainder is then 0.
uint td_div(uint a, uint b) { return a / (b == 0u ? 1u : b); }
uint td_rem(uint a, uint b) { return a % (b == 0u ? 1u : b); }
int td_div(int a, int b) {
  uint q = uint(abs(a)) / (b == 0 ? 1u : uint(abs(b)));
  return int((a ^ b) < 0 && b != 0 ? 0u - q : b == 0 ? uint(a) : q);
}
int td_rem(int a, int b) {
  uint r = uint(abs(a)) % (b == 0 ? 1u : uint(abs(b)));
  return int(a < 0 ? 0u - r : r);
}
#ifdef TD_INT64
uint64_t td_div(uint64_t a, uint64_t b) { return a / (b == 0ul ? 1ul : b); }
uint64_t td_rem(uint64_t a, uint64_t b) { return a % (b == 0ul ? 1ul : b); }
uint64_t td_magnitude(int64_t a) { return a < 0l ? 0ul - uint64_t(a) : uint64_t(a); }
int64_t td_div(int64_t a, int64_t b) {
  uint64_t q = td_magnitude(a) / (b == 0l ? 1ul : td_magnitude(b));
  return int64_t((a ^ b) < 0l && b != 0l ? 0ul - q : b == 0l ? uint64_t(a) : q);
}
int64_t td_rem(int64_t a, int64_t b) {
  uint64_t r = td_magnitude(a) % (b == 0l ? 1ul : td_magnitude(b));
  return int64_t(a < 0l ? 0ul - r : r);
}
#endif
#endif

#ifdef TD_BITS
int td_popcount(uint x) { return bitCount(x); }
int td_popcount(int x) { return bitCount(x); }
int td_clz(uint x) { return 31 - findMSB(x); }
int td_clz(int x) { return td_clz(uint(x)); }
uint td_mul_hi(uint a, uint b) {
  uint high;
  uint low;
  umulExtended(a, b, high, low);
  return high;
}
#ifdef TD_INT64
int td_popcount(uint64_t x) { return bitCount(uint(x)) + bitCount(uint(x >> 32)); }
int td_popcount(int64_t x) { return td_popcount(uint64_t(x)); }
int td_clz(uint64_t x) { return uint(x >> 32) != 0u ? td_clz(uint(x >> 32)) : 32 + td_clz(uint(x)); }
int td_clz(int64_t x) { return td_clz(uint64_t(x)); }
#endif
#endif

#ifdef TD_HALF
// binary16 to and from float as tandem::half does it, in integers: the same bits on every device.
float td_from_half(uint x) {
  uint sign = (x & 0x8000u) << 16;
  uint exponent = (x >> 10) & 31u;
  uint fraction = x & 0x3ffu;
  uint tiny = floatBitsToUint(float(int(fraction)) * 5.9604644775390625e-8); // 2^-24
  uint special = 0x7f800000u | (fraction << 13) | (fraction != 0u ? 0x400000u : 0u);
  uint normal = ((exponent + 112u) << 23) | (fraction << 13);
  return uintBitsToFloat(sign | (exponent == 0u ? tiny : exponent == 31u ? special : normal));
}
uint td_to_half(float number) {
  uint from = floatBitsToUint(number);
  uint x = from & 0x7fffffffu;
  uint exponent = x >> 23;
  uint shift = exponent >= 102u && exponent <= 112u ? 126u - exponent : 25u;
  uint significand = (x & 0x7fffffu) | 0x800000u;
  uint rest = significand & ((1u << shift) - 1u);
  uint middle = 1u << (shift - 1u);
  uint floored = significand >> shift;
  uint tiny = floored + (rest > middle || (rest == middle && (floored & 1u) != 0u) ? 1u : 0u);
  uint normal = (x + 0xfffu + ((x >> 13) & 1u) - 0x38000000u) >> 13;
  uint result = x > 0x7f800000u    ? 0x7e00u | ((x >> 13) & 0x3ffu)
                : x >= 0x47800000u ? 0x7c00u
                : x >= 0x38800000u ? normal
                : exponent >= 102u ? tiny
                                   : 0u;
  return ((from >> 16) & 0x8000u) | result;
}
#endif

#ifdef TD_CAST
// Rounded once, also where a driver's own conversion is not: both halves are exact.
float td_float(uint x) {
  precise float high = float(int(x >> 16)) * 65536.0;
  precise float sum = high + float(int(x & 0xffffu));
  return sum;
}
// Out of range: the nearest number; NaN: 0.
int td_int(float x) {
  return x != x ? 0 : x >= 2147483648.0 ? 0x7fffffff : x < -2147483648.0 ? int(0x80000000u) : int(x);
}
uint td_uint(float x) { return !(x > 0.0) ? 0u : x >= 4294967296.0 ? 0xffffffffu : uint(x); }
#ifdef TD_INT64
int64_t td_long(float x) {
  return x != x                        ? 0l
         : x >= 9223372036854775808.0  ? 0x7fffffffffffffffl
         : x < -9223372036854775808.0  ? int64_t(0x8000000000000000ul)
                                       : int64_t(x);
}
uint64_t td_ulong(float x) {
  return !(x > 0.0) ? 0ul : x >= 18446744073709551616.0 ? 0xfffffffffffffffful : uint64_t(x);
}
#endif
#ifdef TD_FLOAT64
int td_int(double x) {
  return x != x ? 0 : x >= 2147483648.0lf ? 0x7fffffff : x < -2147483648.0lf ? int(0x80000000u) : int(x);
}
uint td_uint(double x) { return !(x > 0.0lf) ? 0u : x >= 4294967296.0lf ? 0xffffffffu : uint(x); }
#ifdef TD_INT64
int64_t td_long(double x) {
  return x != x                          ? 0l
         : x >= 9223372036854775808.0lf  ? 0x7fffffffffffffffl
         : x < -9223372036854775808.0lf  ? int64_t(0x8000000000000000ul)
                                         : int64_t(x);
}
uint64_t td_ulong(double x) {
  return !(x > 0.0lf) ? 0ul : x >= 18446744073709551616.0lf ? 0xfffffffffffffffful : uint64_t(x);
}
#endif
#endif
#endif

#ifdef TD_FLOATS
// A rounded number keeps the sign of what it came from, zero included.
float td_with_sign(float x, float from) {
  return uintBitsToFloat((floatBitsToUint(x) & 0x7fffffffu) | (floatBitsToUint(from) & 0x80000000u));
}
bool td_isnan(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }
bool td_isinf(float x) { return (floatBitsToUint(x) & 0x7fffffffu) == 0x7f800000u; }
float td_floor(float x) { return td_isnan(x) ? x : td_with_sign(floor(x), x); }
float td_ceil(float x) { return td_isnan(x) ? x : td_with_sign(ceil(x), x); }
float td_trunc(float x) { return td_isnan(x) ? x : td_with_sign(trunc(x), x); }
float td_rint(float x) { return td_isnan(x) ? x : td_with_sign(roundEven(x), x); }
float td_round(float x) {
  precise float t = trunc(x);
  precise float away = abs(x - t) >= 0.5 ? abs(t) + 1.0 : t;
  return td_isnan(x) ? x : td_with_sign(away, x);
}
#ifdef TD_FLOAT64
double td_with_sign(double x, double from) {
  uvec2 bits = unpackDouble2x32(x);
  bits.y = (bits.y & 0x7fffffffu) | (unpackDouble2x32(from).y & 0x80000000u);
  return packDouble2x32(bits);
}
bool td_isnan(double x) {
  uvec2 bits = unpackDouble2x32(x);
  return (bits.y & 0x7fffffffu) > 0x7ff00000u || ((bits.y & 0x7fffffffu) == 0x7ff00000u && bits.x != 0u);
}
bool td_isinf(double x) {
  uvec2 bits = unpackDouble2x32(x);
  return (bits.y & 0x7fffffffu) == 0x7ff00000u && bits.x == 0u;
}
double td_floor(double x) { return td_isnan(x) ? x : td_with_sign(floor(x), x); }
double td_ceil(double x) { return td_isnan(x) ? x : td_with_sign(ceil(x), x); }
double td_trunc(double x) { return td_isnan(x) ? x : td_with_sign(trunc(x), x); }
double td_rint(double x) { return td_isnan(x) ? x : td_with_sign(roundEven(x), x); }
double td_round(double x) {
  precise double t = trunc(x);
  precise double away = abs(x - t) >= 0.5lf ? abs(t) + 1.0lf : t;
  return td_isnan(x) ? x : td_with_sign(away, x);
}
#endif
#endif
