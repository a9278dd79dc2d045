// A 16-bit float to store numbers in.
#pragma once

#include <tandem/config.hpp>

#include <cstdint>
#include <type_traits>

namespace tandem {

/// IEEE 754 binary16 as it lies in memory, for ranges that should take half the room. Whatever is computed
/// with it is computed as a float: it converts to one exactly, and a float becomes the nearest half (ties to
/// even, above 65504 + 16 infinity) when it is stored. The same bits on every device.
class half {
 public:
  half() = default;
  template <class N>
  requires(std::is_arithmetic_v<N>) constexpr half(N number) noexcept
      : bits_(rounded(__builtin_bit_cast(std::uint32_t, static_cast<float>(number)))) {}

  static constexpr half from_bits(std::uint16_t bits) noexcept {
    half result{};
    result.bits_ = bits;
    return result;
  }
  constexpr std::uint16_t bits() const noexcept { return bits_; }

  constexpr operator float() const noexcept {
    std::uint32_t const sign = std::uint32_t{bits_ & 0x8000u} << 16;
    std::uint32_t const exponent = (bits_ >> 10) & 31u;
    std::uint32_t const fraction = bits_ & 0x3ffu;
    std::uint32_t const small =
        __builtin_bit_cast(std::uint32_t, static_cast<float>(static_cast<int>(fraction)) * 0x1p-24f);
    std::uint32_t const special = 0x7f800000u | fraction << 13 | (fraction != 0 ? 0x400000u : 0u);
    std::uint32_t const normal = (exponent + 112u) << 23 | fraction << 13;
    return __builtin_bit_cast(float, sign | (exponent == 0 ? small : exponent == 31 ? special : normal));
  }

  template <class N>
  constexpr half& operator+=(N const& x) {
    return *this = half(static_cast<float>(*this) + x);
  }
  template <class N>
  constexpr half& operator-=(N const& x) {
    return *this = half(static_cast<float>(*this) - x);
  }
  template <class N>
  constexpr half& operator*=(N const& x) {
    return *this = half(static_cast<float>(*this) * x);
  }
  template <class N>
  constexpr half& operator/=(N const& x) {
    return *this = half(static_cast<float>(*this) / x);
  }

 private:
  /// The bits of the nearest half to the float with these bits.
  static constexpr std::uint16_t rounded(std::uint32_t from) noexcept {
    std::uint32_t const sign = (from >> 16) & 0x8000u;
    std::uint32_t const x = from & 0x7fffffffu;
    // Subnormal halves: the significand in units of 2^-24.
    std::uint32_t const exponent = x >> 23;
    std::uint32_t const shift = exponent >= 102u && exponent <= 112u ? 126u - exponent : 25u;
    std::uint32_t const significand = (x & 0x7fffffu) | 0x800000u;
    std::uint32_t const rest = significand & ((1u << shift) - 1u);
    std::uint32_t const middle = 1u << (shift - 1u);
    std::uint32_t const floored = significand >> shift;
    std::uint32_t const small =
        floored + (rest > middle || (rest == middle && (floored & 1u) != 0) ? 1u : 0u);
    std::uint32_t const normal = (x + 0xfffu + ((x >> 13) & 1u) - 0x38000000u) >> 13;
    std::uint32_t const result = x > 0x7f800000u    ? 0x7e00u | ((x >> 13) & 0x3ffu)
                                 : x >= 0x47800000u ? 0x7c00u
                                 : x >= 0x38800000u ? normal
                                 : exponent >= 102u ? small
                                                    : 0u;
    return static_cast<std::uint16_t>(sign | result);
  }

  std::uint16_t bits_;
};
static_assert(sizeof(half) == 2 && std::is_trivially_copyable_v<half>);

} // namespace tandem
