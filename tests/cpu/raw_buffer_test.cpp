#include "support.hpp"
#include "support/skip.hpp"

#include <tandem/cpu/raw_buffer.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <thread>

using tandem::cpu::raw_buffer;

TEST_CASE("raw_buffer: aligned, whole, and one's own while it lives", "[raw_buffer]") {
  auto const use = [](unsigned char mark) {
    std::size_t wrong = 0;
    for (std::size_t round = 0; round < 40; ++round)
      for (std::size_t const size :
           {0UL, 1UL, 1000UL, 65'535UL, 65'536UL, 200'000UL, 4'194'304UL, 5'000'001UL}) {
        raw_buffer a(size), b(size / 2 + 1, 128);
        std::memset(a.data(), mark, size);
        std::memset(b.data(), mark + 1, size / 2 + 1);
        auto const* const bytes = static_cast<unsigned char const*>(a.data());
        for (std::size_t i = 0; i < size; i += 997)
          wrong += bytes[i] != mark ? 1 : 0;
        wrong += reinterpret_cast<std::uintptr_t>(a.data()) % 64 != 0 ? 1 : 0;
        wrong += reinterpret_cast<std::uintptr_t>(b.data()) % 128 != 0 ? 1 : 0;
      }
    return wrong;
  };
  std::size_t wrong[4] = {};
  std::vector<std::thread> threads;
  for (unsigned char t = 0; t < 4; ++t)
    threads.emplace_back([&wrong, &use, t] { wrong[t] = use(static_cast<unsigned char>(10 * t + 1)); });
  for (auto& thread : threads)
    thread.join();
  for (auto const w : wrong)
    CHECK(w == 0);
}

TEST_CASE("raw_buffer: memory that cannot be had is an exception", "[raw_buffer]") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  TANDEM_SKIP("a sanitizer ends the program instead of throwing std::bad_alloc");
#endif
  CHECK_THROWS_AS(raw_buffer(SIZE_MAX / 4), std::bad_alloc);
  raw_buffer const after(100'000); // and harms nothing
  CHECK(after.data() != nullptr);
}
