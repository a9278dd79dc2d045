#include "explain.hpp"

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

char const* in_words(source origin) {
  switch (origin) {
  case source::measured:
    return "measured in this process";
  case source::stored:
    return "measured earlier, from the stored profile";
  case source::assumed:
    break;
  }
  return "assumed, not calibrated yet";
}

/// What a term is, to somebody who has not read the model.
char const* in_words(term part) {
  constexpr char const* words[] = {"fork (starting the threads)",
                                   "memory (waiting for it)",
                                   "work",
                                   "queue (work submitted earlier)",
                                   "submit",
                                   "upload",
                                   "kernel",
                                   "download",
                                   "compile",
                                   "correction (learned from earlier calls)",
                                   "merge (joining the parts)"};
  return words[static_cast<std::size_t>(part)];
}

std::string device_name(candidate const& way, profile const& known) {
  auto const index = static_cast<std::size_t>(way.device);
  auto const device =
      way.device >= 0 && index < known.devices.size() ? known.devices[index].name : std::string{"GPU"};
  switch (way.where) {
  case backend::serial:
    return "CPU, one thread";
  case backend::parallel:
    return "CPU, all threads";
  case backend::both:
    return "CPU and " + device;
  case backend::gpu:
    break;
  }
  return device;
}

bool is_chosen(candidate const& way, decision const& made) {
  return way.where == made.chosen.where && way.device == made.chosen.device;
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
  if (!way.possible && chosen)
    return text + "  asked for; its time was not predicted\n";
  if (!way.possible) {
    auto const compile_us = static_cast<double>(way.microseconds[static_cast<std::size_t>(term::compile)]);
    auto const takes = way.why == reason::kernel_compiling && compile_us > 0
                           ? ", which takes about " + duration(compile_us)
                           : std::string{};
    return text + "  not possible: " + in_words(way.why) + takes + "\n";
  }
  text += formatted("%10s = ", duration(way.total_us).c_str());
  bool first = true;
  for (std::size_t i = 0; i < term_count; ++i) {
    auto const us = static_cast<double>(way.microseconds[i]);
    if (us == 0)
      continue;
    text += (us < 0  ? " - "
             : first ? ""
                     : " + ") +
            duration(std::abs(us)) + " " + in_words(static_cast<term>(i));
    first = false;
  }
  return text + "\n";
}

/// Where the numbers come from: one line for the CPU and one for each device that was compared.
std::string sources(decision const& made, profile const& known) {
  std::string text = "   where the numbers come from:\n     CPU: " + std::string(in_words(known.cpu.origin));
  if (made.asked.serial_ns_per_element > 0)
    text += formatted("; work: measured at this call site, %.3g ns an element on one thread",
                      made.asked.serial_ns_per_element);
  else
    text += formatted("; work: %.4g operations an element, counted from the expression",
                      made.asked.work_per_element);
  text += "\n";
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (way.where == backend::gpu && way.possible)
      text += "     " + device_name(way, known) + ": " + in_words(way.origin) + "\n";
  }
  return text;
}

std::string size_of_data(double bytes) {
  if (bytes < 1e3)
    return formatted("%.0f B", bytes);
  if (bytes < 1e6)
    return formatted("%.3g kB", bytes / 1e3);
  return bytes < 1e9 ? formatted("%.3g MB", bytes / 1e6) : formatted("%.3g GB", bytes / 1e9);
}

std::string moved(request const& asked) {
  auto const bytes = asked.upload_bytes + asked.download_bytes;
  if (asked.read_bytes + asked.written_bytes == 0)
    return {};
  return "   data: " + size_of_data(asked.read_bytes) + " read, " + size_of_data(asked.written_bytes) +
         " written" +
         (bytes > 0 ? "; a GPU would have to be sent " + size_of_data(asked.upload_bytes) +
                          " and send back " + size_of_data(asked.download_bytes)
                    : "; a GPU would have to move none of it") +
         "\n";
}

/// The best of the possible candidates that were not chosen.
candidate const* runner_up(decision const& made) {
  candidate const* best = nullptr;
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (way.possible && !is_chosen(way, made) && (best == nullptr || way.total_us < best->total_us))
      best = &way;
  }
  return best;
}

std::string margin(decision const& made, profile const& known) {
  auto const* const next = runner_up(made);
  if (!made.chosen.possible)
    return {};
  if (next == nullptr || !(made.chosen.total_us > 0))
    return "   margin: there was no other way\n";
  auto const ratio = next->total_us / made.chosen.total_us;
  return "   margin: " + device_name(*next, known) +
         formatted(" is predicted to take %.2f times as long\n", ratio);
}

std::string headline(decision const& made, profile const& known) {
  return std::string(name_of(made.asked.kind)) + " of " + grouped(made.asked.n) +
         (made.asked.n == 1 ? " element: " : " elements: ") + device_name(made.chosen, known) + ", because " +
         in_words(made.why);
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
  auto text = headline(made, known) + "\n" + moved(made.asked);
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    text += row(made.candidates[i], is_chosen(made.candidates[i], made), known);
  if (made.chosen.where == backend::both)
    text += shares(made.chosen, made.asked.n);
  text += margin(made, known);
  text += made.crossover_n != 0 ? "   crossover here \u2248 " + grouped(made.crossover_n) +
                                      ": from about so many elements on a GPU wins\n"
                                : std::string("   crossover here: none, the CPU wins at every size\n");
  return text + sources(made, known);
}

namespace detail {

std::string explain_in_one_line(decision const& made, profile const& known) {
  auto text = headline(made, known) + "; predicted " + duration(made.predicted_us());
  if (auto const* const next = runner_up(made); next != nullptr)
    text += ", " + device_name(*next, known) + " " + duration(next->total_us);
  return text;
}

} // namespace detail
} // namespace tandem
