#pragma once

#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu::detail {

inline constexpr std::size_t cache_line = 64;

/// How many of data[0, n) lie before the first that begins a cache line; 0 where none does, and where n is too
/// small for it to matter.
template <class T>
std::size_t elements_before_line([[maybe_unused]] T const* data, [[maybe_unused]] std::size_t n) noexcept {
  if constexpr (cache_line % sizeof(T) == 0) {
    auto const past = reinterpret_cast<std::uintptr_t>(data) % cache_line;
    constexpr std::size_t few = 4096;
    return n < few || past == 0 || past % sizeof(T) != 0 ? 0 : (cache_line - past) / sizeof(T);
  } else {
    return 0;
  }
}

/// for_ranges, with ranges that begin where a cache line of `data` does (but the very first, which does not
/// have to). A wide vector that spans two lines costs two accesses: large maps ran at two thirds of their
/// speed. `grain` is a multiple of 64 for this to hold of every range.
template <class T, class Body>
void for_ranges_of_lines(execution const& how, std::size_t n, std::size_t grain, T const* data, Body&& body) {
  auto const head = elements_before_line(data, n);
  for_ranges(how, n - head, grain, [&](std::size_t first, std::size_t last) {
    auto at = first == 0 ? 0 : first + head;
    for (auto end = first == 0 && head != 0 ? head : last + head;; end = last + head) {
      body(at, end);
      if (end == last + head)
        return;
      at = end;
    }
  });
}

/// Asks memory for data[0, count). Loops that read one wide vector a cache line, or the parts of a line in
/// another order than they lie in, leave the hardware's own look-ahead far behind what memory could deliver.
/// Harmless past the end of an array.
template <class T>
inline void prefetch([[maybe_unused]] T const* data, [[maybe_unused]] std::size_t count) noexcept {
#if defined(__GNUC__)
  auto const first = reinterpret_cast<std::uintptr_t>(data);
  for (std::size_t byte = 0; byte < count * sizeof(T); byte += cache_line)
    __builtin_prefetch(reinterpret_cast<void const*>(first + byte));
#endif
}

/// As far ahead as a loop over few elements at a time should ask for its data.
inline constexpr std::size_t prefetch_distance = 4096;

/// prefetch of what stands that far behind data[0, count).
template <class T>
inline void prefetch_ahead(T const* data, std::size_t count) noexcept {
  prefetch(reinterpret_cast<T const*>(reinterpret_cast<std::uintptr_t>(data) + prefetch_distance), count);
}

} // namespace tandem::cpu::detail
