#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <profile_store.hpp>
#include <tandem/version.hpp>

#include <fstream>
#include <iterator>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tandem;
using tandem::detail::profile_store;

namespace {

/// A folder of its own, gone at the end.
class scratch_folder {
 public:
  scratch_folder()
      : path_(std::filesystem::temp_directory_path() / ("tandem-test-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file() const { return path_ / "deeper" / "profile.json"; }

 private:
  std::filesystem::path path_;
};

profile some(double fork_us, std::string const& uuid) {
  profile measured;
  measured.cpu = {.name = "a CPU",
                  .threads = 3,
                  .fork_us = fork_us,
                  .bandwidth = {{1e4, 40, 80}, {1e8, 10, 20}},
                  .origin = source::measured};
  device_profile device{.name = "a GPU",
                        .uuid = uuid,
                        .driver = "driver 1",
                        .upload = {{1e3, 2}, {1e6, 90}},
                        .download = {{1e3, 3}}};
  device.origin = source::measured;
  measured.devices = {device};
  measured.cpu.factors[static_cast<std::size_t>(algorithm::scan)] = 1.5f;
  return measured;
}

std::string key_of(std::string const& uuid, std::string const& driver) {
  device_profile device;
  device.uuid = uuid;
  device.driver = driver;
  return detail::device_key(device);
}

void write(std::filesystem::path const& file, std::string const& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

} // namespace

TEST_CASE("A stored profile comes back", "[profile]") {
  scratch_folder folder;
  profile_store store{folder.file()};
  REQUIRE_FALSE(store.cpu("key").has_value());
  store.save("key", some(7, "uuid"));
  auto const cpu = profile_store{folder.file()}.cpu("key");
  REQUIRE(cpu.has_value());
  REQUIRE(cpu->fork_us == 7);
  REQUIRE(cpu->bandwidth.size() == 2);
  REQUIRE(cpu->bandwidth[1].gb_per_s_parallel == 20);
  REQUIRE(cpu->origin == source::stored);
  REQUIRE(cpu->factors[static_cast<std::size_t>(algorithm::scan)] == 1.5f);
  REQUIRE(cpu->factors[static_cast<std::size_t>(algorithm::map)] == 1);
  auto const device = profile_store{folder.file()}.device(key_of("uuid", "driver 1"));
  REQUIRE(device.has_value());
  REQUIRE(device->upload.size() == 2);
  REQUIRE(device->download.at(0).microseconds == 3);
  REQUIRE_FALSE(profile_store{folder.file()}.cpu("another CPU").has_value());
  REQUIRE_FALSE(profile_store{folder.file()}.device(key_of("uuid", "driver 2")).has_value());
}

TEST_CASE("Writers merge and lose nothing of one another", "[profile]") {
  scratch_folder folder;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i)
    writers.emplace_back([&folder, i] {
      profile_store store{folder.file()};
      for (int round = 0; round < 10; ++round)
        store.save("cpu " + std::to_string(i), some(i + 1, "uuid " + std::to_string(i)));
    });
  for (auto& writer : writers)
    writer.join();
  profile_store store{folder.file()};
  for (int i = 0; i < 8; ++i) {
    REQUIRE(store.cpu("cpu " + std::to_string(i))->fork_us == i + 1);
    REQUIRE(store.device(key_of("uuid " + std::to_string(i), "driver 1")).has_value());
  }
  REQUIRE(store.warning().empty());
}

TEST_CASE("A damaged profile is ignored with one warning that names it, and replaced", "[profile]") {
  scratch_folder folder;
  auto const damage =
      GENERATE(as<std::string>{}, "", "{", "[]", "{\"model\": 1}", "{\"model\":1,\"cpus\":[],\"devices\":{}}",
               "\xff\xfe garbage", "{\"model\":2,\"cpus\":{\"key\":{\"name\":3}},\"devices\":{}}");
  CAPTURE(damage);
  write(folder.file(), damage);
  profile_store store{folder.file()};
  REQUIRE_FALSE(store.cpu("key").has_value());
  REQUIRE(store.warning().find(folder.file().string()) != std::string::npos);
  store.save("key", some(5, "uuid"));
  REQUIRE(profile_store{folder.file()}.cpu("key")->fork_us == 5);
}

TEST_CASE("Numbers that nothing can measure make an entry damaged, not the others", "[profile]") {
  scratch_folder folder;
  profile_store{folder.file()}.save("key", some(7, "uuid"));
  profile_store{folder.file()}.save("other", some(8, "uuid"));
  auto text = [&] {
    std::ifstream in(folder.file());
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  auto const at = text.find("\"fork_us\": 7.0");
  REQUIRE(at != std::string::npos);
  auto const bad = GENERATE(as<std::string>{}, "\"fork_us\": -7.0", "\"fork_us\": 0.0", "\"fork_us\": 1e999",
                            "\"fork_us\": null");
  CAPTURE(bad);
  write(folder.file(), text.replace(at, 14, bad));
  profile_store store{folder.file()};
  REQUIRE_FALSE(store.cpu("key").has_value());
  REQUIRE(store.warning().find("damaged") != std::string::npos);
  if (bad != "\"fork_us\": 1e999") // which is no JSON at all
    REQUIRE(profile_store{folder.file()}.cpu("other")->fork_us == 8);
}

TEST_CASE("Sixteen processes that store at once tear nothing and lose nothing", "[profile]") {
  scratch_folder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int status = 0;
      try {
        profile_store store{folder.file()};
        store.save("cpu " + std::to_string(i), some(i + 1, "uuid " + std::to_string(i)));
        status = store.warning().empty() && store.cpu("cpu " + std::to_string(i)).has_value() ? 0 : 1;
      } catch (...) {
        status = 2;
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  for (auto const child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
  }
  profile_store store{folder.file()};
  for (int i = 0; i < 16; ++i)
    REQUIRE(store.cpu("cpu " + std::to_string(i))->fork_us == i + 1);
  REQUIRE(store.warning().empty());
}

TEST_CASE("Another thread count, driver or confinement is another profile", "[profile]") {
  REQUIRE(detail::cpu_key(2) != detail::cpu_key(3));
  REQUIRE(key_of("a", "1") != key_of("a", "2"));
  REQUIRE(key_of("a", "1") != key_of("b", "1"));
  REQUIRE(detail::cpu_key(2).find(version()) != std::string::npos);
  cpu_set_t before;
  REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  if (CPU_COUNT(&before) < 2)
    TANDEM_SKIP("this process may use one CPU only");
  auto const free = detail::cpu_key(1);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
    if (CPU_ISSET(i, &before))
      CPU_SET(i, &one);
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  auto const confined = detail::cpu_key(1);
  REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
  REQUIRE(confined != free);
  REQUIRE(confined.find("on CPUs") != std::string::npos);
}

TEST_CASE("A profile of another model version is not read", "[profile]") {
  scratch_folder folder;
  write(folder.file(), "{\"model\": 999, \"cpus\": {\"key\": {}}, \"devices\": {}}");
  profile_store store{folder.file()};
  REQUIRE_FALSE(store.cpu("key").has_value());
  REQUIRE(store.warning().empty());
}

TEST_CASE("A profile that cannot be written names the file", "[profile]") {
  profile_store store{"/proc/no/such/profile.json"};
  REQUIRE_THROWS_WITH(store.save("key", some(1, "u")), Catch::Contains("/proc/no"));
}
