#pragma once

// How sorts by arithmetic keys reach a GPU's radix sort.

#include <tandem/cpu/merge.hpp>
#include <tandem/cpu/permute.hpp>
#include <tandem/cpu/sort.hpp>
#include <tandem/detail/divided.hpp>
#include <tandem/detail/gpu_algorithm.hpp>
#include <tandem/detail/known_order.hpp>
#include <tandem/detail/operand.hpp>
#include <tandem/gpu/error.hpp>
#include <tandem/gpu/room.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/runtime.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace tandem::detail {

/// Keys that GPUs sort: numbers of 4 or 8 bytes in natural or reversed order.
template <class Key, class Compare>
inline constexpr bool radix_on_gpu_v =
    device_type_v<Key> && !std::is_same_v<Key, bool> &&
    cpu::known_order_v<std::remove_cvref_t<Compare>, Key> != cpu::known_order::unknown;

template <class Compare, class Key>
inline constexpr gpu::sort_order gpu_sort_order_v =
    cpu::order_of<Compare, Key> == cpu::sort_order::descending ? gpu::sort_order::descending
                                                               : gpu::sort_order::ascending;

template <class Compare, class R>
auto sort_launch(R& range) {
  using T = element_t<R>;
  return plain_launch(
      [&range](gpu::device& where) {
        if (size_of(range) == 0)
          return;
        device_output changed(where, range, contents::changed);
        gpu::radix_sort(where, changed.elements(where), size_of(range), gpu_sort_order_v<Compare, T>);
        changed.done();
      },
      [&range](gpu::device& where) {
        return gpu::warm_radix_sort(where, gpu::scalar_of<T>, 0, size_of(range));
      });
}

/// A sort of numbers divided: each side sorts its part where it stands, then the parts are merged. In a total
/// order whatever is equal has the same bits, so the result is that of either side alone.
template <class R, class Compare>
struct sort_parts {
  using T = element_t<R>;
  static constexpr auto order = cpu::order_of<Compare, T>;

  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    cpu::sort(how, data + first, last - first, comp);
  }
  void join(cpu::execution how) {
    cpu::merge(how, split, data, n - split, data + split, merged.get(),
               cpu::sorting::total_order_of_keys<order, T>{});
    cpu::for_ranges(how, n, 65536, [&](std::size_t first, std::size_t last) {
      std::memcpy(data + first, merged.get() + first, (last - first) * sizeof(T));
    });
  }

  R& range;
  Compare& comp;
  std::size_t n;
  std::size_t split = 0;
  T* data = nullptr; ///< on the host; of an array brought there first
  std::unique_ptr<T[]> merged{};
};

template <class R, class Compare>
auto divided_sort_launch(R& range, sort_parts<R, Compare>& parts) {
  using T = element_t<R>;
  return divided(
      true, sort_launch<Compare>(range),
      [&parts](gpu::device&, std::size_t elements) {
        parts.split = elements;
        parts.merged.reset(new T[parts.n]);
        parts.data = std::data(parts.range);
      },
      [&parts](gpu::device& where) {
        gpu::radix_sort(where, gpu::operand::of<T>(parts.data, parts.split), parts.split,
                        gpu_sort_order_v<Compare, T>);
      });
}

