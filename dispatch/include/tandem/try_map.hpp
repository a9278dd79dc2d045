#pragma once

#include <tandem/cpu/try_map.hpp>
#include <tandem/detail/host_call.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {

/// An error and the index of the element it came from.
template <class Error>
struct indexed_error {
  /// The element's position.
  std::size_t index;
  /// What went wrong.
  Error error;
};

/// All results, or the error of the lowest index: what parallel_try_map returns.
template <class Value, class Error>
class try_map_result {
 public:
  using value_type = std::vector<Value>;
  using error_type = Error;

  /// No results and no error.
  try_map_result() = default;
  /// All went well.
  explicit try_map_result(std::vector<Value> values) : values_(std::move(values)) {}
  /// The first error.
  try_map_result(std::size_t index, Error error) : error_(indexed_error<Error>{index, std::move(error)}) {}

  /// True if there was no error.
  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The results in order; empty if there was an error.
  std::vector<Value>& value() & noexcept { return values_; }
  std::vector<Value> const& value() const& noexcept { return values_; }
  std::vector<Value>&& value() && noexcept { return std::move(values_); }
  std::vector<Value>& operator*() & noexcept { return values_; }
  std::vector<Value> const& operator*() const& noexcept { return values_; }
  std::vector<Value>&& operator*() && noexcept { return std::move(values_); }
  std::vector<Value>* operator->() noexcept { return &values_; }
  std::vector<Value> const* operator->() const noexcept { return &values_; }

  /// The error and its index. Only if there was one.
  Error const& error() const noexcept { return error_->error; }
  /// The position of the element that failed.
  std::size_t error_index() const noexcept { return error_->index; }

 private:
  std::vector<Value> values_;
  std::optional<indexed_error<Error>> error_;
};

/// As the last argument of parallel_try_map: try every element and return all errors.
struct all_errors_tag {};
/// As the last argument of parallel_try_map: try every element and return all errors.
inline constexpr all_errors_tag all_errors{};

/// The results of the elements that succeeded and all errors, ordered by index: what parallel_try_map(…, all_errors) returns.
template <class Value, class Error>
struct try_map_report {
  std::vector<std::optional<Value>> values; ///< one for each element; empty where it failed
  /// All errors, by index.
  std::vector<indexed_error<Error>> errors;
  explicit operator bool() const noexcept { return errors.empty(); }
};

namespace detail {

struct try_map_facts {
  static constexpr char const* name = "parallel_try_map";
  static constexpr algorithm kind = algorithm::map;
  static constexpr float written_bytes = 8;
};

/// As std::expected: says whether there is a value, gives it, or the error.
template <class Result>
concept ExpectedLike = requires(Result r) {
  static_cast<bool>(r);
  *r;
  r.error();
};

template <class F, class T>
using try_value_t = std::remove_cvref_t<decltype(*std::declval<std::invoke_result_t<F&, T const&>>())>;
template <class F, class T>
using try_error_t = std::remove_cvref_t<decltype(std::declval<std::invoke_result_t<F&, T const&>>().error())>;

inline constexpr auto try_map_of = []<target Target, class R, class F, class... All>(
    policy<Target> where, R const& in, F&& f, All const&...) {
  static_assert(Range<R const>, "parallel_try_map needs a contiguous range");
  static_assert(
      Target != target::gpu,
      "tandem::on_gpu: parallel_try_map runs on the CPU, as no GPU returns expected-like values; use "
      "parallel_map with a value that stands for failure, or tandem::on_cpu");
  using function = std::remove_reference_t<F>;
  static_assert(
      ExpectedLike<std::invoke_result_t<function&, element_t<R> const&>>,
      "parallel_try_map: the function must return what std::expected is like: tests as true where it holds a "
      "value, *result is the value, result.error() the error");
  using value = try_value_t<function, element_t<R>>;
  using error = try_error_t<function, element_t<R>>;
  auto& site = host_site<try_map_facts, function, element_t<R>>::site;
  auto const n = size_of(in);
  std::vector<std::optional<value>> values(n);
  auto const place = [&values]<class V>(std::size_t i, V&& v) { values[i].emplace(std::forward<V>(v)); };
  if constexpr (sizeof...(All) != 0) {
    try_map_report<value, error> report;
    run_on_host(where, site, n, [&](cpu::execution how) {
      for (auto& [index, e] : cpu::try_map_all<error>(how, n, host_read(in), place, f))
        report.errors.push_back({index, std::move(e)});
    });
    report.values = std::move(values);
    return report;
  } else {
    cpu::first_error<error> failed;
    run_on_host(where, site, n,
                [&](cpu::execution how) { failed = cpu::try_map<error>(how, n, host_read(in), place, f); });
    if (failed.error)
      return try_map_result<value, error>(failed.index, std::move(*failed.error));
    std::vector<value> results;
    results.reserve(n);
    for (auto& v : values)
      results.push_back(std::move(*v));
    return try_map_result<value, error>(std::move(results));
  }
};

} // namespace detail

/// Applies a function that may fail to every element:
///
///     auto results = parallel_try_map([policy,] in, f)                a tandem::try_map_result: all values, or the first error
///     auto report = parallel_try_map([policy,] in, f, all_errors)     a tandem::try_map_report: every value and every error
///
/// \param f  element → something like std::expected: true when it holds a value, *r the value, r.error() the error. Called in no
///           order and from several threads; in the first form not at all on some elements behind an error.
///
/// The error returned is that of the lowest index, whatever the number of threads.
template <class First, class... Rest>
auto parallel_try_map(First&& first, Rest&&... rest) {
  return detail::with_policy(detail::try_map_of, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
