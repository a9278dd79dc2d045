#pragma once

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/lanes_to_rows.hpp>
#include <tandem/cpu/map.hpp>
#include <tandem/cpu/shape.hpp>

#include <cstddef>
#include <memory>

// The fixed shape of scans (docs/architecture.md) for arithmetic types: what happens inside a tile, and the
// carries.

namespace tandem::cpu::detail {

using shape::scan_lanes;
using shape::scan_radix;
using shape::scan_tile;

/// A value that may not exist (C++'s optional without its header).
template <class T>
struct maybe {
  T value{};
  bool exists = false;

  template <class Op>
  void append(T const& next, Op const& op) {
    value = exists ? as_element<T>(op(value, next)) : next;
    exists = true;
  }
  template <class Op>
  void append(maybe const& next, Op const& op) {
    if (next.exists)
      append(next.value, op);
  }
};

/// The exclusive scan of the totals of tiles, fed one by one. Tiles of totals are totals themselves, one
/// level up.
template <class T, class Op>
class carry_chain {
 public:
  explicit carry_chain(Op const& op) : op_(op) {}

  /// What comes before the next tile.
  maybe<T> next() const {
    auto result = carry_;
    result.append(groups_, op_);
    result.append(lanes_, op_);
    result.append(elements_, op_);
    return result;
  }

  void push(T const& total) {
    elements_.append(total, op_);
    ++count_;
    if (count_ % scan_radix == 0)
      promote(elements_, lanes_);
    if (count_ % (scan_radix * scan_radix) == 0)
      promote(lanes_, groups_);
    if (count_ % scan_tile != 0)
      return;
    if (!above_)
      above_ = std::make_unique<carry_chain>(op_);
    above_->push(groups_.value);
    groups_.exists = false;
    carry_ = above_->next();
  }

 private:
  void promote(maybe<T>& from, maybe<T>& to) {
    to.append(from, op_);
    from.exists = false;
  }

