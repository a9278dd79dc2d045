/// Reads of pictures and matrices by column and row, with a rule for what lies beyond the border.
#pragma once

#include <tandem/math/basic.hpp>
#include <tandem/math/view.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace tandem {
namespace detail {

[[noreturn]] TANDEM_API void throw_no_room_for_picture(std::size_t size, std::size_t width,
                                                       std::size_t height, std::size_t stride);

template <class X>
concept Coordinate = std::integral<gpu::number_t<X>>;

} // namespace detail

/// What tandem::view2d returns: captured by value, it reads the range as it is when the algorithm runs.
/// Coordinates are taken as std::int32_t, so that `x - 1` is −1 beside the first column also where x is
/// unsigned. They may be numbers or symbolic values.
template <class T>
class table_view_2d {
 public: /// Rows of `width` cells, `stride` apart.
  constexpr table_view_2d(table_view<T> cells, std::uint32_t width, std::uint32_t height,
                          std::uint32_t stride) noexcept
      : cells_(cells), width_(width), height_(height), stride_(stride) {}

  /// The element in column x of row y; zero beyond the border.
  template <detail::Coordinate X, detail::Coordinate Y>
  TANDEM_INLINE constexpr auto operator()(X const& x, Y const& y) const {
    constexpr bool traced = gpu::Value<X> || gpu::Value<Y>;
    auto const column = coordinate<traced>(x);
    auto const row = coordinate<traced>(y);
    // As unsigned numbers, negative ones are past the end.
    auto const inside = column < width<traced>() && row < height<traced>();
    return cells_.or_zero(select(inside, row * stride<traced>() + column, constant<traced>(0xffffffffu)));
  }
  /// The same.
  template <detail::Coordinate X, detail::Coordinate Y>
  TANDEM_INLINE constexpr auto at(X const& x, Y const& y) const {
    return (*this)(x, y);
  }

  /// Beyond the border: the nearest element in it.
  template <detail::Coordinate X, detail::Coordinate Y>
  TANDEM_INLINE constexpr auto clamped(X const& x, Y const& y) const {
    constexpr bool traced = gpu::Value<X> || gpu::Value<Y>;
    auto const within = [](auto at, auto size) {
      auto const high = cast<std::int32_t>(size) - constant<traced>(1);
      return cast<std::uint32_t>(max(min(at, high), constant<traced>(0)));
    };
    return inner<traced>(within(signed_coordinate<traced>(x), width<traced>()),
                         within(signed_coordinate<traced>(y), height<traced>()));
  }

  /// The picture repeats itself in every direction.
  template <detail::Coordinate X, detail::Coordinate Y>
  TANDEM_INLINE constexpr auto wrapped(X const& x, Y const& y) const {
    constexpr bool traced = gpu::Value<X> || gpu::Value<Y>;
    return inner<traced>(modulo<traced>(signed_coordinate<traced>(x), width<traced>()),
                         modulo<traced>(signed_coordinate<traced>(y), height<traced>()));
  }

  /// The picture is mirrored at its border, which is not repeated: −1 is 1.
  template <detail::Coordinate X, detail::Coordinate Y>
  TANDEM_INLINE constexpr auto mirrored(X const& x, Y const& y) const {
    constexpr bool traced = gpu::Value<X> || gpu::Value<Y>;
    auto const reflect = [](auto at, auto size) {
      auto const last = cast<std::int32_t>(size) - constant<traced>(1);
      auto const period = max(last + last, constant<traced>(1));
      auto const in_period = modulo<traced>(at, cast<std::uint32_t>(period));
      return min(in_period, cast<std::uint32_t>(period) - in_period);
    };
    return inner<traced>(reflect(signed_coordinate<traced>(x), width<traced>()),
                         reflect(signed_coordinate<traced>(y), height<traced>()));
  }

