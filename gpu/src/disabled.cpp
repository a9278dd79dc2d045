// The GPU side of a build without one (TANDEM_WITH_GPU=OFF): there is no device, and that is the answer to everything.
#include <tandem/gpu/device.hpp>
#include <tandem/gpu/memory.hpp>

namespace tandem::gpu {
namespace {

[[noreturn]] void none() { throw no_device_error("this build of tandem has no GPU side (it was configured with TANDEM_WITH_GPU=OFF)"); }

} // namespace

namespace detail {
class engine {};
class allocation {};
} // namespace detail

std::vector<device_info> list_devices() { return {}; }
std::string why_no_devices() { return "this build of tandem has no GPU side"; }
std::uint64_t glslang_runs() noexcept { return 0; }

device device::open(std::string_view) { none(); }
device device::open_default() { none(); }
device_info const& device::info() const noexcept {
  static device_info const unknown;
  return unknown;
}
device_statistics device::statistics() const { none(); }
void device::wait_idle() const { none(); }
bool device::lost() const noexcept { return true; }
std::size_t select_device(std::vector<device_info> const&, std::string_view) { none(); }

char const* name_of(device_kind kind) noexcept {
  constexpr char const* names[] = {"discrete", "integrated", "virtual", "cpu", "other"};
  return names[static_cast<std::size_t>(kind)];
}

memory::memory(device const&, std::size_t) { none(); }
std::size_t memory::size_bytes() const noexcept { return 0; }
std::uint64_t memory::address() const noexcept { return 0; }
std::byte* memory::mapped() const noexcept { return nullptr; }
device memory::owner() const { none(); }
void memory::upload(void const*, std::size_t, std::size_t) const { none(); }
void memory::download(void*, std::size_t, std::size_t) const { none(); }

} // namespace tandem::gpu
