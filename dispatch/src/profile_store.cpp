#include "profile_store.hpp"

#include <tandem/error.hpp>
#include <tandem/version.hpp>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <initializer_list>
#include <sched.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace tandem::detail {
namespace {

using nlohmann::json;

[[noreturn]] void fail(std::string const& what, std::filesystem::path const& file) {
  throw error("profile: cannot " + what + " '" + file.string() + "': " + std::strerror(errno));
}

/// A file descriptor that closes itself; flock is released with it.
class descriptor {
 public:
  descriptor(std::filesystem::path const& file, int flags)
      : fd_(::open(file.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0)
      fail("open", file);
  }
  ~descriptor() { ::close(fd_); }
  descriptor(descriptor const&) = delete;
  descriptor& operator=(descriptor const&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

template <class Sample, class Read>
std::vector<Sample> samples_from(json const& list, Read read) {
  std::vector<Sample> samples;
  for (auto const& entry : list)
    samples.push_back(read(entry));
  return samples;
}

json to_json(std::vector<transfer_sample> const& samples) {
  auto list = json::array();
  for (auto const& sample : samples)
    list.push_back({{"bytes", sample.bytes}, {"us", sample.microseconds}});
  return list;
}

std::vector<transfer_sample> transfers_from(json const& list) {
  return samples_from<transfer_sample>(list, [](json const& entry) {
    return transfer_sample{entry.at("bytes").get<double>(), entry.at("us").get<double>()};
  });
}

/// By name, so that a later version may have more classes.
json to_json(class_factors const& factors) {
  auto named = json::object();
  for (std::size_t i = 0; i < algorithm_count; ++i)
    named[name_of(static_cast<algorithm>(i))] = factors[i];
  return named;
}

class_factors factors_from(json const& named) {
  auto factors = as_modelled;
  for (std::size_t i = 0; i < algorithm_count; ++i)
    factors[i] = named.value(name_of(static_cast<algorithm>(i)), 1.0f);
  return factors;
}

/// Numbers that no measurement gives would make nonsense of every prediction.
void require_positive(std::initializer_list<double> values) {
  for (auto const value : values)
    if (!std::isfinite(value) || value <= 0)
      throw std::out_of_range("a number that must be positive is " + std::to_string(value));
}

void require_sound(class_factors const& factors) {
  for (auto const factor : factors)
    require_positive({static_cast<double>(factor)});
}

template <class Sample>
void require_ascending(std::vector<Sample> const& samples) {
  for (std::size_t i = 1; i < samples.size(); ++i)
    if (!(samples[i - 1].bytes < samples[i].bytes))
      throw std::out_of_range("the sizes of a curve do not grow");
}

void require_sound(std::vector<transfer_sample> const& samples) {
  for (auto const& sample : samples)
    require_positive({sample.bytes, sample.microseconds});
  require_ascending(samples);
}

void require_sound(cpu_profile const& cpu) {
  require_positive(
      {cpu.fork_us, cpu.ns_per_operation, cpu.parallel_efficiency, static_cast<double>(cpu.threads)});
  for (auto const& sample : cpu.bandwidth)
    require_positive({sample.bytes, sample.gb_per_s_serial, sample.gb_per_s_parallel});
  require_ascending(cpu.bandwidth);
  require_sound(cpu.factors);
}

void require_sound(device_profile const& device) {
  require_positive(
      {device.submit_us, device.gb_per_s, device.ns_per_operation, device.full_occupancy_n, device.compile_us,
       device.minimum_kernel_us + 1}); // a shortest kernel may cost nothing beyond its submission
  require_sound(device.upload);
  require_sound(device.download);
  require_sound(device.factors);
}

json to_json(cpu_profile const& cpu) {
  auto bandwidth = json::array();
  for (auto const& sample : cpu.bandwidth)
    bandwidth.push_back({{"bytes", sample.bytes},
                         {"serial", sample.gb_per_s_serial},
                         {"parallel", sample.gb_per_s_parallel}});
  return {{"name", cpu.name},
          {"threads", cpu.threads},
          {"fork_us", cpu.fork_us},
          {"ns_per_operation", cpu.ns_per_operation},
          {"parallel_efficiency", cpu.parallel_efficiency},
          {"gb_per_s", bandwidth},
          {"factors", to_json(cpu.factors)}};
}

cpu_profile cpu_from(json const& entry) {
  cpu_profile cpu;
  cpu.name = entry.at("name").get<std::string>();
  cpu.threads = entry.at("threads").get<unsigned>();
  cpu.fork_us = entry.at("fork_us").get<double>();
  cpu.ns_per_operation = entry.at("ns_per_operation").get<double>();
  cpu.parallel_efficiency = entry.at("parallel_efficiency").get<double>();
  cpu.bandwidth = samples_from<bandwidth_sample>(entry.at("gb_per_s"), [](json const& sample) {
    return bandwidth_sample{sample.at("bytes").get<double>(), sample.at("serial").get<double>(),
                            sample.at("parallel").get<double>()};
  });
  cpu.factors = factors_from(entry.at("factors"));
  cpu.origin = source::stored;
  require_sound(cpu);
  return cpu;
}

json to_json(device_profile const& device) {
  return {{"name", device.name},
          {"uuid", device.uuid},
          {"driver", device.driver},
          {"submit_us", device.submit_us},
          {"minimum_kernel_us", device.minimum_kernel_us},
          {"gb_per_s", device.gb_per_s},
          {"ns_per_operation", device.ns_per_operation},
          {"full_occupancy_n", device.full_occupancy_n},
          {"compile_us", device.compile_us},
          {"upload", to_json(device.upload)},
          {"download", to_json(device.download)},
          {"factors", to_json(device.factors)}};
}

device_profile device_from(json const& entry) {
  device_profile device;
  device.name = entry.at("name").get<std::string>();
  device.uuid = entry.at("uuid").get<std::string>();
  device.driver = entry.at("driver").get<std::string>();
  device.submit_us = entry.at("submit_us").get<double>();
  device.minimum_kernel_us = entry.at("minimum_kernel_us").get<double>();
  device.gb_per_s = entry.at("gb_per_s").get<double>();
  device.ns_per_operation = entry.at("ns_per_operation").get<double>();
  device.full_occupancy_n = entry.at("full_occupancy_n").get<double>();
  device.compile_us = entry.at("compile_us").get<double>();
  device.upload = transfers_from(entry.at("upload"));
  device.download = transfers_from(entry.at("download"));
  device.factors = factors_from(entry.at("factors"));
  device.origin = source::stored;
  require_sound(device);
  return device;
}

json read(std::filesystem::path const& file, std::string& warning) {
  auto const empty =
      json{{"model", profile_model_version}, {"cpus", json::object()}, {"devices", json::object()}};
  std::ifstream in(file);
  if (!in)
    return empty;
  auto const stored = json::parse(in, nullptr, false);
  if (!stored.is_object() || !stored.contains("model") || !stored.contains("cpus") ||
      !stored.contains("devices") || !stored["cpus"].is_object() || !stored["devices"].is_object()) {
    warning = "profile '" + file.string() + "' is damaged and is ignored; the next calibration replaces it";
    return empty;
  }
  return stored["model"] == profile_model_version ? stored : empty;
}

template <class Profile, class Convert>
std::optional<Profile> find(std::filesystem::path const& file, char const* group, std::string const& key,
                            std::string& warning, Convert convert) {
  auto const stored = read(file, warning);
  auto const found = stored[group].find(key);
  if (found == stored[group].end())
    return std::nullopt;
  try {
    return convert(*found);
  } catch (std::exception const& damage) { // of JSON or of a number's range
    warning =
        "profile '" + file.string() + "', entry '" + key + "', is damaged and is ignored: " + damage.what();
    return std::nullopt;
  }
}

void write_all(descriptor const& out, std::string const& text, std::filesystem::path const& file) {
  std::size_t done = 0;
  while (done < text.size()) {
    auto const step = ::write(out.get(), text.data() + done, text.size() - done);
    if (step < 0 && errno == EINTR)
      continue;
    if (step < 0)
      fail("write", file);
    done += static_cast<std::size_t>(step);
  }
  if (::fsync(out.get()) != 0)
    fail("flush", file);
}

void replace(std::filesystem::path const& file, std::string const& text) {
  auto temporary = file;
  temporary += "." + std::to_string(::getpid()) + ".tmp";
  try {
    write_all(descriptor{temporary, O_WRONLY | O_CREAT | O_TRUNC}, text, temporary);
    std::filesystem::rename(temporary, file);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

} // namespace

std::string cpu_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name"))
      return line.substr(line.find(':') + 2);
  return "unknown CPU";
}

namespace {

/// Which processors this process was confined to, as "0-3,8", or empty where it may run on all.
std::string confined_to() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0 ||
      CPU_COUNT(&allowed) >= ::sysconf(_SC_NPROCESSORS_ONLN))
    return {};
  std::string list;
  for (int first = 0; first < CPU_SETSIZE; ++first) {
    if (!CPU_ISSET(first, &allowed))
      continue;
    auto last = first;
    while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &allowed))
      ++last;
    list +=
        (list.empty() ? "" : ",") + std::to_string(first) + (last > first ? "-" + std::to_string(last) : "");
    first = last;
  }
  return list;
}

