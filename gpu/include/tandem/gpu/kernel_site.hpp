#pragma once

#include <tandem/config.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace tandem::gpu {

class recording;
class device;

namespace detail {
class shape;
}

/// What one element costs, as the last call of a site recorded it.
struct site_cost {
  float operations = 0; ///< weighted: an addition of floats is 1; loops counted with their trip counts
  float loop_iterations = 0;
  bool known = false; ///< false until a recording has been seen
};

/// The static slot of one algorithm, lambda type and element types:
///
///     static constinit kernel_site site;
///
/// It remembers the shapes that the lambda was recorded with (one, unless native loops or branches depend on
/// captures) and the kernels made of them, so that a repeated call compares its recording as memory and goes.
/// Thread-safe. Never destroyed: it is trivially destructible and what it holds stays for the life of the
/// process.
class TANDEM_API kernel_site {
 public:
  constexpr kernel_site() noexcept = default;
  kernel_site(kernel_site const&) = delete;
  kernel_site& operator=(kernel_site const&) = delete;

  /// The cost of the last recording that was seen; readable without a device.
  site_cost cost() const noexcept;
  /// Notes a recording's cost without running it.
  site_cost note(recording const& recorded);
  /// How many different shapes have been seen.
  std::uint32_t shapes() const noexcept;

  /// @cond internal
  /// The shape of a recording, analysed now if it is new.
  detail::shape& match(recording const& recorded);
  /// @endcond

 private:
  std::atomic<detail::shape*> shapes_{nullptr};
  std::atomic<float> operations_{-1.0f};
  std::atomic<float> iterations_{0.0f};
};

/// The GLSL functions of a recording, as they would run on a device with exact arithmetic. For people and
/// tests.
TANDEM_API std::string glsl_of(recording const& recorded);

} // namespace tandem::gpu
