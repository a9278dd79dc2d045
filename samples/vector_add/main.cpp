// A compute shader of one's own: two input buffers, one output, timed by the device, checked against the CPU; then the same in one
// parallel_map.
//   vector_add [elements]          the device is chosen by TANDEM_DEVICE
#include <tandem/gpu.hpp>
#include <tandem/map.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

namespace gpu = tandem::gpu;

namespace {

void print_devices(gpu::device_info const& chosen) {
  std::printf("device       %s (%s, driver %s %s)\n", chosen.name.c_str(), gpu::name_of(chosen.kind),
              chosen.driver.c_str(), chosen.driver_version.c_str());
  for (auto const& other : gpu::list_devices())
    if (other.index != chosen.index)
      std::printf("passed over  %s (%s): %s\n", other.name.c_str(), gpu::name_of(other.kind),
                  other.usable() ? "ranked lower" : other.refused.c_str());
}

std::vector<float> samples_of(std::size_t count, float step) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(i % 1000) * step;
  return values;
}

/// How many elements of `sum` are not exactly a + b.
std::size_t wrong_elements(std::vector<float> const& a, std::vector<float> const& b,
                           std::vector<float> const& sum) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < sum.size(); ++i)
    wrong += sum[i] != a[i] + b[i] ? 1U : 0U;
  return wrong;
}

int run(std::size_t count) {
  gpu::device const device = gpu::device::open_default();
  print_devices(device.info());

  auto const a = samples_of(count, 0.5F);
  auto const b = samples_of(count, 0.25F);
  gpu::buffer<float> const on_device_a{device, a};
  gpu::buffer<float> const on_device_b{device, b};
  gpu::buffer<float> const on_device_sum{device, count};

  gpu::kernel const add = gpu::kernel::from_glsl_file(device, TANDEM_SAMPLE_FOLDER "/vector_add.comp");
  gpu::event const done = add.launch(gpu::threads{count}, on_device_a, on_device_b, on_device_sum,
                                     static_cast<std::uint32_t>(count));
  auto const sum = on_device_sum.download();

  auto const wrong = wrong_elements(a, b, sum);
  auto const mapped = tandem::parallel_map(tandem::on_gpu, a, b, [](auto x, auto y) { return x + y; });
  double const bytes = 3.0 * static_cast<double>(count) * sizeof(float);
  std::printf("elements     %zu\n", count);
  std::printf("on device    %.3f ms, %.2f GB/s\n", done.elapsed_ns() * 1e-6, bytes / done.elapsed_ns());
  std::printf("check        %s\n", wrong == 0 ? "every sum equals the CPU's" : "WRONG");
  std::printf("parallel_map %s\n", mapped == sum ? "the same, in one line" : "WRONG");
  return wrong == 0 && mapped == sum ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
  } catch (std::exception const& failure) {
    std::fprintf(stderr, "vector_add: %s\n", failure.what());
    return 1;
  }
}
