// operator new and delete of a whole test program, for tests that count pieces of memory or refuse one. One file of the program
// includes this.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace tandem_test {

/// Called before each piece of memory that the program gets; defined by the test. Throws std::bad_alloc for one that is to be refused.
void before_allocation();

inline void* piece_of_memory(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  before_allocation();
  auto const rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
  if (void* const memory = std::aligned_alloc(alignment, rounded))
    return memory;
  throw std::bad_alloc();
}

} // namespace tandem_test

// NOLINTBEGIN(misc-new-delete-overloads,misc-definitions-in-headers)
[[gnu::noinline]] void* operator new(std::size_t size) {
  return tandem_test::piece_of_memory(size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return tandem_test::piece_of_memory(size, static_cast<std::size_t>(alignment));
}
// A sanitizer has one of its own, which does not go with these operators delete.
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
  try {
    return tandem_test::piece_of_memory(size);
  } catch (std::bad_alloc const&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
// NOLINTEND(misc-new-delete-overloads,misc-definitions-in-headers)
