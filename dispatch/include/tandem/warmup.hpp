#pragma once

#include <tandem/config.hpp>

#include <utility>

namespace tandem {
namespace detail {

/// While one lives, tandem calls of its thread wait for devices and kernels.
class TANDEM_API warming_scope {
 public:
  warming_scope() noexcept;
  warming_scope(warming_scope const&) = delete;
  warming_scope& operator=(warming_scope const&) = delete;
  ~warming_scope();

 private:
  bool before_;
};

} // namespace detail

/// Calls f once and returns what it returns. Tandem calls that f makes on this thread work as always, but
/// first wait until devices have been looked for and the kernels that they would want on a GPU are built, so
/// that later ones like them can go there at once:
///
///     tandem::warmup([&] { tandem::parallel_map(x, y, f); });
///
/// Without warmup the first calls run on the CPU while kernels are built in the background. Kernels may
/// depend on the size of the ranges, so use those that will be used; a call small enough to run as a plain
/// loop whatever the machine asks for no kernel. Devices that `automatic` does not use are left alone; a
/// kernel that cannot be built is no error, and the CPU serves. Calls under `on_cpu` do not change.
template <class F>
decltype(auto) warmup(F&& f) {
  detail::warming_scope const scope;
  return std::forward<F>(f)();
}

} // namespace tandem
