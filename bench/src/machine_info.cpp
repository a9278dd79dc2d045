#include "machine_info.hpp"

#include <tandem/version.hpp>

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>

namespace tandem_bench {
namespace {

// The value of the first line "key : value" of a /proc file.
std::string proc_value(char const* file, std::string const& key) {
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    if (text.rfind(key, 0) == 0) {
      std::size_t const value = text.find_first_not_of(" \t", text.find(':') + 1);
      return value == std::string::npos ? "unknown" : text.substr(value);
    }
  }
  return "unknown";
}

std::string physical_memory() {
  long const pages = sysconf(_SC_PHYS_PAGES);
  long const page_bytes = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) {
    return "unknown";
  }
  double const gib =
      static_cast<double>(pages) * static_cast<double>(page_bytes) / (1024.0 * 1024.0 * 1024.0);
  return std::to_string(static_cast<long>(gib + 0.5)) + " GiB";
}

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

std::string compiler_name() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "g++ " __VERSION__;
#else
  return "unknown";
#endif
}

std::string today() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::size_t const length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return {text.data(), length};
}

} // namespace

machine this_machine(unsigned threads) {
  machine here;
  here.cpu = proc_value("/proc/cpuinfo", "model name");
  here.threads = threads;
  here.memory = physical_memory();
  here.system = system_name();
  here.compiler = compiler_name();
  here.version = tandem::version();
#if defined(TANDEM_BENCH_COMMIT)
  here.version += " (" TANDEM_BENCH_COMMIT ")";
#endif
  here.date = today();
  return here;
}

} // namespace tandem_bench
