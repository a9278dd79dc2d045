/// Every algorithm as an asynchronous call: the same arguments, a policy first where one is wanted, and last
/// any Asio completion token:
///
///     auto y = co_await async_map(x, f, asio::use_awaitable);
///     std::future<float> total = async_reduce(on_gpu, x, 0.0f, plus{}, asio::use_future);
///     async_sort(keys, [](std::exception_ptr error) { … });
///
/// * Completes with `(std::exception_ptr, R)`, R what the parallel_ call returns, or `(std::exception_ptr)`
/// where that is void; on
///   the handler's associated executor, never from inside the initiating call. What the parallel_ call
///   throws, wrong sizes too, comes as the exception.
/// * A range that is an lvalue is borrowed: it must stay alive, and be left alone, until the completion.
/// Rvalue ranges move into the
///   operation, and functions, values, policies and spans are copied or moved; what spans, views and captured
///   references refer to must live on. All that the operation owns is destroyed before the handler is called.
/// * The call runs on one of a few threads that exist to wait, so neither the io_context nor TBB's workers
/// are blocked while a GPU
///   computes; the CPU's part runs on the runtime's threads. Several in flight overlap: transfers of one with
///   kernels of another. At most eight run at a time, the others queue in order.
/// * Cancellation through the handler's slot: a call that has not started completes at once with
/// operation_aborted and touches
///   nothing; one that has runs to its end.
#pragma once

#include <tandem/async/detail/async_call.hpp>
#include <tandem/extrema.hpp>
#include <tandem/filter.hpp>
#include <tandem/find.hpp>
#include <tandem/for_each.hpp>
#include <tandem/gather.hpp>
#include <tandem/generate.hpp>
#include <tandem/histogram.hpp>
#include <tandem/join.hpp>
#include <tandem/map.hpp>
#include <tandem/map_reduce.hpp>
#include <tandem/merge.hpp>
#include <tandem/reduce.hpp>
#include <tandem/reduce_by_key.hpp>
#include <tandem/scan.hpp>
#include <tandem/sort.hpp>
#include <tandem/top_k.hpp>
#include <tandem/try_map.hpp>
#include <tandem/unique.hpp>

namespace tandem {

#define TANDEM_ASYNC(name)                                                                                   \
  namespace detail {                                                                                         \
  struct name##_call {                                                                                       \
    template <class... Args>                                                                                 \
    decltype(auto) operator()(Args&&... args) const {                                                        \
      return parallel_##name(std::forward<Args>(args)...);                                                   \
    }                                                                                                        \
  };                                                                                                         \
  }                                                                                                          \
  template <class... Args>                                                                                   \
  auto async_##name(Args&&... args) {                                                                        \
    return detail::async_algorithm(detail::name##_call{}, std::forward<Args>(args)...);                      \
  }

TANDEM_ASYNC(map)
TANDEM_ASYNC(generate)
TANDEM_ASYNC(for_each)
TANDEM_ASYNC(for)
TANDEM_ASYNC(reduce)
TANDEM_ASYNC(map_reduce)
TANDEM_ASYNC(inclusive_scan)
TANDEM_ASYNC(exclusive_scan)
TANDEM_ASYNC(filter)
TANDEM_ASYNC(partition)
TANDEM_ASYNC(count)
TANDEM_ASYNC(find_if)
TANDEM_ASYNC(any_of)
TANDEM_ASYNC(all_of)
TANDEM_ASYNC(none_of)
TANDEM_ASYNC(min_element)
TANDEM_ASYNC(max_element)
TANDEM_ASYNC(minmax_element)
TANDEM_ASYNC(histogram)
TANDEM_ASYNC(sort)
TANDEM_ASYNC(stable_sort)
TANDEM_ASYNC(quicksort)
TANDEM_ASYNC(sort_by_key)
TANDEM_ASYNC(sort_permutation)
TANDEM_ASYNC(top_k)
TANDEM_ASYNC(unique)
TANDEM_ASYNC(reduce_by_key)
TANDEM_ASYNC(merge)
TANDEM_ASYNC(gather)
TANDEM_ASYNC(scatter)
TANDEM_ASYNC(join)
TANDEM_ASYNC(try_map)

#undef TANDEM_ASYNC

namespace detail {
struct plain_call {
  template <class F>
  decltype(auto) operator()(F&& f) const {
    return f();
  }
};
} // namespace detail

/// f(), run and completed as the calls above: for what they do not cover, such as a chain of views or several
/// calls in a row.
///
///     float total = co_await async_call([&] { return par(x) | map(f) | sum(); }, asio::use_awaitable);
template <class F, class Token>
auto async_call(F&& f, Token&& token) {
  return detail::async_algorithm(detail::plain_call{}, std::forward<F>(f), std::forward<Token>(token));
}

} // namespace tandem
