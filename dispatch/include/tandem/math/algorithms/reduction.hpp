// Arguments of sin, cos and tan brought into [−π/4, π/4]: x = q·π/2 + r + low. Up to a few thousand quarter
// turns by subtracting multiples of π/2 in parts (W. J. Cody, W. Waite, 1980), beyond that by multiplying the
// integer significand with the bits of 2/π that matter for its exponent (M. Payne, R. Hanek, Radian reduction
// for trigonometric functions, 1983).
#pragma once

#include <tandem/math/algorithms/coefficients.hpp>
#include <tandem/math/number.hpp>

#include <utility>

namespace tandem::math {

/// r + low is the rest; the lowest two bits of `quadrant` count the quarter turns.
template <class N>
struct reduced {
  N r, low;
  uint_t<N> quadrant;
};

template <class S>
inline constexpr S quick_reduction_limit = sizeof(S) == 4 ? S(3000) : S(1e7);

/// For 0 ≤ x ≤ quick_reduction_limit. Products are exact but the last; what the second and the third
/// difference round away is found exactly, because the minuend is a multiple of the subtrahend's last place.
template <class N>
TANDEM_INLINE reduced<N> reduce_quick(N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  N const shifted = x * literal<N>(C::two_over_pi) + literal<N>(format<S>::rounder);
  N const k = shifted - literal<N>(format<S>::rounder);
  N const first = x - k * literal<N>(C::half_pi_steps[0]);
  N const b = k * literal<N>(C::half_pi_steps[1]);
  N const second = first - b;
  N const lost_second = (first - second) - b;
  N const c = k * literal<N>(C::half_pi_steps[2]);
  N const third = second - c;
  N const lost_third = (second - third) - c;
  N const low = (lost_second + lost_third) - k * literal<N>(C::half_pi_steps[3]);
  return {third, low, bits(shifted)};
}

/// a where the mask's bits are set, else b.
template <class U>
TANDEM_INLINE U blend(U mask, U a, U b) {
  return b ^ (mask & (a ^ b));
}

/// `Count` words of two_over_pi_words from `index` < 2^Levels on, without memory: halves are chosen by one
/// bit of the index after the other. W is an unsigned number, or that of N's width.
template <class N, int Levels, int Count>
struct word_window {
  using U = uint_t<N>;
  using Scalar = typename traits<scalar_t<N>>::uint;
  static constexpr int available = sizeof(scalar_t<N>) == 4 ? 8 : 40;
  U word[Count];

  TANDEM_INLINE explicit word_window(U index) {
    constexpr int step = 1 << (Levels - 1);
    U work[step + Count];
    U const top = mask_of<Levels - 1>(index);
    fill(top, work, std::make_integer_sequence<int, step + Count - 1>{});
    narrow<Levels - 2>(index, work);
    copy(work, std::make_integer_sequence<int, Count>{});
  }

 private:
  static constexpr Scalar constant(int i) { return two_over_pi_words[i < available ? i : 0]; }

  /// All ones where a bit of the index is set.
  template <int Bit>
  TANDEM_INLINE static U mask_of(U index) {
    return literal<U>(Scalar{0}) - (shift_right<Bit>(index) & literal<U>(Scalar{1}));
  }

  // Folds instead of loops: clang makes branches and memmove of loops.
  template <int... I>
  TANDEM_INLINE static void fill(U top, U* work, std::integer_sequence<int, I...>) {
    constexpr int step = 1 << (Levels - 1);
    ((work[I] = literal<U>(constant(I)) ^
                (top & literal<U>(static_cast<Scalar>(constant(I) ^ constant(I + step))))),
     ...);
  }
  template <int Step, int... I>
  TANDEM_INLINE static void move_down(U mask, U* work, std::integer_sequence<int, I...>) {
    ((work[I] = blend(mask, work[I + Step], work[I])), ...);
  }
  template <int... I>
  TANDEM_INLINE void copy(U const* work, std::integer_sequence<int, I...>) {
    ((word[I] = work[I]), ...);
  }

