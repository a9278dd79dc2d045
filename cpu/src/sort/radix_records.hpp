#pragma once

#include <tandem/cpu/radix_sort.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// What radix_sort moves about, how it comes from the caller's arrays and how it goes back.

namespace tandem::cpu::sorting {

template <class Key, class Value>
struct radix_record {
  Key key;
  Value value;
};

/// Keys as unsigned integers of the wanted order, and back.
template <class Raw, class Key>
struct key_mapping {
  Raw below_zero = 0; ///< flipped where the sign bit is set: all but the sign for floats
  Raw always = 0;     ///< flipped in all

  key_mapping(key_kind kind, sort_order order) {
    constexpr auto sign = static_cast<Raw>(Raw{1} << (8 * sizeof(Raw) - 1));
    bool const is_float = kind == key_kind::f32 || kind == key_kind::f64;
    bool const is_unsigned =
        kind == key_kind::u8 || kind == key_kind::u16 || kind == key_kind::u32 || kind == key_kind::u64;
    below_zero = is_float ? static_cast<Raw>(~sign) : Raw{0};
    always = static_cast<Raw>((is_unsigned ? Raw{0} : sign) ^
                              (order == sort_order::descending ? static_cast<Raw>(~Raw{0}) : Raw{0}));
  }

  Key to_key(Raw raw) const noexcept {
    return static_cast<Raw>(raw ^ (sign_mask(raw) & below_zero) ^ always);
  }

  Raw to_raw(Key key) const noexcept {
    auto const raw = static_cast<Raw>(static_cast<Raw>(key) ^ always);
    return static_cast<Raw>(raw ^ (sign_mask(raw) & below_zero));
  }

 private:
  static Raw sign_mask(Raw raw) noexcept {
    return static_cast<Raw>(static_cast<std::make_signed_t<Raw>>(raw) >> (8 * sizeof(Raw) - 1));
  }
};

/// Integers that stand for a caller's elements of the same size, wherever those lie and whatever they are.
template <class Value>
struct borrowed;
template <>
struct borrowed<std::uint32_t> {
  using type __attribute__((may_alias, aligned(1))) = std::uint32_t;
};
template <>
struct borrowed<std::uint64_t> {
  using type __attribute__((may_alias, aligned(1))) = std::uint64_t;
};

template <class Raw, class Key, class Value>
struct radix_source {
  Raw const* keys;
  typename borrowed<Value>::type const* values; ///< null: positions
  key_mapping<Raw, Key> mapping;

  Key key(std::size_t i) const noexcept { return mapping.to_key(keys[i]); }
  Value value(std::size_t i) const noexcept { return values == nullptr ? static_cast<Value>(i) : values[i]; }
};

template <class Raw, class Key, class Value>
struct radix_sink {
  Raw* keys;                              ///< null: not wanted
  typename borrowed<Value>::type* values; ///< null: `wide`, or not wanted
  std::uint64_t* wide;                    ///< values of 8 bytes for positions of 4
  key_mapping<Raw, Key> mapping;

  void put(std::size_t i, Key key, Value value) const noexcept {
    if (keys != nullptr)
      keys[i] = mapping.to_raw(key);
    if (values != nullptr)
      values[i] = value;
    else if (wide != nullptr)
      wide[i] = static_cast<std::uint64_t>(value);
  }
};

} // namespace tandem::cpu::sorting