std::string of_this_version() {
  return std::string{", tandem "} + version();
}

} // namespace

std::string cpu_key(unsigned threads) {
  auto const confined = confined_to();
  return cpu_name() + ", " + std::to_string(threads) + " threads" +
         (confined.empty() ? "" : " on CPUs " + confined) + of_this_version();
}

std::string device_key(device_profile const& device) {
  return device.uuid + ", " + device.driver + of_this_version();
}

std::optional<cpu_profile> profile_store::cpu(std::string const& key) {
  std::string warning;
  auto found = find<cpu_profile>(file_, "cpus", key, warning, cpu_from);
  warn(warning);
  return found;
}

std::optional<device_profile> profile_store::device(std::string const& key) {
  std::string warning;
  auto found = find<device_profile>(file_, "devices", key, warning, device_from);
  warn(warning);
  return found;
}

void profile_store::save(std::string const& cpu_key, profile const& measured) {
  std::error_code made;
  std::filesystem::create_directories(file_.parent_path(), made);
  if (made)
    throw error("profile: cannot make folder '" + file_.parent_path().string() + "': " + made.message());
  auto lock_file = file_;
  lock_file += ".lock";
  descriptor const lock{lock_file, O_RDWR | O_CREAT};
  while (::flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR)
      fail("lock", lock_file);
  std::string warning;
  auto merged = read(file_, warning);
  warn(warning);
  merged["model"] = profile_model_version;
  merged["written_by"] = std::string{"tandem "} + version();
  merged["cpus"][cpu_key] = to_json(measured.cpu);
  for (auto const& device : measured.devices)
    if (device.origin != source::assumed)
      merged["devices"][device_key(device)] = to_json(device);
  replace(file_, merged.dump(2) + "\n");
}

} // namespace tandem::detail
