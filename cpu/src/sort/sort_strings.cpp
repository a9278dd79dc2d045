#include <tandem/cpu/sort_strings.hpp>

#include <tandem/cpu/merge_sort.hpp>
#include <tandem/cpu/radix_sort.hpp>
#include <tandem/cpu/raw_buffer.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>
#include <vector>

namespace tandem::cpu {
namespace {

constexpr std::size_t prefix_bytes = 8;

/// Eight characters from `depth` on as an integer of the same order; what is not there is zero.
std::uint64_t prefix_at(std::string_view text, std::size_t depth) noexcept {
  if (text.size() <= depth)
    return 0;
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, text.data() + depth, std::min(prefix_bytes, text.size() - depth));
  return std::endian::native == std::endian::little ? __builtin_bswap64(prefix) : prefix;
}

class string_sorter {
 public:
  string_sorter(execution const& how, std::string_view const* strings, sort_order order)
      : how_(how), strings_(strings), order_(order) {}

  /// Sorts positions[0, n) of strings whose first `depth` characters are equal.
  void sort(std::uint32_t* positions, std::size_t n, std::size_t depth) const {
    raw_buffer room(n * sizeof(std::uint64_t));
    auto* const prefixes = static_cast<std::uint64_t*>(room.data());
    for_ranges(how_, n, grain, [&](std::size_t first, std::size_t last) {
      for (; first < last; ++first)
        prefixes[first] = prefix_at(strings_[positions[first]], depth);
    });
    radix_sort(how_, {prefixes, n, key_kind::u64, order_}, {prefixes, positions, positions, 4, 4});

    std::vector<run> large;
    std::mutex guard;
    for_ranges(how_, n, grain, [&](std::size_t first, std::size_t last) {
      while (first != 0 && first < last && prefixes[first] == prefixes[first - 1])
        ++first; // belongs to the range before
      while (first < last) {
        std::size_t end = first + 1;
        while (end < n && prefixes[end] == prefixes[first])
          ++end;
        if (end - first > 1 && !sort_run(positions + first, end - first, depth)) {
          std::lock_guard const lock(guard);
          large.push_back({first, end - first});
        }
        first = end;
      }
    });
    for (run const& r : large)
      sort_large_run(positions + r.first, r.count, depth);
  }

 private:
  static constexpr std::size_t grain = 8 * 1024;
  static constexpr std::size_t few = 64;

  struct run {
    std::size_t first;
    std::size_t count;
  };

  /// The rest of the strings decides; all of them agree in the characters before.
  bool before(std::uint32_t a, std::uint32_t b, std::size_t depth) const noexcept {
    std::string_view const left = strings_[a].substr(std::min(depth, strings_[a].size()));
    std::string_view const right = strings_[b].substr(std::min(depth, strings_[b].size()));
    return order_ == sort_order::ascending ? left < right : right < left;
  }

  bool sort_run(std::uint32_t* positions, std::size_t n, std::size_t depth) const {
    if (n > few)
      return false;
    merge_sort({}, positions, n, [&](std::uint32_t a, std::uint32_t b) { return before(a, b, depth); });
    return true;
  }

  /// Goes on with the next eight characters, unless some strings end here: those are as good as told apart by
  /// comparing.
  void sort_large_run(std::uint32_t* positions, std::size_t n, std::size_t depth) const {
    std::size_t const next = depth + prefix_bytes;
    bool const all_go_on =
        std::all_of(positions, positions + n, [&](std::uint32_t p) { return strings_[p].size() >= next; });
    if (all_go_on && next < deepest)
      sort(positions, n, next);
    else
      merge_sort(how_, positions, n, [&](std::uint32_t a, std::uint32_t b) { return before(a, b, depth); });
  }

  static constexpr std::size_t deepest =
      4096; ///< bounds the recursion: longer common beginnings are compared

  execution how_;
  std::string_view const* strings_;
  sort_order order_;
};

} // namespace

void sort_strings(execution const& how, std::string_view const* strings, std::size_t n, sort_order order,
                  std::uint32_t* positions) {
  for (std::size_t i = 0; i < n; ++i)
    positions[i] = static_cast<std::uint32_t>(i);
  if (n > 1)
    string_sorter(how, strings, order).sort(positions, n, 0);
}

} // namespace tandem::cpu
