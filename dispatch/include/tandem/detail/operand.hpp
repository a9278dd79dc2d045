#pragma once

// How the ranges of a call look to the decision and to a GPU: element types, bytes to move, resident copies.

#include <tandem/array.hpp>
#include <tandem/detail/call.hpp>
#include <tandem/detail/range.hpp>
#include <tandem/detail/traceable.hpp>

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::detail {

template <class R>
inline constexpr bool is_array_range_v = is_array_v<std::remove_cvref_t<R>>;

template <class R>
auto host_read(R const& range) {
  return std::data(range);
}
template <class R>
auto host_overwrite(R& range) {
  if constexpr (is_array_range_v<R>)
    return reinterpret_cast<element_t<R>*>(range.storage().host_overwrite());
  else
    return std::data(range);
}

template <class R>
extent extent_of(R const& range) {
  if constexpr (is_array_range_v<R>)
    return {range.storage().host_address(), range.size(), sizeof(element_t<R>)};
  else
    return {static_cast<void const*>(std::data(range)), size_of(range), sizeof(element_t<R>)};
}

template <class R>
double upload_bytes(R const& range) {
  if constexpr (is_array_range_v<R>)
    if (range.resident())
      return 0;
  return static_cast<double>(size_of(range) * sizeof(element_t<R>));
}

/// Adds an input to what a call has to move.
template <class R>
void note_input(traffic& moved, R const& range) {
  if constexpr (is_array_range_v<R>) {
    auto const bytes = static_cast<double>(range.storage().size_bytes());
    if (range.resident()) {
      moved.resident_bytes += bytes;
      moved.resident_on = range.storage().resident_on();
    } else {
      moved.upload_bytes += bytes;
    }
    if (!range.storage().host_valid()) {
      moved.fetched_bytes += bytes;
      moved.on_host = false;
    }
  } else {
    moved.upload_bytes += static_cast<double>(size_of(range) * sizeof(element_t<R>));
  }
}

/// What a call has to move that reads `in`… and brings back `download_bytes`.
template <class... In>
traffic traffic_reading(double download_bytes, In const&... in) {
  traffic moved{.download_bytes = download_bytes};
  (note_input(moved, in), ...);
  return moved;
}

template <class R>
double download_bytes(R const& range) {
  return is_array_range_v<R> ? 0.0 : static_cast<double>(size_of(range) * sizeof(element_t<R>));
}
template <class... R>
double download_bytes(std::tuple<R...> const& ranges) {
  return std::apply([](auto const&... range) { return (download_bytes(range) + ... + 0.0); }, ranges);
}

template <class Out>
inline constexpr bool holds_array_v = is_array_range_v<Out>;
template <class... R>
inline constexpr bool holds_array_v<std::tuple<R...>> = (is_array_range_v<R> || ...);

/// What a call has to move for `out` = f(`in`…), one output or several: a tandem::array stays where the result
/// is made.
template <class Out, class... In>
traffic traffic_of(Out const& out, In const&... in) {
  auto moved = traffic_reading(download_bytes(out), in...);
  if constexpr (holds_array_v<Out>)
    moved.on_host = false;
  return moved;
}

template <class T>
inline constexpr bool wide_integer_v = std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t> ||
                                       std::is_same_v<T, long long> || std::is_same_v<T, unsigned long long>;

/// Out is void where nothing is written.
template <class Out, class... In>
constexpr call_facts facts_of(char const* name, algorithm kind, bool traceable) {
  float written = 0;
  if constexpr (!std::is_void_v<Out>)
    written = static_cast<float>(sizeof(Out));
  return {.name = name,
          .kind = kind,
          .read_bytes_per_element = static_cast<float>((sizeof(In) + ... + 0)),
          .written_bytes_per_element = written,
          .traceable = traceable,
          .device_types = (device_type_v<In> && ... && (std::is_void_v<Out> || device_type_v<Out>)),
          .gpu_algorithm = true,
          .needs_int64 = (wide_integer_v<In> || ... || wide_integer_v<Out>),
          .needs_float64 = (std::is_same_v<In, double> || ... || std::is_same_v<Out, double>)};
}

/// A new range for n results: std::vector, or tandem::array for bool (std::vector<bool> has no elements to
/// point at) and where an input is one. Results without a default constructor are made in optionals first.
template <class Result, class... In>
auto new_range(std::size_t n) {
  if constexpr (std::is_same_v<Result, bool> ||
                ((is_array_range_v<In> || ...) && std::is_trivially_copyable_v<Result>))
    return array<Result>::for_overwrite(n);
  else if constexpr (std::is_default_constructible_v<Result>)
    return std::vector<Result>(n);
  else
    return std::vector<std::optional<Result>>(n);
}

template <class Result, class Range>
auto finished_range(Range&& made) {
  if constexpr (std::is_same_v<Range, std::vector<std::optional<Result>>>) {
    std::vector<Result> results;
    results.reserve(made.size());
    for (auto& result : made)
      results.push_back(std::move(*result));
    return results;
  } else {
    return std::move(made);
  }
}

} // namespace tandem::detail
