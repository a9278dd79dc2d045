#pragma once

#include <cstdint>
#include <type_traits>

namespace tandem::cpu {

/// a before b; floats as IEEE 754's totalOrder: −NaN < −inf … −0 < +0 … +inf < +NaN. Other types: a < b.
struct total_less {
  template <class A, class B>
  constexpr bool operator()(A const& a, B const& b) const {
    if constexpr (std::is_same_v<A, float> && std::is_same_v<B, float>)
      return key<std::int32_t>(__builtin_bit_cast(std::int32_t, a)) <
             key<std::int32_t>(__builtin_bit_cast(std::int32_t, b));
    else if constexpr (std::is_same_v<A, double> && std::is_same_v<B, double>)
      return key<std::int64_t>(__builtin_bit_cast(std::int64_t, a)) <
             key<std::int64_t>(__builtin_bit_cast(std::int64_t, b));
    else
      return a < b;
  }

 private:
  /// Negative numbers count downwards: all bits but the sign are flipped.
  template <class Integer>
  static constexpr Integer key(Integer bits) noexcept {
    using Bits = std::make_unsigned_t<Integer>;
    auto const sign = static_cast<Bits>(bits >> (sizeof(Integer) * 8 - 1));
    return static_cast<Integer>(static_cast<Bits>(bits) ^ static_cast<Bits>(sign >> 1));
  }
};

} // namespace tandem::cpu
