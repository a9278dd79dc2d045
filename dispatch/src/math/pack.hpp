// Packs of numbers in one vector register, as a number type for the algorithms of tandem/math/algorithms.
// Included only by the files that are compiled for one instruction set; everything is inlined, so nothing of
// one set leaks into code that runs without it.
#pragma once

#include <tandem/math/number.hpp>

#include <immintrin.h>

namespace tandem::math {

template <class T, int Width>
struct pack;

/// What a comparison of packs gives: all ones or zero in each lane.
template <class Lane, int Width>
struct pack_mask {
  typedef Lane vector __attribute__((vector_size(sizeof(Lane) * Width)));
  vector v;

  TANDEM_INLINE friend pack_mask operator&&(pack_mask a, pack_mask b) { return {a.v & b.v}; }
  TANDEM_INLINE friend pack_mask operator||(pack_mask a, pack_mask b) { return {a.v | b.v}; }
  TANDEM_INLINE friend pack_mask operator!(pack_mask a) { return {~a.v}; }
};

template <int Bytes>
struct lane_of;
template <>
struct lane_of<4> {
  using type = std::int32_t;
};
template <>
struct lane_of<8> {
  using type = std::int64_t;
};

template <class T, int Width>
struct pack {
  typedef T vector __attribute__((vector_size(sizeof(T) * Width)));
  using lane = typename lane_of<sizeof(T)>::type;
  using mask = pack_mask<lane, Width>;
  using value_type = T;
  vector v;

  pack() = default;
  // A template, because g++ 12 takes pack(vector) and pack(T) for the same declaration.
  template <class V>
  requires(!std::is_arithmetic_v<V>) TANDEM_INLINE pack(V w) : v(w) {}
  /// The same number in every lane (a difference keeps the sign of zero).
  TANDEM_INLINE pack(T x) : v(x - vector{}) {}

#define TANDEM_PACK_OPERATOR(op)                                                                             \
  TANDEM_INLINE friend pack operator op(pack a, pack b) {                                                    \
    return pack(vector(a.v op b.v));                                                                         \
  }                                                                                                          \
  TANDEM_INLINE friend pack operator op(pack a, T b) {                                                       \
    return pack(vector(a.v op b));                                                                           \
  }                                                                                                          \
  TANDEM_INLINE friend pack operator op(T a, pack b) {                                                       \
    return pack(vector(a op b.v));                                                                           \
  }
#define TANDEM_PACK_COMPARISON(op)                                                                           \
  TANDEM_INLINE friend mask operator op(pack a, pack b) {                                                    \
    return {reinterpret_cast<typename mask::vector>(a.v op b.v)};                                            \
  }                                                                                                          \
  TANDEM_INLINE friend mask operator op(pack a, T b) {                                                       \
    return a op pack(b);                                                                                     \
  }
  TANDEM_PACK_OPERATOR(+)
  TANDEM_PACK_OPERATOR(-)
  TANDEM_PACK_OPERATOR(*)
  TANDEM_PACK_OPERATOR(/)
  TANDEM_PACK_OPERATOR(&)
  TANDEM_PACK_OPERATOR(|)
  TANDEM_PACK_OPERATOR(^)
  TANDEM_PACK_OPERATOR(<<)
  TANDEM_PACK_OPERATOR(>>)
  TANDEM_PACK_COMPARISON(<)
  TANDEM_PACK_COMPARISON(<=)
  TANDEM_PACK_COMPARISON(>)
  TANDEM_PACK_COMPARISON(>=)
  TANDEM_PACK_COMPARISON(==)
  TANDEM_PACK_COMPARISON(!=)
#undef TANDEM_PACK_OPERATOR
#undef TANDEM_PACK_COMPARISON
};

template <int Width>
struct traits<pack<float, Width>> {
  using scalar = float;
  using uint = pack<std::uint32_t, Width>;
  using sint = pack<std::int32_t, Width>;
};
template <int Width>
struct traits<pack<double, Width>> {
  using scalar = double;
  using uint = pack<std::uint64_t, Width>;
  using sint = pack<std::int64_t, Width>;
};

template <class To, class From, int Width>
TANDEM_INLINE To reinterpret(pack<From, Width> x) {
  return To(reinterpret_cast<typename To::vector>(x.v));
}

template <class To, class From, int Width>
TANDEM_INLINE To convert(pack<From, Width> x) {
  return To(__builtin_convertvector(x.v, typename To::vector));
}

template <class N, class A, class B, class Lane, int Width>
TANDEM_INLINE N pick(pack_mask<Lane, Width> condition, A a, B b) {
  return N(typename N::vector(condition.v ? N(a).v : N(b).v));
}

/// From products of halves: no instruction set has this one.
template <int Width>
TANDEM_INLINE pack<std::uint32_t, Width> multiply_high(pack<std::uint32_t, Width> a,
                                                       pack<std::uint32_t, Width> b) {
  auto const a0 = a & 0xffffu;
  auto const a1 = a >> 16u;
  auto const b0 = b & 0xffffu;
  auto const b1 = b >> 16u;
  auto const middle = a1 * b0 + ((a0 * b0) >> 16u);
  auto const carry = a0 * b1 + (middle & 0xffffu);
  return a1 * b1 + (middle >> 16u) + (carry >> 16u);
}

/// All lanes.
template <class Lane, int Width>
TANDEM_INLINE bool always(pack_mask<Lane, Width> m) {
  [[maybe_unused]] constexpr int bytes = static_cast<int>(sizeof(Lane)) * Width;
#if defined(__AVX512DQ__)
  if constexpr (bytes == 64 && sizeof(Lane) == 4)
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(m.v)) == 0xffff;
  else if constexpr (bytes == 64)
    return _mm512_movepi64_mask(reinterpret_cast<__m512i>(m.v)) == 0xff;
  else
#endif
#if defined(__AVX__)
      if constexpr (bytes == 32)
    return _mm256_testc_si256(reinterpret_cast<__m256i>(m.v), _mm256_set1_epi32(-1)) != 0;
  else
#endif
    return _mm_movemask_epi8(reinterpret_cast<__m128i>(m.v)) == 0xffff;
}

template <int Width>
TANDEM_INLINE pack<float, Width> root(pack<float, Width> x) {
#if defined(__AVX512F__)
  if constexpr (Width == 16)
    return {reinterpret_cast<typename pack<float, Width>::vector>(
        _mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(x.v)))};
  else
#endif
#if defined(__AVX__)
      if constexpr (Width == 8)
    return {
        reinterpret_cast<typename pack<float, Width>::vector>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x.v)))};
  else
#endif
    return {
        reinterpret_cast<typename pack<float, Width>::vector>(_mm_sqrt_ps(reinterpret_cast<__m128>(x.v)))};
}

template <int Width>
TANDEM_INLINE pack<double, Width> root(pack<double, Width> x) {
#if defined(__AVX512F__)
  if constexpr (Width == 8)
    return {reinterpret_cast<typename pack<double, Width>::vector>(
        _mm512_maskz_sqrt_pd(0xff, reinterpret_cast<__m512d>(x.v)))};
  else
#endif
#if defined(__AVX__)
      if constexpr (Width == 4)
    return {reinterpret_cast<typename pack<double, Width>::vector>(
        _mm256_sqrt_pd(reinterpret_cast<__m256d>(x.v)))};
  else
#endif
    return {
        reinterpret_cast<typename pack<double, Width>::vector>(_mm_sqrt_pd(reinterpret_cast<__m128d>(x.v)))};
}

} // namespace tandem::math
