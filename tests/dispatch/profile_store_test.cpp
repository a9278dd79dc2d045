#include <catch2/catch.hpp>

#include <profile_store.hpp>

#include <fstream>
#include <thread>
#include <unistd.h>

using namespace tandem;
using tandem::detail::profile_store;

namespace {

/// A folder of its own, gone at the end.
class scratch_folder {
 public:
  scratch_folder() : path_(std::filesystem::temp_directory_path() / ("tandem-test-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path file() const { return path_ / "deeper" / "profile.json"; }

 private:
  std::filesystem::path path_;
};

profile some(double fork_us, std::string const& uuid) {
  profile measured;
  measured.cpu = {.name = "a CPU", .threads = 3, .fork_us = fork_us, .bandwidth = {{1e4, 40, 80}, {1e8, 10, 20}}, .origin = source::measured};
  device_profile device{.name = "a GPU", .uuid = uuid, .driver = "driver 1", .upload = {{1e3, 2}, {1e6, 90}}, .download = {{1e3, 3}}};
  device.origin = source::measured;
  measured.devices = {device};
  return measured;
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
  auto const device = profile_store{folder.file()}.device("uuid, driver 1");
  REQUIRE(device.has_value());
  REQUIRE(device->upload.size() == 2);
  REQUIRE(device->download.at(0).microseconds == 3);
  REQUIRE_FALSE(profile_store{folder.file()}.cpu("another CPU").has_value());
  REQUIRE_FALSE(profile_store{folder.file()}.device("uuid, driver 2").has_value());
}

TEST_CASE("Writers merge and lose nothing of one another", "[profile]") {
  scratch_folder folder;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i)
    writers.emplace_back([&folder, i] {
      profile_store store{folder.file()};
      for (int round = 0; round < 10; ++round)
        store.save("cpu " + std::to_string(i), some(i, "uuid " + std::to_string(i)));
    });
  for (auto& writer : writers)
    writer.join();
  profile_store store{folder.file()};
  for (int i = 0; i < 8; ++i) {
    REQUIRE(store.cpu("cpu " + std::to_string(i))->fork_us == i);
    REQUIRE(store.device("uuid " + std::to_string(i) + ", driver 1").has_value());
  }
  REQUIRE(store.warning().empty());
}

TEST_CASE("A damaged profile is ignored with one warning that names it, and replaced", "[profile]") {
  scratch_folder folder;
  auto const damage = GENERATE(as<std::string>{}, "", "{", "[]", "{\"model\": 1}", "{\"model\":1,\"cpus\":[],\"devices\":{}}",
                               "\xff\xfe garbage", "{\"model\":1,\"cpus\":{\"key\":{\"name\":3}},\"devices\":{}}");
  CAPTURE(damage);
  write(folder.file(), damage);
  profile_store store{folder.file()};
  REQUIRE_FALSE(store.cpu("key").has_value());
  REQUIRE(store.warning().find(folder.file().string()) != std::string::npos);
  store.save("key", some(5, "uuid"));
  REQUIRE(profile_store{folder.file()}.cpu("key")->fork_us == 5);
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
