// The disk cache: what it keeps, what damage does to it, many processes at once, and that a warm one needs no
// glslang.
#include "compile/disk_cache.hpp"
#include "runtime/recorder.hpp"
#include "session.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace tandem;
using gpu::detail::cache_result;
using gpu::detail::disk_cache;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for one test, gone afterwards.
class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = (fs::temp_directory_path() / "tandem-cache-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;
  ~temporary_folder() { fs::remove_all(path_); }
  std::string const& path() const noexcept { return path_; }

 private:
  std::string path_;
};

std::string read_whole(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write_whole(std::string const& path, std::string const& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

std::vector<fs::path> files_in(std::string const& folder) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (auto const& entry : fs::recursive_directory_iterator{folder})
      if (entry.is_regular_file())
        files.push_back(entry.path());
  return files;
}

/// Runs this program's hidden case `[.child]` `count` times at once with the cache in `folder`; how many
/// failed.
int run_children(int count, std::string const& folder, char const* filter) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::setenv("TANDEM_CACHE_DIR", folder.c_str(), 1);
      ::freopen("/dev/null", "w", stdout);
      ::execl("/proc/self/exe", "child", filter, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    children.push_back(child);
  }
  int failures = 0;
  for (auto const child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    failures += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  }
  return failures;
}

constexpr char const* store = R"(#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 1) in;
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Number { uint at; };
layout(push_constant) uniform Push { uvec2 to; uint value; };
void main() { Number(to).at = value; }
)";

struct push {
  std::uint64_t to;
  std::uint32_t value;
  std::uint32_t padding = 0;
};

/// One small call that needs one kernel; true if it gave the right number.
bool call(gpu::detail::engine& engine) {
  std::uint32_t result = 0;
  auto work = engine.record();
  work.dispatch(engine.pipeline_for(store), push{work.output(&result, sizeof result), 42}, 1);
  work.run();
  return result == 42;
}

} // namespace

TEST_CASE("child: a call", "[.child][.call]") {
  tandem_test::gpu_session const session;
  if (session)
    CHECK(call(session.engine()));
}

TEST_CASE("child: a call that finds everything on disk", "[.child][.warm]") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  CHECK(call(session.engine()));
  CHECK(gpu::glslang_runs() == 0);
  CHECK(session.device().statistics().kernels_compiled == 0);
  CHECK(session.device().statistics().kernel_disk_hits == 1);
  CHECK(session.device().statistics().bad_cache_entries == 0);
}

TEST_CASE("child: preparing with nothing on disk", "[.child][.prepared]") {
  gpu::detail::prepare_to_compile();
  while (gpu::glslang_runs() == 0) // the test's own limit ends this where it never happens
    std::this_thread::yield();
}

TEST_CASE("child: preparing with kernels on disk", "[.child][.unprepared]") {
  gpu::detail::prepare_to_compile();
  gpu::detail::prepare_to_compile();
  std::this_thread::sleep_for(std::chrono::milliseconds(50)); // a run would have begun
  CHECK(gpu::glslang_runs() == 0);
}

TEST_CASE("child: a call with damaged files", "[.child][.damaged]") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  CHECK(call(session.engine()));
  CHECK(session.device().statistics().kernels_compiled == 1);
  CHECK(session.device().statistics().bad_cache_entries >= 1);
}

TEST_CASE("an entry is found by its key alone") {
  temporary_folder const folder;
  disk_cache const cache{folder.path() + "/made/when/needed"};
  std::string value = "untouched";
  CHECK(cache.empty());
  CHECK(cache.read("key", value) == cache_result::absent);
  CHECK(value == "untouched");
  REQUIRE(cache.write("key", "one"));
  REQUIRE(cache.write("other", std::string(100000, 'x')));
  REQUIRE(cache.write("empty", ""));
  REQUIRE(cache.write("key", "two"));
  CHECK_FALSE(cache.empty());
  CHECK(cache.read("key", value) == cache_result::hit);
  CHECK(value == "two");
  CHECK(cache.read("empty", value) == cache_result::hit);
  CHECK(value.empty());
  CHECK(files_in(folder.path()).size() == 3); // nothing temporary is left
}

TEST_CASE("any damage is noticed") {
  temporary_folder const folder;
  disk_cache const cache{folder.path()};
  REQUIRE(cache.write("a key", "a value of some length"));
  auto const path = cache.path_of("a key");
  auto const whole = read_whole(path);
  std::string value;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_whole(path, whole.substr(0, length));
    REQUIRE(cache.read("a key", value) == cache_result::damaged);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_whole(path, damaged);
    REQUIRE(cache.read("a key", value) == cache_result::damaged);
  }
  write_whole(path, whole + "more");
  CHECK(cache.read("a key", value) == cache_result::damaged);
  CHECK(value.empty());
  REQUIRE(cache.write("a key", "new")); // and is mended by the next writer
  CHECK(cache.read("a key", value) == cache_result::hit);
}

