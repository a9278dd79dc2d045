#pragma once

// Where a chain's elements come from. A source is part of the chain and cheap to copy (but for a container
// that the chain owns); its cursor is what a loop reads through: cursor[i] is element i. Sources on which
// `on_device` is true can be read by a GPU, by position
// (`operand`) or at random from a traced index (`table`).

#include <tandem/array.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/detail/range.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/math/view.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// Elements in memory that someone else owns.
template <class T>
struct span_source {
  using reference = T&;
  using element = std::remove_cv_t<T>;
  static constexpr bool plain = cpu::vectorisable<element>;
  static constexpr bool on_device = device_type_v<element>;
  static constexpr bool by_position = true;
  static constexpr bool in_place = true; ///< element i is read at place i: the output may be the input
  T* data;
  std::size_t count;

  std::size_t size() const noexcept { return count; }
  T* cursor() const noexcept { return data; }
  void skip(std::size_t k) noexcept { data += k, count -= k; }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const noexcept { return {data, count, sizeof(T)}; }
  double upload() const noexcept { return static_cast<double>(count * sizeof(T)); }
  gpu::operand operand(gpu::device&) const { return gpu::operand_of<T const>(data, count); }
  table_view<element> table() const noexcept { return {data, count}; }
};

/// Elements of a tandem::array, read where they are.
template <class T>
struct array_source {
  using reference = T const&;
  using element = T;
  static constexpr bool plain = cpu::vectorisable<T>;
  static constexpr bool on_device = device_type_v<T>;
  static constexpr bool by_position = true;
  static constexpr bool in_place = true; ///< element i is read at place i: the output may be the input
  array<T> const* from;
  std::size_t first;
  std::size_t count;

  std::size_t size() const noexcept { return count; }
  T const* cursor() const { return from->data() + first; }
  void skip(std::size_t k) noexcept { first += k, count -= k; }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const noexcept {
    return {from->storage().host_address() + first * sizeof(T), count, sizeof(T)};
  }
  double upload() const noexcept { return from->resident() ? 0.0 : static_cast<double>(count * sizeof(T)); }
  gpu::operand operand(gpu::device& where) const {
    return gpu::operand_of<T>(from->storage().device_read(where), count, first);
  }
  table_view<T> table() const { return {cursor(), count}; }
};

/// Elements of a container that moved into the chain.
template <class R>
struct owned_source {
  using element = element_t<R>;
  using reference = element const&;
  static constexpr bool plain = cpu::vectorisable<element>;
  static constexpr bool on_device = device_type_v<element>;
  static constexpr bool by_position = true;
  static constexpr bool in_place = true; ///< element i is read at place i: the output may be the input
  R container;
  std::size_t first;
  std::size_t count;

  std::size_t size() const noexcept { return count; }
  element const* cursor() const { return std::data(container) + first; }
  void skip(std::size_t k) noexcept { first += k, count -= k; }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const { return {cursor(), count, sizeof(element)}; }
  double upload() const noexcept { return static_cast<double>(count * sizeof(element)); }
  gpu::operand operand(gpu::device&) const { return gpu::operand_of<element const>(cursor(), count); }
  table_view<element> table() const { return {cursor(), count}; }
};

/// first, first + 1, …
template <class I>
struct index_cursor {
  I first;
  constexpr I operator[](std::size_t i) const noexcept { return static_cast<I>(first + static_cast<I>(i)); }
  template <class V>
  requires gpu::Value<V>
  auto operator[](V const& i) const { return gpu::value<gpu::canonical_t<I>>(first) + gpu::cast<I>(i); }
};

template <class I>
struct index_source {
  using reference = I;
  using element = I;
  static constexpr bool plain = true;
  static constexpr bool on_device = device_type_v<I>;
  static constexpr bool by_position = false;
  static constexpr bool in_place = true;
  I first;
  std::size_t count;

  std::size_t size() const noexcept { return count; }
  index_cursor<I> cursor() const noexcept { return {first}; }
  void skip(std::size_t k) noexcept { first = static_cast<I>(first + static_cast<I>(k)), count -= k; }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const noexcept { return {nullptr, 0, sizeof(I)}; }
  double upload() const noexcept { return 0; }
  index_cursor<I> table() const noexcept { return {first}; }
};

/// What only the CPU can read.
struct host_source {
  static constexpr bool in_place = false;
  static constexpr bool on_device = false;
  static constexpr bool by_position = false;
};

/// Runs of `length` elements, `step` apart; the last may be shorter.
template <class T>
struct run_source : host_source {
  using reference = std::span<T>;
  using element = std::span<T>;
  static constexpr bool plain = cpu::vectorisable<std::remove_cv_t<T>>;

  struct run_cursor {
    T* data;
    std::size_t total, length, step;
    std::span<T> operator[](std::size_t i) const noexcept {
      auto const start = i * step;
      return {data + start, total - start < length ? total - start : length};
    }
  };

  T* data;
  std::size_t total, length, step, count;

  run_source(T* from, std::size_t n, std::size_t run, std::size_t apart, std::size_t runs)
      : data(from), total(n), length(run), step(apart), count(runs) {}
  std::size_t size() const noexcept { return count; }
  run_cursor cursor() const noexcept { return {data, total, length, step}; }
  void skip(std::size_t k) noexcept {
    auto const gone = k * step < total ? k * step : total;
    data += gone, total -= gone, count -= k;
  }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const noexcept { return {data, total, sizeof(T)}; }
};

/// Element first ± i · step of another source.
template <class S>
struct strided_source : host_source {
  using reference = typename S::reference;
  using element = typename S::element;
  static constexpr bool plain = S::plain;

  template <class C>
  struct stride_cursor {
    C inner;
    std::size_t first;
    std::size_t step; // modulo 2^64, so that backwards is forwards
    decltype(auto) operator[](std::size_t i) const { return inner[first + i * step]; }
  };

  S inner;
  std::size_t first, step, count;

  strided_source(S from, std::size_t start, std::size_t stride, std::size_t n)
      : inner(std::move(from)), first(start), step(stride), count(n) {}
  std::size_t size() const noexcept { return count; }
  auto cursor() const { return stride_cursor<decltype(inner.cursor())>{inner.cursor(), first, step}; }
  void skip(std::size_t k) noexcept { first += k * step, count -= k; }
  void take(std::size_t k) noexcept { count = k; }
  extent memory() const { return inner.memory(); }
};

template <class R>
inline constexpr bool is_span = false;
template <class T, std::size_t Extent>
inline constexpr bool is_span<std::span<T, Extent>> = true;

/// Lvalues and spans are borrowed, other rvalues move in.
template <class R>
auto source_of(R&& range) {
  using plain_range = std::remove_cvref_t<R>;
  if constexpr (is_array_range_v<R> && std::is_lvalue_reference_v<R>) {
    return array_source<element_t<R>>{&range, 0, range.size()};
  } else if constexpr (std::is_lvalue_reference_v<R> || is_span<plain_range>) {
    using T = std::remove_pointer_t<element_pointer_t<std::remove_reference_t<R>>>;
    return span_source<T>{std::data(range), size_of(range)};
  } else {
    auto const n = size_of(range);
    return owned_source<plain_range>{std::move(range), 0, n};
  }
}

} // namespace tandem::detail
