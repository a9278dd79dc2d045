#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::cpu {

/// The kinds of arithmetic keys that the compiled sorts know, by size and order.
enum class key_kind : unsigned char { none, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 };

enum class sort_order : unsigned char { ascending, descending };

/// The kind of T; `none` where there is no compiled sort for it (long double, 128-bit integers, classes).
template <class T>
constexpr key_kind key_kind_of() {
  if constexpr (std::is_same_v<T, float>)
    return key_kind::f32;
  else if constexpr (std::is_same_v<T, double>)
    return key_kind::f64;
  else if constexpr (std::is_integral_v<T>)
    switch (sizeof(T)) {
    case 1:
      return std::is_signed_v<T> ? key_kind::i8 : key_kind::u8;
    case 2:
      return std::is_signed_v<T> ? key_kind::i16 : key_kind::u16;
    case 4:
      return std::is_signed_v<T> ? key_kind::i32 : key_kind::u32;
    case 8:
      return std::is_signed_v<T> ? key_kind::i64 : key_kind::u64;
    default:
      break;
    }
  return key_kind::none;
}

/// Types that `<` and `>` order and that sort as keys: integers but for 128-bit ones, bool, float, double.
template <class T>
concept ArithmeticKey = key_kind_of<T>()
!= key_kind::none;

/// Sorts n keys in place. Floats are put in IEEE totalOrder: −NaN < −inf < … < −0 < +0 < … < +inf < +NaN.
/// Equal keys are the same bits, so the result is that of a stable sort.
///
/// Sorted, reversed and all-equal input is recognised in one reading pass. Otherwise a parallel quicksort:
/// every thread partitions a part in place with vector instructions, what lies on the wrong side is
/// exchanged, both sides go on at once; the leaves are Highway's vectorised quicksort. O(n log n) comparisons
/// in the worst case, O(log n) extra memory (16-bit keys: one table of 65,536 counts a thread). Does not
/// throw but for std::bad_alloc.
TANDEM_API void sort_keys(execution const& how, void* keys, std::size_t n, key_kind kind, sort_order order);

template <ArithmeticKey T>
void sort_keys(execution const& how, T* keys, std::size_t n, sort_order order = sort_order::ascending) {
  sort_keys(how, keys, n, key_kind_of<T>(), order);
}

} // namespace tandem::cpu
