// What happens before, and without, a Vulkan loader: a process that asks for no GPU loads none.
#include "support/loaded_library.hpp"

#include <tandem/gpu/device.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

using namespace tandem;
using tandem_test::is_loaded;

namespace {

int run_child(char const* filter, char const* variable, std::string const& value) {
  pid_t const child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setenv(variable, value.c_str(), 1);
    ::execl("/proc/self/exe", "child", filter, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("libtandem loads no Vulkan until a device is asked for") {
  CHECK_FALSE(is_loaded("libvulkan"));
  CHECK(gpu::glslang_runs() == 0);
  CHECK_THROWS_AS(gpu::select_device({}, "auto"), no_device_error);
  CHECK_FALSE(is_loaded("libvulkan"));
}

TEST_CASE("child: no loader", "[.child][.no_loader]") {
  CHECK(gpu::list_devices().empty());
  CHECK_THAT(gpu::why_no_devices(), Catch::Contains("no Vulkan loader"));
  CHECK_THROWS_AS(gpu::device::open(), no_device_error);
  CHECK_THROWS_WITH(gpu::device::open("cpu"),
                    Catch::Contains("'cpu'") && Catch::Contains("no Vulkan loader"));
}

TEST_CASE("child: no driver", "[.child][.no_driver]") {
  CHECK(gpu::list_devices().empty());
  CHECK_THAT(gpu::why_no_devices(), Catch::Contains("no Vulkan driver"));
  CHECK_THROWS_AS(gpu::device::open(), no_device_error);
}

TEST_CASE("child: a setting that is none", "[.child][.bad_setting]") {
  CHECK_THROWS_AS(gpu::list_devices(), std::invalid_argument);
  CHECK_THROWS_WITH(gpu::device::open(), Catch::Contains("TANDEM_VALIDATION") && Catch::Contains("'maybe'"));
}

TEST_CASE("no loader, no driver and a wrong setting are told apart") {
  std::string pattern = (std::filesystem::temp_directory_path() / "tandem-no-loader-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  for (char const* const name : {"/libvulkan.so", "/libvulkan.so.1"})
    std::ofstream{pattern + name} << "not a library";
  CHECK(run_child("[.no_loader]", "LD_LIBRARY_PATH", pattern) == 0);
  std::filesystem::remove_all(pattern);
  CHECK(run_child("[.no_driver]", "VK_DRIVER_FILES", "/does/not/exist.json") == 0);
  CHECK(run_child("[.bad_setting]", "TANDEM_VALIDATION", "maybe") == 0);
}
