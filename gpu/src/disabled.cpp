// The GPU side of a build without one: no devices, and everything that needs one says so.
#include <tandem/gpu/batch.hpp>
#include <tandem/gpu/event.hpp>
#include <tandem/gpu/kernel.hpp>
#include <tandem/gpu/room.hpp>

namespace tandem::gpu {
namespace {

constexpr char const* no_gpu_side = "this build of tandem has no GPU side";

[[noreturn]] void refuse() {
  throw no_device_error(no_gpu_side);
}

} // namespace

namespace detail {
class engine {};
class allocation {};
class submission_state {};
class kernel_state {};
} // namespace detail

std::vector<device_info> list_devices() {
  return {};
}
std::string why_no_devices() {
  return no_gpu_side;
}
std::vector<std::string> take_validation_messages() {
  return {};
}
void detail::prepare_to_compile() {}
std::uint64_t glslang_runs() noexcept {
  return 0;
}

device device::open(std::string_view) {
  refuse();
}
device device::open_default() {
  refuse();
}

device_info const& device::info() const noexcept {
  static device_info const none;
  return none;
}
device_statistics device::statistics() const {
  return {};
}
void device::wait_idle() const {}
bool device::lost() const noexcept {
  return true;
}
std::uint64_t device::id() const noexcept {
  return 0;
}

memory::memory(device const&, std::size_t) {
  refuse();
}
double kernel_build_us(device const&) {
  return 0;
}
memory room_on(device const&, std::size_t) {
  refuse();
}
bool changes_at_once(device const&, std::size_t, std::size_t) {
  return true;
}
std::size_t memory::size_bytes() const noexcept {
  return 0;
}
std::uint64_t memory::address() const noexcept {
  return 0;
}
std::byte* memory::mapped() const noexcept {
  return nullptr;
}
device memory::owner() const {
  refuse();
}
void memory::upload(void const*, std::size_t, std::size_t) const {
  refuse();
}
void memory::download(void*, std::size_t, std::size_t) const {
  refuse();
}

bool event::done() const {
  return true;
}
void event::wait() const {}
std::vector<double> event::steps_ns() const {
  return {};
}
double event::elapsed_ns() const {
  return 0.0;
}

kernel kernel::from_glsl(device const&, std::string_view, std::string_view,
                         std::span<std::string_view const>) {
  refuse();
}
kernel kernel::from_glsl_file(device const&, std::string_view, std::span<std::string_view const>) {
  refuse();
}
kernel kernel::from_spirv(device const&, std::span<std::uint32_t const>, std::string_view) {
  refuse();
}
kernel kernel::from_spirv_file(device const&, std::string_view) {
  refuse();
}
kernel kernel::specialised(std::span<specialisation const>) const {
  refuse();
}
groups kernel::group_size() const noexcept {
  return {};
}
event kernel::launch_threads(threads, std::span<detail::launch_argument const>) const {
  refuse();
}
event kernel::launch_groups(groups, std::span<detail::launch_argument const>) const {
  refuse();
}

struct batch::state {};
batch::batch(device const&) {
  refuse();
}
batch::batch(batch&&) noexcept = default;
batch& batch::operator=(batch&&) noexcept = default;
batch::~batch() = default;
std::size_t batch::size() const noexcept {
  return 0;
}
event batch::submit() {
  refuse();
}
batch& batch::add_threads(kernel const&, threads, std::span<detail::launch_argument const>) {
  refuse();
}
batch& batch::add_groups(kernel const&, groups, std::span<detail::launch_argument const>) {
  refuse();
}
batch& batch::add_copy(memory const&, std::size_t, memory const&, std::size_t) {
  refuse();
}

} // namespace tandem::gpu
