#include <tandem/cpu/isa.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tandem::cpu {
namespace {

isa detect() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  auto const has_v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  auto const has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  auto const has_v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  if (has_v2 && has_v3 && has_v4)
    return isa::v4;
  if (has_v2 && has_v3)
    return isa::v3;
  if (has_v2)
    return isa::v2;
#endif
  return isa::baseline;
}

isa lowered_by_environment(isa best) {
  char const* const setting = std::getenv("TANDEM_ISA");
  if (setting == nullptr || *setting == '\0')
    return best;
  for (auto level : {isa::baseline, isa::v2, isa::v3, isa::v4})
    if (std::string_view{setting} == name_of(level))
      return level < best ? level : best;
  throw std::invalid_argument("TANDEM_ISA is '" + std::string{setting} +
                              "'; valid values: baseline, v2, v3, v4");
}

} // namespace

isa active_isa() {
  static isa const level = lowered_by_environment(detect());
  return level;
}

char const* name_of(isa level) noexcept {
  switch (level) {
  case isa::v2:
    return "v2";
  case isa::v3:
    return "v3";
  case isa::v4:
    return "v4";
  case isa::baseline:
    break;
  }
  return "baseline";
}

} // namespace tandem::cpu
