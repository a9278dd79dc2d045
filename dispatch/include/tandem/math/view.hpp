/// Random reads of a captured range: stencils, n-body, matrix products and look-ups as one lambda.
#pragma once

#include <tandem/gpu/tracing/record.hpp>
#include <tandem/math/number.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <type_traits>

namespace tandem {
namespace detail {

/// What a lambda is given for an element that it reads: a half is a float as soon as it is read.
template <class T>
using read_t = std::conditional_t<std::is_same_v<T, half>, float, T>;

[[noreturn]] TANDEM_API void throw_outside_view(long long index, std::size_t size);

// Facts of a captured range that are parameters of a kernel.
enum class view_fact : std::uint32_t { count, width, height, stride };

/// Records reads of structs: each member is read from a table of its own type over the same bytes.
template <class T>
auto load_struct(T const* data, std::size_t count, gpu::value<std::uint32_t> const& index) {
  gpu::recording& target = gpu::detail::current();
  gpu::record_layout const& layout = *gpu::detail::record_of<T>();
  gpu::record_field const* field = layout.begin();
  std::uint32_t const first =
      target.table_index({data, nullptr, count * sizeof(T) / gpu::size_of(field->type), field->type});
  auto const limit = gpu::value<std::uint32_t>::from_node(target.push_fact(
      first, static_cast<std::uint32_t>(view_fact::count), static_cast<std::uint32_t>(count)));
  auto const inside = index < limit;
  return gpu::detail::make_values<gpu::symbolic_t<T>>([&]<class N>(std::type_identity<N>) {
    auto const bytes = static_cast<std::uint32_t>(gpu::size_of(field->type));
    auto const at =
        index * gpu::constant(layout.size_bytes / bytes) + gpu::constant(field->offset_bytes / bytes);
    auto const safe = gpu::select(inside, at, gpu::constant(0xffffffffu));
    std::uint32_t const table = target.table_index({data, nullptr, count * sizeof(T) / bytes, field->type});
    ++field;
    return gpu::value<N>::from_node(target.push(gpu::opcode::load, gpu::scalar_of<N>, table, safe.id()));
  });
}

} // namespace detail

/// What tandem::view returns: a pointer and a size, captured by value. It reads the range as it is when the
/// algorithm runs, so the range must stay alive and unchanged until the call is over.
template <class T>
class table_view {
 public:
  /// `size` elements at `data`.
  constexpr table_view(T const* data, std::size_t size) noexcept : data_(data), size_(size) {}

  /// Element i, or zero where i is negative or past the end, on every device. Elements may be structs
  /// (TANDEM_STRUCT), of which all members are zero there. Where the program is compiled with
  /// TANDEM_CHECK_VIEWS defined, such a read on the CPU throws std::out_of_range instead.
  template <std::integral I>
  TANDEM_INLINE constexpr detail::read_t<T> operator[](I i) const {
#if defined(TANDEM_CHECK_VIEWS)
    if (static_cast<std::size_t>(i) >= size_)
      detail::throw_outside_view(static_cast<long long>(i), size_);
#endif
    return or_zero(i);
  }
  /// The same for symbolic indices.
  template <class I>
  auto operator[](gpu::value<I> const& i) const {
    return or_zero(i);
  }

  /// The same, never checked: for reads that count on the zero.
  template <std::integral I>
  TANDEM_INLINE constexpr detail::read_t<T> or_zero(I i) const {
    auto const index = static_cast<std::size_t>(i);
    return index < size_ ? detail::read_t<T>(data_[index]) : detail::read_t<T>{};
  }
  template <class I> /// The same for symbolic indices.
  auto or_zero(gpu::value<I> const& i) const {
    static_assert(gpu::Mappable<T>,
                  "tandem::view: on a GPU the elements are numbers, or structs of them named by "
                  "TANDEM_STRUCT(type, members…)");
    if constexpr (gpu::Number<T>)
      return gpu::load(data_, size_, i);
    else if constexpr (sizeof(I) == 8) // as unsigned, past the end stays past the end
      return detail::load_struct(
          data_, size_,
          gpu::cast<std::uint32_t>(
              gpu::min(gpu::cast<std::uint64_t>(i), gpu::constant(std::uint64_t{0xffffffffu}))));
    else
      return detail::load_struct(data_, size_, gpu::value<std::uint32_t>(i));
  }

  constexpr std::size_t size() const noexcept {
    return size_;
  }
  constexpr T const* data() const noexcept {
    return data_;
  }

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