/// Elements of 4 or 8 bytes by a traced key: the keys are computed on the device and carry the elements
/// along.
template <class Name, class Compare, class R, class Project>
auto projected_sort_launch(R& range, Project& project) {
  using T = element_t<R>;
  using Key = std::remove_cvref_t<std::invoke_result_t<Project&, T const&>>;
  auto const map_keys = [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording,
                                 gpu::operand from, gpu::memory& keys) {
    gpu::map(where, site, recording, {&from, 1}, gpu::operand::of<Key>(keys, size_of(range)), size_of(range));
  };
  return recorded<kernel_tag<Name, Project, T, Key>>(
      [&project]() -> gpu::recording& { return gpu::trace<Key(T)>(project); },
      [&range, map_keys](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        auto const n = size_of(range);
        if (n == 0)
          return;
        device_output changed(where, range, contents::changed);
        gpu::memory copied;
        auto elements = changed.elements(where);
        if (elements.resident == nullptr) { // they are read twice
          copied = gpu::room_on(where, n * sizeof(T));
          copied.upload(elements.host, n * sizeof(T));
          elements = gpu::operand::of<T>(copied, n);
        }
        gpu::memory keys = gpu::room_on(where, n * sizeof(Key));
        map_keys(where, site, recording, elements, keys);
        gpu::radix_sort_by_key(where, gpu::operand::of<Key>(keys, n), elements, sizeof(T), n,
                               gpu_sort_order_v<Compare, Key>);
        if (copied) { // not straight into the range: it is still needed if the device fails half-way
          std::vector<T> sorted(n);
          copied.download(sorted.data(), n * sizeof(T));
          std::memcpy(std::data(range), sorted.data(), n * sizeof(T));
        }
        changed.done();
      },
      [&range](gpu::device& where, gpu::kernel_site& site, gpu::recording const& recording) {
        bool const mapping =
            gpu::warm_map(where, site, recording, operand_forms<T>(), operand_forms<Key>(), size_of(range));
        bool const sorting = gpu::warm_radix_sort(where, gpu::scalar_of<Key>, sizeof(T), size_of(range));
        return mapping && sorting;
      });
}

/// A sort by key divided: each side sorts its pairs where they stand; then the order of the merged keys is
/// found and the pairs are moved by it. Stable, as either side alone: of equal keys those of the first part
/// come first.
template <class Keys, class Values, class Compare>
struct sort_by_key_parts {
  using Key = element_t<Keys>;
  using Value = element_t<Values>;
  static constexpr auto order = cpu::order_of<Compare, Key>;

  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    cpu::sort_by_key(how, keys_data + first, values_data + first, last - first, comp);
  }
  void join(cpu::execution how) {
    auto* const places = room.get();
    auto* const merged = places + n;
    cpu::for_ranges(how, n, 65536, [&](std::size_t first, std::size_t last) {
      for (; first < last; ++first)
        places[first] = static_cast<std::uint32_t>(first);
    });
    Key const* const sorted = keys_data;
    cpu::merge(how, split, places, n - split, places + split, merged,
               [sorted](std::uint32_t a, std::uint32_t b) {
                 return cpu::sorting::total_order_of_keys<order, Key>{}(sorted[a], sorted[b]);
               });
    cpu::permute_together(how, keys_data, values_data, merged, n);
  }

  Keys& keys;
  Values& values;
  Compare& comp;
  std::size_t n;
  std::size_t split = 0;
  Key* keys_data = nullptr; ///< on the host; of an array brought there first
  Value* values_data = nullptr;
  std::unique_ptr<std::uint32_t[]> room{};
};

/// Values of 4 or 8 trivially copyable bytes travel with the keys.
template <class Compare, class Keys, class Values>
auto sort_by_key_launch(Keys& keys, Values& values) {
  using Key = element_t<Keys>;
  using Value = element_t<Values>;
  return plain_launch(
      [&](gpu::device& where) {
        if (size_of(keys) == 0)
          return;
        device_output changed_keys(where, keys, contents::changed);
        device_output changed_values(where, values, contents::changed);
        gpu::radix_sort_by_key(where, changed_keys.elements(where), changed_values.words(where),
                               sizeof(Value), size_of(keys), gpu_sort_order_v<Compare, Key>);
        changed_keys.done();
        changed_values.done();
      },
      [&keys](gpu::device& where) {
        return gpu::warm_radix_sort(where, gpu::scalar_of<Key>, sizeof(Value), size_of(keys));
      });
}

template <class Compare, class Keys, class Values>
auto divided_by_key_launch(Keys& keys, Values& values, sort_by_key_parts<Keys, Values, Compare>& parts) {
  using Key = element_t<Keys>;
  using Value = element_t<Values>;
  return divided(
      parts.n <= UINT32_MAX, sort_by_key_launch<Compare>(keys, values),
      [&parts](gpu::device&, std::size_t elements) {
        parts.split = elements;
        parts.room.reset(new std::uint32_t[2 * parts.n]);
        parts.keys_data = std::data(parts.keys);
        parts.values_data = std::data(parts.values);
      },
      [&parts](gpu::device& where) {
        gpu::operand const moved{parts.values_data, nullptr, parts.split, word_scalar_v<Value>, 0};
        gpu::radix_sort_by_key(where, gpu::operand::of<Key>(parts.keys_data, parts.split), moved,
                               sizeof(Value), parts.split, gpu_sort_order_v<Compare, Key>);
      });
}

