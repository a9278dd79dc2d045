#pragma once

namespace tandem {

class runtime;

/// Where a policy sends a call.
enum class target : unsigned char { automatic, cpu, gpu, both };

/// How one call runs: where, on which runtime, and whether it may give up the fixed shape of its
/// floating-point sums. Policies are values; `with` and `relaxed` return changed copies and leave the
/// original alone.
template <target Target>
class policy {
 public:
  constexpr policy() noexcept = default;

  /// The policy's target.
  static constexpr target where() noexcept { return Target; }

  /// The same policy bound to `other`, which must outlive the call (for asynchronous calls: the completion).
  [[nodiscard]] constexpr policy with(runtime& other) const noexcept { return policy{&other, relaxed_}; }

  /// The same policy allowed to reassociate floating-point operations where the fixed shape costs speed.
  /// The result may then differ in its last bits between devices and thread counts.
  [[nodiscard]] constexpr policy relaxed() const noexcept { return policy{runtime_, true}; }

  /// Whether relaxed() was asked for.
  [[nodiscard]] constexpr bool is_relaxed() const noexcept { return relaxed_; }

  /// The bound runtime, or null for the default one.
  [[nodiscard]] constexpr runtime* bound_runtime() const noexcept { return runtime_; }

  /// `on_cpu(f)`: runs f() on the CPU's threads and completes, where it was called, with what f returns; a
  /// completion token may follow. The asynchronous side of the policy: see async_on_cpu in
  /// <tandem/async.hpp>, which it needs.
  template <class F, class... Token>
  requires(Target == target::cpu) auto operator()(F f, Token&&... token) const {
    return async_on(*this, static_cast<F&&>(f),
                    static_cast<Token&&>(token)...); // found by its first argument
  }

 private:
  constexpr policy(runtime* bound, bool relaxed) noexcept : runtime_(bound), relaxed_(relaxed) {}

  runtime* runtime_ = nullptr;
  bool relaxed_ = false;
};

/// Runs where the call is predicted to finish first: serially, on the thread pool, or on a GPU.
/// Without a usable GPU, or when it fails, the call still succeeds on the CPU.
inline constexpr policy<target::automatic> automatic{};
/// Runs on the CPU, serially or on the thread pool; nothing of Vulkan is touched.
inline constexpr policy<target::cpu> on_cpu{};
/// Runs on the GPU or throws (tandem::no_device_error, tandem::gpu::error, tandem::kernel_error).
inline constexpr policy<target::gpu> on_gpu{};
/// Splits one call between the CPU and a GPU (a software device too), with the same bits as either alone:
/// map, generate, reduce, map_reduce, filter, count, histogram and sorts of numbers, from 8192 elements on.
/// What cannot be split, or has no device, runs where it is predicted to finish first, and explain() says why;
/// only `on_gpu` throws.
inline constexpr policy<target::both> on_both{};

namespace detail {
template <class T>
inline constexpr bool is_policy_v = false;
template <target Target>
inline constexpr bool is_policy_v<policy<Target>> = true;
template <class T>
inline constexpr bool is_policy_v<T const> = is_policy_v<T>;
template <class T>
inline constexpr bool is_policy_v<T&> = is_policy_v<T>;
template <class T>
inline constexpr bool is_policy_v<T&&> = is_policy_v<T>;
} // namespace detail

/// A tandem execution policy (see `automatic`, `on_cpu`, `on_gpu`, `on_both`).
template <class T>
concept Policy = detail::is_policy_v<T>;

} // namespace tandem
