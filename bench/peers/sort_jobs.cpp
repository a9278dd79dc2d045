// Sorting: every library's sorts on copies of the same input.
#include "bandwidth.hpp"
#include "rayon.hpp"
#include "sorters.hpp"

#include <tandem/sort.hpp>

#include <algorithm>
#include <memory>

namespace tandem_bench {
namespace {

enum class pattern { random, sorted, reversed };

template <class T>
struct sorting {
  std::vector<T> input;
  std::vector<T> data;

  void refill() { std::copy(input.begin(), input.end(), data.begin()); }

  std::string check() const {
    auto const wrong = [](T const& a, T const& b) {
      if constexpr (std::is_same_v<T, keyed>) {
        return std::pair(b.key, b.value) < std::pair(a.key, a.value);
      } else {
        return in_order{}(b, a);
      }
    };
    for (std::size_t i = 1; i < data.size(); ++i) {
      if (wrong(data[i - 1], data[i])) {
        return "not sorted at " + std::to_string(i);
      }
    }
    return "";
  }
};

template <class T>
std::vector<T> input_of(std::size_t n) {
  if constexpr (std::is_same_v<T, keyed>) {
    return random_pairs(n);
  } else if constexpr (std::is_same_v<T, record>) {
    return random_records(n);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return random_words(n);
  } else {
    return random_numbers<T>(n);
  }
}

template <class T>
std::shared_ptr<sorting<T>> sorting_of(std::size_t n, pattern in) {
  auto const held = std::make_shared<sorting<T>>();
  held->input = input_of<T>(n);
  if (in != pattern::random) {
    std::sort(held->input.begin(), held->input.end(), in_order{});
  }
  if (in == pattern::reversed) {
    std::reverse(held->input.begin(), held->input.end());
  }
  held->data = held->input;
  return held;
}

// tandem's own call: pairs as two arrays, which is how it sorts by key.
template <class T>
approach tandem_way(std::shared_ptr<sorting<T>> const& held, tandem::runtime& where) {
  return {peer::tandem,
          {"parallel_sort",
           [held, &where] {
             if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
               tandem::parallel_sort(tandem::on_cpu.with(where), held->data);
             } else {
               tandem::parallel_sort(tandem::on_cpu.with(where), held->data, in_order{});
             }
           },
           [held] { held->refill(); }},
          [held] { return held->check(); }};
}

template <>
approach tandem_way(std::shared_ptr<sorting<keyed>> const& held, tandem::runtime& where) {
  struct columns {
    std::vector<std::uint32_t> keys;
    std::vector<std::uint32_t> values;
  };
  auto const split = std::make_shared<columns>();
  return {peer::tandem,
          {"parallel_sort_by_key, two arrays",
           [split, &where] {
             tandem::parallel_sort_by_key(tandem::on_cpu.with(where), split->keys, split->values);
           },
           [held, split] {
             auto const n = held->input.size();
             split->keys.resize(n);
             split->values.resize(n);
             for (std::size_t i = 0; i < n; ++i) {
               split->keys[i] = held->input[i].key;
               split->values[i] = held->input[i].value;
             }
           }},
          [held, split] {
            for (std::size_t i = 0; i < held->data.size(); ++i) {
              held->data[i] = {split->keys[i], split->values[i]};
            }
            return held->check();
          }};
}

#if TANDEM_BENCH_RAYON
void add_rayon_words(comparison& made, std::vector<std::string> const& input) {
  std::vector<char const*> texts;
  std::vector<std::size_t> sizes;
  for (std::string const& word : input) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  std::shared_ptr<peer_rayon_words> const words(
      peer_rayon_words_new(texts.data(), sizes.data(), input.size()), peer_rayon_words_delete);
  made.ways.push_back({peer::rayon,
                       {"par_sort_unstable of String", [words] { peer_rayon_words_sort(words.get()); },
                        [words] { peer_rayon_words_refill(words.get()); }},
                       [words] { return peer_rayon_words_sorted(words.get()) ? "" : "not sorted"; }});
}
#endif

template <class T>
comparison sort_of(setting const& given, std::string const& title, std::size_t n, pattern in,
                   std::vector<goal> goals) {
  auto const held = sorting_of<T>(n, in);
  comparison made{.title = title, .n = n, .goals = std::move(goals)};
  made.ways.push_back(tandem_way<T>(held, given.where));
  if constexpr (std::is_same_v<T, record>) {
    if (in == pattern::random) {
      made.ways.push_back({peer::tandem,
                           {"parallel_stable_sort by a projection",
                            [held, &where = given.where] {
                              tandem::parallel_stable_sort(tandem::on_cpu.with(where), held->data,
                                                           tandem::less{},
                                                           [](record const& r) { return r.key; });
                            },
                            [held] { held->refill(); }},
                           [held] { return held->check(); }});
    }
  }
  sorters<T> others;
  add_tbb(others);
  add_standard(others);
  add_gnu(others);
  add_boost(others);
  add_thrust(others);
  add_rayon(others);
  for (sorter<T> const& other : others) {
    bool const stable = other.name.find("not stable") == std::string::npos &&
                        other.name.find("sample_sort") == std::string::npos;
    std::function<std::string()> check = [held] { return held->check(); };
    if (sorted_stably<T> && !stable) {
      check = {};
    }
    made.ways.push_back(
        {other.who,
         {other.name, [held, sort = other.sort] { sort(held->data.data(), held->data.size()); },
          [held] { held->refill(); }},
         std::move(check)});
  }
#if TANDEM_BENCH_RAYON
  if constexpr (std::is_same_v<T, std::string>) {
    add_rayon_words(made, held->input);
  }
#endif
  if (in == pattern::sorted) {
    made.ways.push_back({peer::bound,
                         {"reading only", [held] { read_everything(std::as_bytes(std::span(held->data))); },
                          [held] { held->refill(); }}});
  }
  return made;
}

goal times(double ratio, peer against) {
  return {goal::kind::times_as_fast, ratio, against};
}
goal at_most(double ns) {
  return {goal::kind::at_most_ns, ns};
}

template <class T>
void add(std::vector<job>& jobs, std::string const& key, std::string const& title, pattern in,
         std::vector<goal> goals, std::size_t divisor = 1) {
  jobs.push_back({key, [=](setting const& given) {
                    return sort_of<T>(given, "sort " + title, given.n / divisor, in, goals);
                  }});
}

} // namespace