/// Other values are moved once, on the host, by the permutation that the GPU finds.
template <class Compare, class Keys, class Values>
auto sort_through_permutation_launch(Keys& keys, Values& values, runtime* bound) {
  using Key = element_t<Keys>;
  return plain_launch(
      [&keys, &values, bound](gpu::device& where) {
        auto const n = size_of(keys);
        if (n == 0)
          return;
        std::vector<std::uint32_t> positions(n);
        gpu::radix_sort_permutation(where, input_operand(where, keys), gpu::operand::of(positions.data(), n),
                                    n, gpu_sort_order_v<Compare, Key>);
        cpu::execution const how{.workers = &(bound != nullptr ? *bound : default_runtime()).workers()};
        cpu::permute_together(how, std::data(keys), std::data(values), positions.data(), n);
      },
      [&keys](gpu::device& where) {
        return gpu::warm_radix_sort(where, gpu::scalar_of<Key>, 4, size_of(keys));
      });
}

/// Writes n positions; GPUs make them of 32 bits.
template <class Compare, class Key, class Index>
void write_permutation(gpu::device& where, gpu::operand const& keys, Index* positions, std::size_t n) {
  // Wide ones are made of narrow ones in the upper half of their room: each is read before it is written over.
  auto* const narrow = reinterpret_cast<std::byte*>(positions) + n * (sizeof(Index) - 4);
  gpu::operand const to{narrow, nullptr, n, gpu::scalar::uint32, 0};
  gpu::radix_sort_permutation(where, keys, to, n, gpu_sort_order_v<Compare, Key>);
  if constexpr (sizeof(Index) != 4)
    for (std::size_t i = 0; i < n; ++i) {
      std::uint32_t position = 0;
      std::memcpy(&position, narrow + 4 * i, 4);
      positions[i] = position;
    }
}

template <class Compare, class Keys, class Index>
auto permutation_launch(Keys const& keys, Index* positions) {
  using Key = element_t<Keys>;
  return plain_launch(
      [&keys, positions](gpu::device& where) {
        if (auto const n = size_of(keys); n != 0)
          write_permutation<Compare, Key>(where, input_operand(where, keys), positions, n);
      },
      [&keys](gpu::device& where) {
        return gpu::warm_radix_sort(where, gpu::scalar_of<Key>, 4, size_of(keys));
      });
}

/// A permutation divided: each side orders the places of its part, then both orders are merged by their keys.
template <class Keys, class Index, class Compare>
struct permutation_parts {
  using Key = element_t<Keys>;
  static constexpr auto order = cpu::order_of<Compare, Key>;

  void rest(cpu::execution how, std::size_t first, std::size_t last) {
    auto* const places = room.get();
    cpu::sort_permutation(how, host_read(keys) + first, last - first, comp, places + first);
    cpu::for_ranges(how, last - first, 65536, [=](std::size_t from, std::size_t to) {
      for (; from < to; ++from)
        places[first + from] += static_cast<Index>(first);
    });
  }
  void join(cpu::execution how) {
    auto const* const values = host_read(keys);
    cpu::merge(how, split, room.get(), n - split, room.get() + split, positions, [values](Index a, Index b) {
      return cpu::sorting::total_order_of_keys<order, Key>{}(values[a], values[b]);
    });
  }

  Keys const& keys;
  Index* positions;
  Compare& comp;
  std::size_t n;
  std::size_t split = 0;
  gpu::operand device_keys{};
  std::unique_ptr<Index[]> room{};
};

template <class Keys, class Index, class Compare>
auto divided_permutation_launch(permutation_parts<Keys, Index, Compare>& parts) {
  return divided(
      true, permutation_launch<Compare>(parts.keys, parts.positions),
      [&parts](gpu::device& where, std::size_t elements) {
        parts.split = elements;
        parts.device_keys = shared_input(where, parts.keys);
        parts.room.reset(new Index[parts.n]);
      },
      [&parts](gpu::device& where) {
        write_permutation<Compare, element_t<Keys>>(where, parts.device_keys, parts.room.get(), parts.split);
      });
}

} // namespace tandem::detail
