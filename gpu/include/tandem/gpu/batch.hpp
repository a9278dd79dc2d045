#pragma once

#include <tandem/gpu/kernel.hpp>

#include <memory>

namespace tandem::gpu {

/// Several launches in one submission, which costs the host one call instead of many:
///
///     gpu::batch work(device);
///     for (int step = 0; step < 100; ++step)
///       work.launch(relax, gpu::threads{n}, a, b).launch(relax, gpu::threads{n}, b, a);
///     gpu::event done = work.submit();
///
/// Steps run in order where one depends on another: a barrier comes before a step that uses what an earlier
/// one wrote, or writes what an earlier one uses, as the buffers' `readonly` declarations in the shaders
/// tell; independent steps may overlap. A kernel that reaches memory by address (buffer_reference) is ordered
/// with everything. Arguments are checked when a step is added, values are copied then, and buffers are kept
/// alive. Used by one thread at a time.
class TANDEM_API batch {
 public:
  explicit batch(device const& where);
  batch(batch&&) noexcept;
  batch& operator=(batch&&) noexcept;
  ~batch();

  /// Adds a launch, as kernel::launch. Throws std::invalid_argument as that does.
  template <class... Arguments>
  batch& launch(kernel const& what, threads count, Arguments const&... arguments) {
    detail::launch_argument const list[] = {detail::as_argument(arguments)..., {}};
    return add_threads(what, count, {list, sizeof...(Arguments)});
  }
  template <class... Arguments>
  batch& launch(kernel const& what, groups count, Arguments const&... arguments) {
    detail::launch_argument const list[] = {detail::as_argument(arguments)..., {}};
    return add_groups(what, count, {list, sizeof...(Arguments)});
  }
  /// Adds a copy of all elements. Throws std::invalid_argument unless both have the same size.
  template <class T>
  batch& copy(buffer<T> const& from, buffer<T> const& to) {
    return add_copy(from.memory(), from.size_bytes(), to.memory(), to.size_bytes());
  }

  /// How many steps have been added since the last submit().
  std::size_t size() const noexcept;
  /// Hands the steps to the device; the batch is then empty and can be filled again. event::steps_ns() tells
  /// how long each took.
  event submit();

 private:
  struct state;
  batch& add_threads(kernel const& what, threads count, std::span<detail::launch_argument const> arguments);
  batch& add_groups(kernel const& what, groups count, std::span<detail::launch_argument const> arguments);
  batch& add_copy(memory const& from, std::size_t from_bytes, memory const& to, std::size_t to_bytes);

  std::unique_ptr<state> state_;
};

} // namespace tandem::gpu
