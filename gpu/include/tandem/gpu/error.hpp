#pragma once

#include <tandem/config.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace tandem {

/// Base of everything tandem throws that is not a plain std::invalid_argument for bad input.
class TANDEM_API error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~error() override;
};

/// No usable device: the message lists every device that was found and why it was refused.
class TANDEM_API no_device_error : public error {
 public:
  using error::error;
  ~no_device_error() override;
};

/// A kernel could not be built: the GLSL (with line numbers) and the compiler's log.
class TANDEM_API kernel_error : public error {
 public:
  /// `what` for people, the shader's text and the compiler's log.
  kernel_error(std::string const& what, std::string source, std::string log);
  ~kernel_error() override;
  /// The shader's text.
  std::string const& source() const noexcept { return source_; }
  /// What the compiler said.
  std::string const& log() const noexcept { return log_; }

 private:
  std::string source_;
  std::string log_;
};

namespace gpu {

/// A Vulkan call failed: which operation, its VkResult, and how many leading elements of the output are
/// already right.
class TANDEM_API error : public tandem::error {
 public:
  /// A failed operation.
  error(std::string const& operation, int vk_result, std::size_t completed = 0);
  ~error() override;
  /// The Vulkan call or what tandem was doing.
  std::string const& operation() const noexcept { return operation_; }
  /// The VkResult.
  int vk_result() const noexcept { return vk_result_; }
  /// Leading elements of the output that are right.
  std::size_t completed() const noexcept { return completed_; }

 private:
  std::string operation_;
  int vk_result_;
  std::size_t completed_;
};

/// The device cannot do what a call asks of it, such as 64-bit arithmetic: the message names what is missing
/// and the device. Nothing was written.
class TANDEM_API unsupported_error : public tandem::error {
 public:
  /// What is missing, and where.
  unsupported_error(std::string const& missing, std::string const& device);
  ~unsupported_error() override;
  /// What is missing.
  std::string const& missing() const noexcept { return missing_; }

 private:
  std::string missing_;
};

} // namespace gpu
} // namespace tandem