  Op const& op_;
  maybe<T> carry_, groups_, lanes_, elements_;
  std::size_t count_ = 0;
  std::unique_ptr<carry_chain> above_;
};

/// What is known of a full tile between its two halves. Lanes stand as in the input: lane i of group g at
/// 16·g + i.
template <class T>
struct tile_state {
  alignas(64) T folded[scan_tile]; ///< F of the shape; element j of lane i of group g at 256·g + 16·j + i
  alignas(64) T before_lane[scan_lanes];  ///< L of the shape; there is none where i is 0
  alignas(64) T before_group[scan_radix]; ///< G of the shape; there is none where g is 0
  T total;
};

/// The 16 lanes of one group side by side: rows[16·j + i] is element j of lane i.
template <class T, class In>
inline void load_group(In const* in, T* rows) {
  prefetch_ahead(in, scan_lanes);
  if constexpr (std::is_same_v<T, In>) {
    transpose_16(in, rows, sizeof(T));
  } else {
    alignas(64) T values[scan_lanes];
    for (std::size_t i = 0; i < scan_lanes; ++i)
      values[i] = as_element<T>(in[i]);
    transpose_16(values, rows, sizeof(T));
  }
}

/// First half of a tile: what does not depend on the tiles before.
template <class T, class In, class Op>
inline void scan_tile_first(tile_state<T>& tile, In const* in, Op const& op) {
  alignas(64) T totals[scan_lanes];
  for (std::size_t g = 0; g < scan_radix; ++g) {
    T* const rows = tile.folded + g * scan_lanes;
    load_group(in + g * scan_lanes, rows);
    alignas(64) T folded[scan_radix];
    TANDEM_SHORT_ROW
    for (std::size_t i = 0; i < scan_radix; ++i)
      folded[i] = rows[i];
    for (std::size_t j = 1; j < scan_radix; ++j)
      TANDEM_SHORT_ROW
    for (std::size_t i = 0; i < scan_radix; ++i)
      rows[j * scan_radix + i] = folded[i] = as_element<T>(op(folded[i], rows[j * scan_radix + i]));
    TANDEM_SHORT_ROW
    for (std::size_t i = 0; i < scan_radix; ++i)
      totals[g * scan_radix + i] = folded[i];
  }
  // The same again one level up: groups side by side.
  alignas(64) T lanes[scan_lanes], before[scan_lanes], group_total[scan_radix];
  transpose_16(totals, lanes, sizeof(T));
  TANDEM_SHORT_ROW
  for (std::size_t g = 0; g < scan_radix; ++g)
    before[g] = group_total[g] = lanes[g];
  TANDEM_SHORT_ROW
  for (std::size_t i = 1; i < scan_radix; ++i)
    TANDEM_SHORT_ROW
  for (std::size_t g = 0; g < scan_radix; ++g) {
    before[i * scan_radix + g] = group_total[g];
    group_total[g] = as_element<T>(op(group_total[g], lanes[i * scan_radix + g]));
  }
  transpose_16(before, tile.before_lane, sizeof(T));
  tile.before_group[0] = tile.total = group_total[0];
  for (std::size_t g = 1; g < scan_radix; ++g) {
    tile.before_group[g] = tile.total;
    tile.total = as_element<T>(op(tile.total, group_total[g]));
  }
}

/// One group of the second half: `prefix` holds P for each lane from `first` on; lanes before it have none.
template <bool Inclusive, class T, class Op>
inline void scan_group(T const* folded, T const* prefix, std::size_t first, T* out, Op const& op) {
  alignas(64) T results[scan_lanes];
  constexpr std::size_t own = Inclusive ? 0 : 1; // the first row that holds something of the group
  if constexpr (!Inclusive) {
    TANDEM_SHORT_ROW
    for (std::size_t i = 0; i < scan_radix; ++i)
      results[i] = prefix[i];
  }
  for (std::size_t j = own; j < scan_radix; ++j) {
    auto* const row = results + j * scan_radix;
    auto const* const from = folded + (j - own) * scan_radix;
    if (first == 0) {
      TANDEM_SHORT_ROW
      for (std::size_t i = 0; i < scan_radix; ++i)
        row[i] = as_element<T>(op(prefix[i], from[i]));
    } else {
      row[0] = from[0];
      TANDEM_SHORT_ROW
      for (std::size_t i = 1; i < scan_radix; ++i)
        row[i] = as_element<T>(op(prefix[i], from[i]));
    }
  }
  transpose_16(results, out, sizeof(T));
}

/// Second half of a tile: every result.
template <bool Inclusive, class T, class Op>
inline void scan_tile_second(tile_state<T> const& tile, maybe<T> carry, T* out, Op const& op) {
  for (std::size_t g = 0; g < scan_radix; ++g) {
    prefetch_ahead(out + g * scan_lanes, scan_lanes); // and translate the pages: stores wait for that
    auto before = carry;                              // C op G
    if (g > 0)
      before.append(tile.before_group[g], op);
    alignas(64) T prefix[scan_radix];
    prefix[0] = before.value;
    auto const* const lanes = tile.before_lane + g * scan_radix;
    TANDEM_SHORT_ROW
    for (std::size_t i = 1; i < scan_radix; ++i)
      prefix[i] = before.exists ? as_element<T>(op(before.value, lanes[i])) : lanes[i];
    scan_group<Inclusive>(tile.folded + g * scan_lanes, prefix, before.exists ? 0 : 1, out + g * scan_lanes,
                          op);
  }
}

/// The last, short tile: the shape element by element.
template <bool Inclusive, class T, class In, class Op>
void scan_short_tile(std::size_t count, In const* in, maybe<T> carry, T* out, Op const& op) {
  maybe<T> groups, lanes;
  for (std::size_t lane = 0; lane * scan_radix < count; ++lane) {
    auto prefix = carry;
    prefix.append(groups, op);
    prefix.append(lanes, op);
    maybe<T> folded;
    auto const end = count < (lane + 1) * scan_radix ? count : (lane + 1) * scan_radix;
    for (auto i = lane * scan_radix; i < end; ++i) {
      auto const element = as_element<T>(in[i]);
      auto before = prefix;
      before.append(folded, op);
      folded.append(element, op);
      if constexpr (Inclusive) {
        auto with = prefix;
        with.append(folded, op);
        out[i] = with.value;
      } else {
        out[i] = before.value;
      }
    }
    lanes.append(folded, op);
    if ((lane + 1) % scan_radix == 0) {
      groups.append(lanes, op);
      lanes.exists = false;
    }
  }
}

} // namespace tandem::cpu::detail
