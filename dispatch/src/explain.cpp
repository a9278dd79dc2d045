#include <tandem/decision.hpp>

#include <cmath>
#include <cstdio>

namespace tandem {
namespace {

template <class... Values>
std::string formatted(char const* format, Values... values) {
  char text[256];
  auto const length = std::snprintf(text, sizeof text, format, values...);
  return std::string(text, static_cast<std::size_t>(length < 0 ? 0 : length));
}

std::string duration(double microseconds) {
  if (microseconds < 1)
    return formatted("%.0f ns", microseconds * 1e3);
  if (microseconds < 1e3)
    return formatted("%.1f µs", microseconds);
  if (microseconds < 1e6)
    return formatted("%.2f ms", microseconds / 1e3);
  return formatted("%.2f s", microseconds / 1e6);
}

std::string grouped(std::size_t value) {
  auto digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

char const* name_of(source origin) {
  switch (origin) {
  case source::measured:
    return "measured in this process";
  case source::stored:
    return "from the stored profile";
  case source::assumed:
    break;
  }
  return "assumed, not calibrated yet";
}

std::string device_name(candidate const& way, profile const& known) {
  if (way.where == backend::serial || way.where == backend::parallel)
    return way.where == backend::serial ? "CPU, one thread" : "CPU, all threads";
  auto const index = static_cast<std::size_t>(way.device);
  auto const name = index < known.devices.size() ? known.devices[index].name : "GPU";
  return way.where == backend::both ? "CPU and " + name : name;
}

/// How a split call is divided.
std::string shares(candidate const& way, std::size_t n) {
  auto const part = n == 0 ? 0.0 : 100.0 * static_cast<double>(way.device_elements) / static_cast<double>(n);
  return formatted("   split: the device takes the first %s elements (%.0f %%, ",
                   grouped(way.device_elements).c_str(), part) +
         duration(static_cast<double>(way.device_part_us)) + "), the CPU the rest (" +
         duration(static_cast<double>(way.cpu_part_us)) + ")\n";
}

std::string row(candidate const& way, bool chosen, profile const& known) {
  auto text = formatted("%s %-28.28s ", chosen ? "->" : "  ", device_name(way, known).c_str());
  if (!way.possible)
    return text + "not possible: " + in_words(way.why) + "\n";
  text += formatted("%10s = ", duration(way.total_us).c_str());
  bool first = true;
  for (std::size_t i = 0; i < term_count; ++i) {
    auto const us = static_cast<double>(way.microseconds[i]);
    if (us == 0)
      continue;
    text += (us < 0  ? " - "
             : first ? ""
                     : " + ") +
            std::string(name_of(static_cast<term>(i))) + " " + duration(std::abs(us));
    first = false;
  }
  return text + "  (" + name_of(way.origin) + ")\n";
}

} // namespace

char const* name_of(backend where) noexcept {
  constexpr char const* names[] = {"serial", "parallel", "gpu", "both"};
  return names[static_cast<std::size_t>(where)];
}

char const* name_of(algorithm kind) noexcept {
  constexpr char const* names[] = {"map",        "generate",   "for_each",        "reduce",
                                   "map_reduce", "scan",       "filter",          "find",
                                   "histogram",  "radix_sort", "comparison_sort", "by_key"};
  return names[static_cast<std::size_t>(kind)];
}

char const* name_of(term part) noexcept {
  constexpr char const* names[] = {"fork",   "memory",   "work",    "queue",      "submit", "upload",
                                   "kernel", "download", "compile", "correction", "merge"};
  return names[static_cast<std::size_t>(part)];
}

char const* in_words(reason why) noexcept {
  switch (why) {
  case reason::fastest:
    return "it is predicted to finish first";
  case reason::too_small:
    return "the call is too small for anything but a plain loop";
  case reason::forced:
    return "the policy or a setting asked for it";
  case reason::cpu_lambda:
    return "the lambda's parameters have concrete types, so only the CPU can run it; write 'auto' parameters "
           "to admit a GPU";
  case reason::host_element_type:
    return "the element type cannot live on a GPU";
  case reason::missing_feature:
    return "the device lacks arithmetic on the element type";
  case reason::no_gpu_algorithm:
    return "the algorithm has no GPU implementation";
  case reason::no_device:
    return "there is no GPU that may be used without being asked for";
  case reason::device_unknown:
    return "devices are still being looked for in the background";
  case reason::kernel_compiling:
    return "its kernel is being compiled in the background";
  case reason::device_failed:
    return "the device failed lately and is left alone for a while";
  case reason::within_hysteresis:
    return "a GPU would win by too little to switch";
  case reason::probe:
    return "it may be faster than predicted, so it is tried once";
  case reason::unsupported_kernel:
    return "the device cannot run this kernel";
  case reason::indivisible:
    return "the call cannot be split between the CPU and a GPU";
  case reason::no_gain:
    return "using the CPU and a GPU at once would gain less than 15 %";
  case reason::slower:
    break;
  }
  return "another backend is predicted to finish earlier";
}

std::string explain(decision const& made, profile const& known) {
  auto text = std::string(name_of(made.asked.kind)) + " of " + grouped(made.asked.n) +
              " elements: " + device_name(made.chosen, known) + ", because " + in_words(made.why) + "\n";
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    text += row(way, way.where == made.chosen.where && way.device == made.chosen.device, known);
  }
  if (made.chosen.where == backend::both)
    text += shares(made.chosen, made.asked.n);
  if (made.margin > 1)
    text += formatted("   margin: the next best takes %.2f times as long\n", made.margin);
  text += made.crossover_n != 0
              ? "   crossover here: a GPU wins from about n = " + grouped(made.crossover_n) + "\n"
              : std::string("   crossover here: none, the CPU wins at every size\n");
  return text;
}

} // namespace tandem
