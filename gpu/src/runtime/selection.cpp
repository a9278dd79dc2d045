// Which device a selection string means: pure text work, so that it can be tested without a device.
#include <tandem/gpu/device.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace tandem::gpu {
namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string digits_of(std::string_view uuid) {
  std::string digits;
  for (char const c : lower(uuid))
    if (c != '-')
      digits += c;
  return digits;
}

bool looks_like_uuid(std::string_view text) {
  auto const digits = digits_of(text);
  return digits.size() >= 8 && digits.size() <= 32 &&
         std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string describe(std::vector<device_info> const& devices) {
  if (devices.empty())
    return "\n  no Vulkan device was found";
  std::string text;
  for (auto const& device : devices) {
    text += "\n  " + std::to_string(device.index) + ": " + device.name + " (" + name_of(device.kind) + ", " +
            device.uuid + ")";
    if (!device.usable())
      text += ": refused, " + device.refused;
  }
  return text;
}

[[noreturn]] void throw_no_device(std::vector<device_info> const& devices, std::string_view selection,
                                  std::string const& why) {
  throw no_device_error("no GPU for selection '" + std::string{selection} + "': " + why + describe(devices));
}

template <class Accepts>
std::size_t first_usable(std::vector<device_info> const& devices, std::string_view selection,
                         char const* none, Accepts accepts) {
  for (std::size_t i = 0; i < devices.size(); ++i)
    if (devices[i].usable() && accepts(devices[i]))
      return i;
  throw_no_device(devices, selection, none);
}

std::size_t require_usable(std::vector<device_info> const& devices, std::size_t i,
                           std::string_view selection) {
  if (!devices[i].usable())
    throw_no_device(devices, selection, "the device it names cannot be used");
  return i;
}

/// The devices whose UUID starts with the digits, or whose name contains the text.
std::vector<std::size_t> matches(std::vector<device_info> const& devices, std::string_view selection) {
  std::vector<std::size_t> found;
  if (looks_like_uuid(selection))
    for (std::size_t i = 0; i < devices.size(); ++i)
      if (digits_of(devices[i].uuid).starts_with(digits_of(selection)))
        found.push_back(i);
  if (found.empty())
    for (std::size_t i = 0; i < devices.size(); ++i)
      if (lower(devices[i].name).find(lower(selection)) != std::string::npos)
        found.push_back(i);
  return found;
}

} // namespace

char const* name_of(device_kind kind) noexcept {
  switch (kind) {
  case device_kind::discrete:
    return "discrete";
  case device_kind::integrated:
    return "integrated";
  case device_kind::virtualised:
    return "virtual";
  case device_kind::cpu:
    return "cpu";
  case device_kind::other:
    break;
  }
  return "other";
}

namespace {

std::size_t select_one(std::vector<device_info> const& devices, std::string_view selection) {
  auto const wanted = lower(selection);
  if (wanted == "auto")
    return first_usable(devices, selection, "no device can be used", [](device_info const&) { return true; });
  if (wanted == "gpu")
    return first_usable(devices, selection, "no device that is not software can be used",
                        [](device_info const& device) { return !device.software(); });
  if (wanted == "cpu")
    return first_usable(devices, selection, "no software device can be used",
                        [](device_info const& device) { return device.software(); });
  if (is_number(wanted)) {
    auto const index = static_cast<std::size_t>(std::stoul(wanted));
    if (index < devices.size())
      return require_usable(devices, index, selection);
  } else if (!wanted.empty()) {
    for (auto const i : matches(devices, wanted))
      if (devices[i].usable())
        return i;
    if (auto const found = matches(devices, wanted); !found.empty())
      return require_usable(devices, found.front(), selection);
  }
  throw std::invalid_argument("no device matches '" + std::string{selection} +
                              "'; valid: auto, gpu, cpu, an index, a UUID or part of a name of" +
                              describe(devices));
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

} // namespace

std::vector<std::size_t> select_devices(std::vector<device_info> const& devices, std::string_view selection) {
  try {
    return {select_one(devices, selection)}; // names may have commas too
  } catch (std::invalid_argument const&) {
    if (selection.find(',') == std::string_view::npos)
      throw;
  }
  std::vector<std::size_t> chosen;
  while (!selection.empty()) {
    auto const comma = selection.find(',');
    auto const one = select_one(devices, trimmed(selection.substr(0, comma)));
    if (std::find(chosen.begin(), chosen.end(), one) == chosen.end())
      chosen.push_back(one);
    selection.remove_prefix(comma == std::string_view::npos ? selection.size() : comma + 1);
  }
  return chosen;
}

std::size_t select_device(std::vector<device_info> const& devices, std::string_view selection) {
  return select_devices(devices, selection).front();
}

} // namespace tandem::gpu
