// Arguments of the samples that are numbers: what is no number is told, not taken for zero.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

namespace samples {

/// argv[place] as a whole number from 1 to `most`; `otherwise` where there is no such argument.
inline std::uint64_t number_argument(int argc, char** argv, int place, char const* what,
                                     std::uint64_t otherwise, std::uint64_t most) {
  if (argc <= place)
    return otherwise;
  char const* const text = argv[place];
  char const* const end = text + std::strlen(text);
  std::uint64_t number = 0;
  auto const [stopped, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stopped != end || number < 1 || number > most)
    throw std::invalid_argument(std::string(what) + " must be a whole number from 1 to " +
                                std::to_string(most) + ", not '" + text + "'");
  return number;
}

} // namespace samples
