#pragma once

#include <tandem/cpu/isa.hpp>

#include <type_traits>
#include <utility>

// One body, compiled for several instruction sets and chosen at run time: no -march flag needed. `flatten`
// inlines the body, and in it the user's lambda (compiled for the default target, which every clone
// includes), before vectorising.
#if defined(__x86_64__) && defined(__GNUC__)
#define TANDEM_HAS_CLONES 1
#define TANDEM_TARGET_V2 "sse3,ssse3,sse4.1,sse4.2,popcnt"
#define TANDEM_TARGET_V3 "avx2,fma,bmi,bmi2,lzcnt,popcnt,movbe,f16c"
#define TANDEM_TARGET_V4_BASE                                                                                \
  "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,lzcnt,popcnt,movbe,f16c"
// Clang rejects prefer-vector-width here (and would ignore the whole attribute); it uses 512 bits unasked.
#if defined(__clang__)
#define TANDEM_TARGET_V4 TANDEM_TARGET_V4_BASE
#else
#define TANDEM_TARGET_V4 TANDEM_TARGET_V4_BASE ",prefer-vector-width=512"
#endif
#else
#define TANDEM_HAS_CLONES 0
#endif

/// Before a loop whose iterations are independent but for elements read and written at the same index.
#if defined(__clang__)
#define TANDEM_INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define TANDEM_INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
#else
#define TANDEM_INDEPENDENT_ITERATIONS
#endif

/// Before a loop over the 16 elements of a short row: to be vectorised whole, not unrolled into scalars
/// first.
#if defined(__clang__)
#define TANDEM_SHORT_ROW _Pragma("clang loop vectorize(assume_safety) interleave(disable)")
#elif defined(__GNUC__)
#define TANDEM_SHORT_ROW _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
#else
#define TANDEM_SHORT_ROW
#endif

namespace tandem::cpu {

/// Element types whose loops are worth compiling several times.
template <class T>
inline constexpr bool vectorisable =
    std::is_arithmetic_v<std::remove_cv_t<T>> && !std::is_same_v<std::remove_cv_t<T>, long double>;

namespace detail {

// One clone a level. A flattened one inlines all that the body calls; a small one leaves that to the
// compiler, which keeps large callees out of line.
#define TANDEM_CLONE(name, ...)                                                                              \
  template <class Body>                                                                                      \
  [[__VA_ARGS__]] auto name(Body body) {                                                                     \
    return body();                                                                                           \
  }
#if TANDEM_HAS_CLONES
TANDEM_CLONE(run_v2, gnu::noinline, gnu::flatten, gnu::target(TANDEM_TARGET_V2))
TANDEM_CLONE(run_v3, gnu::noinline, gnu::flatten, gnu::target(TANDEM_TARGET_V3))
TANDEM_CLONE(run_v4, gnu::noinline, gnu::flatten, gnu::target(TANDEM_TARGET_V4))
TANDEM_CLONE(run_small_v2, gnu::noinline, gnu::target(TANDEM_TARGET_V2))
TANDEM_CLONE(run_small_v3, gnu::noinline, gnu::target(TANDEM_TARGET_V3))
TANDEM_CLONE(run_small_v4, gnu::noinline, gnu::target(TANDEM_TARGET_V4))
#endif
TANDEM_CLONE(run_baseline, gnu::noinline, gnu::flatten)
#undef TANDEM_CLONE

} // namespace detail

/// body() in the clone for `level`, with all it calls inlined. The body is passed by value so that what it
/// captured by value is known not to alias the arrays it writes: capture by value (see `hold`) in what is to
/// be vectorised.
template <class Body>
auto vectorised([[maybe_unused]] isa level, Body body) {
#if TANDEM_HAS_CLONES
  switch (level) {
  case isa::v4:
    return detail::run_v4(std::move(body));
  case isa::v3:
    return detail::run_v3(std::move(body));
  case isa::v2:
    return detail::run_v2(std::move(body));
  case isa::baseline:
    break;
  }
#endif
  return detail::run_baseline(std::move(body));
}

template <class Body>
auto vectorised(Body body) {
  return vectorised(active_isa(), std::move(body));
}

/// vectorised(level, body) where `Worthwhile`, else a plain call: one instantiation only.
template <bool Worthwhile, class Body>
auto vectorised_if(isa level, Body body) {
  if constexpr (Worthwhile)
    return vectorised(level, std::move(body));
  else
    return body();
}

/// The same for bodies that may be large (arbitrary side effects): only what the compiler finds small is
/// inlined.
template <bool Worthwhile, class Body>
auto vectorised_small_if([[maybe_unused]] isa level, Body body) {
#if TANDEM_HAS_CLONES
  if constexpr (Worthwhile) {
    if (level == isa::v4)
      return detail::run_small_v4(std::move(body));
    if (level == isa::v3)
      return detail::run_small_v3(std::move(body));
    if (level == isa::v2)
      return detail::run_small_v2(std::move(body));
  }
#endif
  return body();
}

#if defined(__clang__) // its `flatten` goes one call deep
#define TANDEM_INLINE_CALL [[clang::always_inline]]
#else
#define TANDEM_INLINE_CALL
#endif

/// Whether a body should capture a user's function by copy: where that is trivial and small.
template <class F>
inline constexpr bool held_by_copy = std::is_trivially_copyable_v<F>&& std::is_copy_constructible_v<F> &&
                                     sizeof(std::decay_t<F>) <= 256; // decayed: F may be a function

/// A user's function as captured by value in a body: a copy where that is trivial, else a reference.
template <class F, bool = held_by_copy<F>>
class held {
 public:
  explicit held(F& f) noexcept : f_(f) {}

  template <class... Args>
  decltype(auto) operator()(Args&&... args) const {
    TANDEM_INLINE_CALL return f_(std::forward<Args>(args)...);
  }

 private:
  mutable std::remove_const_t<F> f_;
};

template <class F>
class held<F, false> {
 public:
  explicit held(F& f) noexcept : f_(f) {}

  template <class... Args>
  decltype(auto) operator()(Args&&... args) const {
    TANDEM_INLINE_CALL return f_(std::forward<Args>(args)...);
  }

 private:
  F& f_;
};

template <class F>
held<F> hold(F& f) noexcept {
  return held<F>(f);
}

} // namespace tandem::cpu