TEST_CASE("an entry under another key's name is not that key's") {
  temporary_folder const folder;
  disk_cache const cache{folder.path()};
  REQUIRE(cache.write("first", "1"));
  fs::copy_file(cache.path_of("first"), cache.path_of("second"));
  std::string value;
  CHECK(cache.read("second", value) == cache_result::absent);
}

TEST_CASE("a folder that cannot be written keeps nothing and harms nothing") {
  temporary_folder const folder;
  write_whole(folder.path() + "/file", "in the way");
  disk_cache const cache{folder.path() + "/file/below"};
  std::string value;
  CHECK_FALSE(cache.write("key", "value"));
  CHECK(cache.read("key", value) == cache_result::absent);
  CHECK(disk_cache{""}.read("key", value) == cache_result::absent);
  CHECK_FALSE(disk_cache{""}.write("key", "value"));
}

TEST_CASE("a second process needs no glslang") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  temporary_folder const folder;
  CHECK(run_children(1, folder.path(), "[.prepared]") == 0);
  CHECK(run_children(1, folder.path(), "[.call]") == 0);
  CHECK(run_children(1, folder.path(), "[.warm]") == 0);
  CHECK(run_children(3, folder.path(), "[.warm]") == 0);
  CHECK(run_children(1, folder.path(), "[.unprepared]") == 0);
}

TEST_CASE("damaged files of a device cost a compilation, never a result") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  temporary_folder const folder;
  REQUIRE(run_children(1, folder.path(), "[.call]") == 0);
  auto const files = files_in(folder.path());
  REQUIRE(files.size() >= 3); // a kernel, the device's pipelines, its arithmetic
  auto const damage = GENERATE(0, 1, 2);
  for (auto const& file : files) {
    auto bytes = read_whole(file.string());
    if (damage == 0)
      bytes.resize(bytes.size() / 2);
    else if (damage == 1)
      bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
    else
      bytes.clear();
    write_whole(file.string(), bytes);
  }
  CHECK(run_children(1, folder.path(), "[.damaged]") == 0);
  CHECK(run_children(1, folder.path(), "[.warm]") == 0); // mended
}

TEST_CASE("sixteen processes at once on an empty cache") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  temporary_folder const folder;
  CHECK(run_children(16, folder.path(), "[.call]") == 0);
  CHECK(run_children(1, folder.path(), "[.warm]") == 0);
  for (auto const& file : files_in(folder.path()))
    CHECK(file.extension() == ".entry");
}

TEST_CASE("one process makes a kernel once") {
  tandem_test::gpu_session const session{gpu::detail::device_mask{}};
  if (!session)
    return;
  auto const before = session.device().statistics();
  auto const first = session.engine().request_pipeline(store);
  auto const second = session.engine().request_pipeline(store);
  CHECK(first.get() == second.get());
  CHECK(&session.engine().pipeline_for(store) == first.get());
  CHECK(session.engine().find_pipeline(store) == first.get());
  CHECK(session.engine().find_pipeline("#version 460\nvoid main() {}") == nullptr);
  auto const after = session.device().statistics();
  CHECK(after.pipelines_created == before.pipelines_created + 1);
  CHECK(call(session.engine()));
}

TEST_CASE("kernels are dumped where the setting says") {
  tandem_test::gpu_session const session{gpu::detail::device_mask{}};
  if (!session)
    return;
  temporary_folder const folder;
  ::setenv("TANDEM_DUMP_KERNELS", folder.path().c_str(), 1);
  session.engine().pipeline_for(store);
  write_whole(folder.path() + "/file", "in the way");
  ::setenv("TANDEM_DUMP_KERNELS", (folder.path() + "/file").c_str(), 1);
  CHECK_THROWS_AS(session.engine().pipeline_for(std::string{store} + "// again\n"), std::invalid_argument);
  ::unsetenv("TANDEM_DUMP_KERNELS");
  auto const files = files_in(folder.path());
  REQUIRE(files.size() == 3);
  for (auto const& file : files)
    if (file.extension() == ".comp")
      CHECK(read_whole(file.string()) == store);
    else if (file.extension() == ".spv")
      CHECK(fs::file_size(file) % 4 == 0);
}
