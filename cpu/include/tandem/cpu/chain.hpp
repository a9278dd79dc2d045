#pragma once

#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/find.hpp>
#include <tandem/cpu/for_each.hpp>
#include <tandem/cpu/range_results.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

// What lazy views need beside map, map_reduce and for_n over cpu::indices: elements are made by a function of
// their index. `push(i, sink)` calls sink(value) for each of the values that index i gives, in order, until
// sink returns false; it returns false then. `Plain`: made of arithmetic elements only, so that loops are
// worth compiling several times.

namespace tandem::cpu {
namespace detail {

/// The first of `count` indices from `first` on with test(i), as an offset; count if there is none.
template <bool Plain, class Test>
std::size_t find_index_range(isa level, std::size_t first, std::size_t count, Test& test) {
  if constexpr (Plain) {
    return vectorised(level, [=, holds = hold(test)]() -> std::size_t {
      constexpr std::size_t block = 256;
      for (std::size_t start = 0; start < count; start += block) {
        auto const size = count - start < block ? count - start : block;
        unsigned any = 0;
        for (std::size_t i = 0; i < size; ++i)
          any |= holds(first + start + i) ? 1u : 0u;
        if (any != 0)
          for (std::size_t i = start; i < start + size; ++i)
            if (holds(first + i))
              return i;
      }
      return count;
    });
  } else {
    for (std::size_t i = 0; i < count; ++i)
      if (test(first + i))
        return i;
    return count;
  }
}

/// values[i], keep[i] for indices that give one value at most.
template <bool Plain, class T, class Push>
void evaluate_chain(isa level, std::size_t first, std::size_t count, T* values, std::uint8_t* keep,
                    Push& push) {
  vectorised_if<Plain>(level, [=, held_push = hold(push)] {
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t i = 0; i < count; ++i) {
      T value{};
      std::uint8_t kept = 0;
      held_push(first + i, [&](auto&& x) {
        value = as_element<T>(std::forward<decltype(x)>(x));
        kept = 1;
        return true;
      });
      values[i] = value;
      keep[i] = kept;
    }
  });
}

/// Moves the parts, in order, behind one another.
template <class T, class Parts>
void gather_parts(execution const& how, Parts& parts, std::size_t total, std::vector<T>& out) {
  if constexpr (std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> &&
                !std::is_same_v<T, bool>) {
    struct run {
      std::vector<T> const* from;
      std::size_t place;
    };
    out.resize(total);
    std::vector<run> runs;
    std::size_t place = 0;
    parts.in_order([&](std::vector<T>& part) {
      runs.push_back({&part, place});
      place += part.size();
    });
    for_ranges(how, runs.size(), 1, [&](std::size_t first, std::size_t last) {
      for (auto r = first; r < last; ++r)
        if (!runs[r].from->empty())
          std::memcpy(static_cast<void*>(out.data() + runs[r].place), runs[r].from->data(),
                      runs[r].from->size() * sizeof(T));
    });
  } else {
    out.reserve(total);
    parts.in_order([&](std::vector<T>& part) {
      out.insert(out.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    });
  }
}

} // namespace detail

/// The values of indices that give one at most, arithmetic, in order, to `out`, which has room for n; returns
/// how many. One pass, about 150 Ki elements of scratch a thread at most.
template <bool Plain, class T, class Push>
std::size_t filter_chain(execution const& how, std::size_t n, T* out, Push const& push) {
  return detail::filter_tiles(how, n, out, static_cast<T*>(nullptr), detail::place_for(nullptr, out, n),
                              [&](std::size_t first, std::size_t count, detail::filter_buffers<T>& buffers) {
                                detail::evaluate_chain<Plain>(how.level, first, count, buffers.rest,
                                                              buffers.keep, push);
                                return static_cast<T const*>(buffers.rest);
                              });
}

/// The values of indices that may give any number of them, of any type, in order.
template <class T, class Push>
std::vector<T> collect_chain(execution const& how, std::size_t n, Push const& push) {
  std::vector<T> out;
  if (how.workers == nullptr || n == 1) {
    for (std::size_t i = 0; i < n; ++i)
      push(i, [&](auto&& x) { return out.emplace_back(std::forward<decltype(x)>(x)), true; });
    return out;
  }
  auto const grain = detail::effects_grain(how, n);
  detail::range_results<std::vector<T>> parts(n, grain);
  for_ranges(how, n, grain, [&](std::size_t first, std::size_t last) {
    std::vector<T> mine;
    for (auto i = first; i < last; ++i)
      push(i, [&](auto&& x) { return mine.emplace_back(std::forward<decltype(x)>(x)), true; });
    parts.put(first, std::move(mine));
  });
  std::size_t total = 0;
  parts.in_order([&](std::vector<T>& part) { total += part.size(); });
  detail::gather_parts(how, parts, total, out);
  return out;
}

/// The lowest index with test(i), n if there is none; with Any, some index with test(i). test may be called
/// on indices behind it, and twice on some.
template <bool Any, bool Plain, class Test>
std::size_t find_index(execution const& how, std::size_t n, Test&& test) {
  return detail::search_first<Any>(how, n, static_cast<char const*>(nullptr),
                                   [&](std::size_t first, std::size_t count) {
                                     return detail::find_index_range<Plain>(how.level, first, count, test);
                                   });
}

} // namespace tandem::cpu
