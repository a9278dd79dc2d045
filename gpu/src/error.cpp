#include <tandem/gpu/error.hpp>

#include <utility>

namespace tandem {

error::~error() = default;
no_device_error::~no_device_error() = default;

kernel_error::kernel_error(std::string const& what, std::string source, std::string log)
    : error(what + "\n" + log), source_(std::move(source)), log_(std::move(log)) {}
kernel_error::~kernel_error() = default;

namespace gpu {

error::error(std::string const& operation, int vk_result, std::size_t completed)
    : tandem::error(operation + " failed with VkResult " + std::to_string(vk_result)), operation_(operation),
      vk_result_(vk_result), completed_(completed) {}
error::~error() = default;

} // namespace gpu
} // namespace tandem