  template <int Bit>
  TANDEM_INLINE static void narrow(U index, U* work) {
    if constexpr (Bit >= 0) {
      constexpr int step = 1 << Bit;
      move_down<step>(mask_of<Bit>(index), work, std::make_integer_sequence<int, step + Count - 1>{});
      narrow<Bit - 1>(index, work);
    }
  }
};

/// A fraction of a quarter turn in two words of N's width, of which the first has its unit at 2^-(width − 2),
/// as r + low. `high` and `rest` are a magnitude; the sign is set in the result.
template <class N>
TANDEM_INLINE reduced<N> from_fixed_point(uint_t<N> high, uint_t<N> rest, uint_t<N> sign,
                                          uint_t<N> quadrant) {
  using S = scalar_t<N>;
  using C = constants<S>;
  using U = typename traits<S>::uint;
  constexpr bool single = sizeof(S) == 4;
  // Three pieces with few enough bits that their products with the parts of π/2 are exact.
  constexpr U low_mask = single ? U(0x3ffffu) : U(0x7ffffffffu);
  constexpr U last_mask = single ? U(0x3fu) : U(0x1ffu);
  constexpr S unit = single ? S(0x1p-30) : S(0x1p-62);
  constexpr S last_unit = single ? S(0x1p-55) : S(0x1p-116);
  auto const as_number = [](uint_t<N> piece)
                             TANDEM_INLINE_LAMBDA { return convert<N>(reinterpret<sint_t<N>>(piece)); };
  N const a = as_number(high & literal<N>(static_cast<U>(~low_mask))) * literal<N>(unit);
  N const b = as_number(high & literal<N>(static_cast<U>(low_mask & ~last_mask))) * literal<N>(unit);
  N const c = as_number(shift_left<(single ? 25 : 54)>(high & literal<N>(last_mask)) |
                        shift_right<(single ? 7 : 10)>(rest)) *
              literal<N>(last_unit);
  auto const p = [](int i) TANDEM_INLINE_LAMBDA { return literal<N>(C::half_pi_parts[i]); };
  N const first = a * p(0);
  N const second = a * p(1);
  N const third = b * p(0);
  N const middle = second + third; // exact up to `lost`
  N const part = middle - second;
  N const lost = (second - (middle - part)) + (third - part);
  N const small = lost + (a * p(2) + (b * p(1) + c * literal<N>(C::half_pi[0])));
  N const sum = first + middle;
  N const kept = sum - first;
  N const low = ((first - (sum - kept)) + (middle - kept)) + small;
  N const r = sum + low;
  return {flip(r, sign), flip((sum - r) + low, sign), quadrant};
}

/// Rounds a fixed-point number of quarter turns (two integer bits on top) to the nearest and converts the
/// signed rest.
template <class N>
TANDEM_INLINE reduced<N> from_turns(uint_t<N> high, uint_t<N> rest) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  constexpr int point = sizeof(S) == 4 ? 30 : 62;
  uint_t<N> const quadrant = shift_right<point>(high + literal<N>(static_cast<U>(U{1} << (point - 1))));
  uint_t<N> const signed_rest = high - shift_left<point>(quadrant);
  uint_t<N> const negative =
      reinterpret<uint_t<N>>(shift_right<point + 1>(reinterpret<sint_t<N>>(signed_rest)));
  // One's complement is off by the last of all bits.
  return from_fixed_point<N>(signed_rest ^ negative, rest ^ negative, negative & literal<N>(format<S>::sign),
                             quadrant);
}

/// For finite float x ≥ 1: 96 bits of 2/π times the significand, of which the upper 64 are kept.
template <class N>
requires(sizeof(scalar_t<N>) == 4) TANDEM_INLINE reduced<N> reduce_far(N x) {
  using U = uint_t<N>;
  U const pattern = bits(x);
  U const m = (pattern & literal<N>(0x007fffffu)) | literal<N>(0x00800000u);
  U const offset = shift_right<23>(pattern) - literal<N>(120u);
  word_window<N, 3, 4> const window(shift_right<5>(offset));
  U const shift = offset & literal<N>(31u);
  U const back = literal<N>(31u) - shift;
  auto const aligned = [&](int i) TANDEM_INLINE_LAMBDA {
    return U(window.word[i] << shift) | U(shift_right<1>(window.word[i + 1]) >> back);
  };
  U const w0 = aligned(0);
  U const w1 = aligned(1);
  U const w2 = aligned(2);
  U const low = m * w1;
  U const rest = low + multiply_high(m, w2);
  U const carry = pick<U>(rest < low, literal<N>(1u), literal<N>(0u));
  return from_turns<N>(m * w0 + multiply_high(m, w1) + carry, rest);
}

/// For finite double x ≥ 1: 192 bits of 2/π times the significand in 32-bit limbs, of which the upper 128
/// bits are kept.
template <class N>
requires(sizeof(scalar_t<N>) == 8) TANDEM_INLINE reduced<N> reduce_far(N x) {
  using U = uint_t<N>;
  using Scalar = std::uint64_t;
  auto const c = [](Scalar v) { return literal<U>(v); };
  U const pattern = bits(x);
  U const m = (pattern & c(format<double>::fraction)) | c(Scalar{1} << 52);
  // Bit exponent − 1076 of 2/π (the first has number 1) has weight 2^191; the words begin 32 places before
  // it.
  U const offset = shift_right<52>(pattern) - c(1076 - 31);
  word_window<N, 5, 7> const window(shift_right<5>(offset));
  U const shift = offset & c(31);
  U const back = c(32) - shift;
  U word[6]; // the most significant first
  for (int i = 0; i < 6; ++i)
    word[i] = (U(window.word[i] << shift) | U(window.word[i + 1] >> back)) & c(0xffffffffu);
  U const m_low = m & c(0xffffffffu);
  U const m_high = shift_right<32>(m);
  U limb[5]; // of weights 2^160 … 2^32, and what is carried into them
  U carry = c(0);
  for (int i = 4; i >= 0; --i) {
    U sum = carry + ((m_low * word[i]) & c(0xffffffffu)) + shift_right<32>(m_low * word[i + 1]);
    sum = sum + ((m_high * word[i + 1]) & c(0xffffffffu));
    if (i < 4)
      sum = sum + shift_right<32>(m_high * word[i + 2]);
    limb[i] = sum & c(0xffffffffu);
    carry = shift_right<32>(sum);
  }
  return from_turns<N>(shift_left<32>(limb[0]) | limb[1], shift_left<32>(limb[2]) | limb[3]);
}

/// For x ≥ 0; NaN and infinity give NaN.
template <class N>
TANDEM_INLINE reduced<N> reduce(N x) {
  using S = scalar_t<N>;
  reduced<N> const quick = reduce_quick(x);
  auto const near = x <= literal<N>(quick_reduction_limit<S>);
  if (always(near))
    return quick;
  reduced<N> const far = reduce_far(x);
  N const r = pick<N>(x < literal_bits<N>(format<S>::infinity), far.r, x - x);
  return {pick<N>(near, quick.r, r), pick<N>(near, quick.low, far.low),
          pick<uint_t<N>>(near, quick.quadrant, far.quadrant)};
}

} // namespace tandem::math
