/// Random reads of a captured range: stencils, n-body, matrix products and look-ups as one lambda.
#pragma once

#include <tandem/math/number.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <type_traits>

namespace tandem {

/// What tandem::view returns: a pointer and a size, captured by value. It reads the range as it is when the
/// algorithm runs, so the range must stay alive and unchanged until the call is over.
template <class T>
class table_view {
 public:
  /// `size` elements at `data`.
  constexpr table_view(T const* data, std::size_t size) noexcept : data_(data), size_(size) {}

  /// Element i, or zero where i is negative or past the end, on every device.
  template <std::integral I>
  TANDEM_INLINE constexpr T operator[](I i) const {
    auto const index = static_cast<std::size_t>(i);
    return index < size_ ? data_[index] : T{};
  }
  /// The same for symbolic indices.
  template <class I>
  gpu::value<gpu::canonical_t<T>> operator[](gpu::value<I> const& i) const {
    return gpu::load(data_, size_, i);
  }

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr T const* data() const noexcept { return data_; }

 private:
  T const* data_;
  std::size_t size_;
};

/// A contiguous range to be read inside a lambda: `auto t = tandem::view(table); … [=](auto i) { return t[i]
/// + t[i + 1]; }`.
template <class R>
requires(!std::is_rvalue_reference_v<R&&>) auto view(R&& range) {
  auto const& constant = range;
  using T = std::remove_cv_t<std::remove_pointer_t<decltype(std::data(constant))>>;
  return table_view<T>(std::data(constant), static_cast<std::size_t>(std::size(constant)));
}
/// The elements of a span.
template <class T, std::size_t Extent>
auto view(std::span<T, Extent>&& range) {
  return table_view<std::remove_cv_t<T>>(range.data(), range.size());
}

} // namespace tandem
