#include "described_call.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace tandem_bench {
namespace {

std::string trimmed(std::string text) {
  auto const is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) {
    text.erase(0, 1);
  }
  while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) {
    text.pop_back();
  }
  return text;
}

std::vector<std::string> split(std::string const& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) {
    parts.push_back(trimmed(part));
  }
  return parts;
}

[[noreturn]] void not_understood(std::string const& what, std::string const& word, std::string const& valid) {
  throw std::invalid_argument(what + " '" + word + "' is not understood; it may be " + valid);
}

tandem::algorithm algorithm_named(std::string name) {
  if (name == "sort") {
    return tandem::algorithm::radix_sort;
  }
  std::replace(name.begin(), name.end(), ' ', '_');
  std::replace(name.begin(), name.end(), '-', '_');
  std::string valid = "sort";
  for (std::size_t i = 0; i < tandem::algorithm_count; ++i) {
    auto const kind = static_cast<tandem::algorithm>(i);
    if (name == name_of(kind)) {
      return kind;
    }
    valid += std::string(", ") + name_of(kind);
  }
  not_understood("the algorithm", name, valid);
}

// Digits may be grouped: 1,000,000 would be split at its commas, so 1_000_000 and 1'000'000; also 1e6, 64Ki,
// 4Mi.
double number(std::string const& what, std::string text) {
  std::erase_if(text, [](char c) { return c == '_' || c == '\''; });
  double scale = 1.0;
  for (auto const& [suffix, size] : {std::pair{"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}}) {
    if (text.ends_with(suffix)) {
      text.resize(text.size() - 2);
      scale = size;
    }
  }
  std::size_t used = 0;
  double value = -1.0;
  try {
    value = std::stod(text, &used);
  } catch (std::exception const&) {
    used = 0;
  }
  if (used == 0 || used != text.size() || !(value >= 0.0) || value > 1e15) {
    not_understood(what, text, "a number such as 1000, 1e6, 64Ki or 4Mi");
  }
  return value * scale;
}

double bytes_of_type(std::string const& type) {
  if (type.empty() || type == "elements" || type == "floats" || type == "ints" || type == "float" ||
      type == "int") {
    return 4.0;
  }
  if (type == "doubles" || type == "longs" || type == "double" || type == "long") {
    return 8.0;
  }
  not_understood("the type", type, "floats, ints (4 bytes), doubles or longs (8 bytes)");
}

bool writes_each_element(tandem::algorithm kind) {
  using tandem::algorithm;
  return kind != algorithm::reduce && kind != algorithm::map_reduce && kind != algorithm::histogram &&
         kind != algorithm::find && kind != algorithm::for_each;
}

void apply(tandem::request& asked, std::string const& detail) {
  if (detail.starts_with("work ")) {
    asked.work_per_element = number("the work", trimmed(detail.substr(5)));
  } else if (detail == "resident") {
    asked.upload_bytes = asked.download_bytes = 0.0;
  } else if (detail == "compiling") {
    asked.kernel = tandem::kernel_state::compiling;
  } else if (detail == "cpu only") {
    asked.cpu_only = true;
  } else {
    not_understood("the detail", detail, "'work 20', 'resident', 'compiling' or 'cpu only'");
  }
}

} // namespace

tandem::request described_call(std::string const& words) {
  auto const parts = split(words, ',');
  auto const of = parts.empty() ? std::string::npos : parts[0].find(" of ");
  if (of == std::string::npos) {
    not_understood("the call", words, "for example 'map of 1e6 floats, work 20, resident'");
  }
  tandem::request asked;
  asked.kind = algorithm_named(trimmed(parts[0].substr(0, of)));
  std::istringstream rest(parts[0].substr(of + 4));
  std::string count;
  std::string type;
  rest >> count >> type;
  double const n = number("the count", count);
  double const size = bytes_of_type(type);
  asked.n = static_cast<std::size_t>(n);
  asked.read_bytes = asked.kind == tandem::algorithm::generate
                         ? 0.0
                         : n * size * (asked.kind == tandem::algorithm::by_key ? 2.0 : 1.0);
  asked.written_bytes = writes_each_element(asked.kind) ? n * size : 0.0;
  asked.upload_bytes = asked.read_bytes;
  asked.download_bytes = asked.written_bytes;
  asked.kernel = tandem::kernel_state::ready;
  asked.traceable = asked.device_types = asked.kind != tandem::algorithm::for_each;
  asked.needs_float64 = type.starts_with("double");
  asked.needs_int64 = type.starts_with("long");
  for (std::size_t i = 1; i < parts.size(); ++i) {
    apply(asked, parts[i]);
  }
  return asked;
}

} // namespace tandem_bench