  constexpr std::uint32_t width() const noexcept { return width_; }   ///< cells of a row
  constexpr std::uint32_t height() const noexcept { return height_; } ///< rows
  /// Elements from one row to the next.
  constexpr std::uint32_t stride() const noexcept { return stride_; }

 private:
  template <bool Traced, class N>
  TANDEM_INLINE static constexpr auto constant(N number) {
    if constexpr (Traced)
      return gpu::constant(number);
    else
      return number;
  }
  template <bool Traced, class X>
  TANDEM_INLINE static constexpr auto signed_coordinate(X const& x) {
    if constexpr (Traced)
      return gpu::value<std::int32_t>(x);
    else
      return static_cast<std::int32_t>(x);
  }
  template <bool Traced, class X>
  TANDEM_INLINE static constexpr auto coordinate(X const& x) {
    return cast<std::uint32_t>(signed_coordinate<Traced>(x));
  }

  template <bool Traced>
  TANDEM_INLINE constexpr auto fact([[maybe_unused]] detail::view_fact which, std::uint32_t number) const {
    if constexpr (Traced) {
      gpu::recording& target = gpu::detail::current();
      std::uint32_t const table = target.table_index(first_table());
      return gpu::value<std::uint32_t>::from_node(
          target.push_fact(table, static_cast<std::uint32_t>(which), number));
    } else
      return number;
  }
  gpu::table first_table() const {
    gpu::scalar type{};
    if constexpr (gpu::Number<T>)
      type = gpu::stored_scalar_of<T>;
    else
      type = gpu::detail::record_of<T>()->begin()->type;
    return {cells_.data(), nullptr, cells_.size() * sizeof(T) / gpu::size_of(type), type};
  }
  template <bool Traced>
  TANDEM_INLINE constexpr auto width() const {
    return fact<Traced>(detail::view_fact::width, width_);
  }
  template <bool Traced>
  TANDEM_INLINE constexpr auto height() const {
    return fact<Traced>(detail::view_fact::height, height_);
  }
  template <bool Traced>
  TANDEM_INLINE constexpr auto stride() const {
    return fact<Traced>(detail::view_fact::stride, stride_);
  }

  /// x modulo n with the sign of n.
  template <bool Traced, class X, class N>
  TANDEM_INLINE static constexpr auto modulo(X const& x, N const& n) {
    auto const size = cast<std::int32_t>(n);
    auto const rest = x % size;
    return cast<std::uint32_t>(select(rest < constant<Traced>(0), rest + size, rest));
  }
  template <bool Traced, class C>
  TANDEM_INLINE constexpr auto inner(C const& column, C const& row) const {
    return cells_[row * stride<Traced>() + column];
  }

  table_view<T> cells_;
  std::uint32_t width_;
  std::uint32_t height_;
  std::uint32_t stride_;
};

/// A contiguous range as a picture of `height` rows of `width` elements, `stride` apart (0: the width):
///
///     auto p = tandem::view2d(pixels, width, height);
///     parallel_generate(out, width, height, [=](auto x, auto y) { return p.clamped(x - 1, y) + p.clamped(x +
///     1, y); });
///
/// \throws std::invalid_argument if the range is too small for that, width or height is 0, or it has 2^32
/// elements or more
template <class R>
auto view2d(R&& range, std::size_t width, std::size_t height, std::size_t stride = 0) {
  auto const cells = view(std::forward<R>(range));
  std::size_t const step = stride == 0 ? width : stride;
  constexpr std::size_t most = 0x7fffffff;
  if (width == 0 || height == 0 || width > most || height > most || step < width || step > most ||
      cells.size() > 0xffffffffu || (height - 1) * step + width > cells.size())
    detail::throw_no_room_for_picture(cells.size(), width, height, step);
  using T = std::remove_cvref_t<decltype(*cells.data())>;
  return table_view_2d<T>(cells, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                          static_cast<std::uint32_t>(step));
}

} // namespace tandem
