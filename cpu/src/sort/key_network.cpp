// Highway compiles this file once for each instruction set, under target attributes of its own.
#include "sort/key_network.hpp"

#if defined(__x86_64__)
#include <hwy/base.h>
#include <hwy/detect_targets.h>
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sort/key_network.cpp"
#include <hwy/foreach_target.h>

#include <hwy/contrib/sort/traits-inl.h>
#include <hwy/contrib/sort/vqsort-inl.h>

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
HWY_BEFORE_NAMESPACE();
namespace tandem::cpu::sorting::HWY_NAMESPACE {

template <class Key>
struct network {
  static constexpr std::size_t width = HWY_LANES(Key);
  static constexpr std::size_t up_to = hwy::SortConstants::BaseCaseNum(width);

  static HWY_ATTR HWY_NOINLINE void sort(Key* keys, std::size_t n) {
    using namespace hwy::HWY_NAMESPACE;
    HWY_ALIGN Key room[hwy::SortConstants::BufNum<Key>(width)];
    detail::SharedTraits<detail::TraitsLane<detail::OrderAscending<Key>>> const traits;
    detail::BaseCase(SortTag<Key>(), traits, keys, keys + n, n, room);
  }
};

} // namespace tandem::cpu::sorting::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace tandem::cpu::sorting {

template <class Key>
key_network<Key> network_for(isa level) noexcept {
  if (level == isa::v4)
    return {&N_AVX3::network<Key>::sort, N_AVX3::network<Key>::up_to};
  if (level == isa::v3)
    return {&N_AVX2::network<Key>::sort, N_AVX2::network<Key>::up_to};
  return {};
}

} // namespace tandem::cpu::sorting
#endif
#else
namespace tandem::cpu::sorting {

template <class Key>
key_network<Key> network_for(isa) noexcept {
  return {};
}

} // namespace tandem::cpu::sorting
#define HWY_ONCE 1
#endif

#if HWY_ONCE
namespace tandem::cpu::sorting {

template key_network<std::int32_t> network_for(isa) noexcept;
template key_network<std::uint32_t> network_for(isa) noexcept;
template key_network<std::int64_t> network_for(isa) noexcept;
template key_network<std::uint64_t> network_for(isa) noexcept;

} // namespace tandem::cpu::sorting
#endif