void add_sorts(std::vector<job>& jobs) {
  using enum pattern;
  std::vector<goal> const keys32{times(17, peer::tbb), times(7, peer::rayon)};
  std::vector<goal> const keys64{times(9, peer::tbb)};
  add<std::uint32_t>(jobs, "sort_u32", "uint32", random, keys32);
  add<float>(jobs, "sort_f32", "float", random, keys32);
  add<std::uint64_t>(jobs, "sort_u64", "uint64", random, keys64);
  add<double>(jobs, "sort_f64", "double", random, keys64);
  add<keyed>(jobs, "sort_pairs", "(u32, u32), stable", random, {times(7, peer::tbb)});
  add<record>(jobs, "sort_records", "16-byte structs, comparator", random, {times(2.5, peer::tbb)});
  add<std::string>(jobs, "sort_strings", "strings of 8 to 24", random, {times(3, peer::tbb)}, 10);
  add<std::uint32_t>(jobs, "sorted_u32", "uint32, sorted already", sorted, {at_most(0.5)});
  add<std::uint32_t>(jobs, "reversed_u32", "uint32, reversed", reversed, {at_most(1)});
  add<double>(jobs, "sorted_f64", "double, sorted already", sorted, {at_most(0.5)});
  add<double>(jobs, "reversed_f64", "double, reversed", reversed, {at_most(1)});
  add<record>(jobs, "sorted_records", "16-byte structs, sorted already", sorted, {});
  add<record>(jobs, "reversed_records", "16-byte structs, reversed", reversed, {});
}

} // namespace tandem_bench
