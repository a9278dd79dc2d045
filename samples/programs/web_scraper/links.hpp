// The links of a page: where they lead, on this machine.
#pragma once

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace samples {

struct address { // of a page on 127.0.0.1, where a port is a host
  unsigned short port = 0;
  std::string path;
  auto operator<=>(address const&) const = default;
};

/// "/3" on the page's own host, "http://127.0.0.1:8080/3" on another; nothing for the rest of the world.
inline std::optional<address> resolved(std::string const& link, unsigned short own_port) {
  std::string_view const local = "http://127.0.0.1:";
  if (link.starts_with('/'))
    return address{own_port, link};
  if (!link.starts_with(local))
    return std::nullopt;
  auto const path = std::min(link.find('/', local.size()), link.size());
  unsigned short port = 0;
  auto const [end, error] = std::from_chars(link.data() + local.size(), link.data() + path, port);
  if (error != std::errc() || end != link.data() + path)
    return std::nullopt;
  return address{port, path == link.size() ? "/" : link.substr(path)};
}

inline std::vector<address> links_in(std::string const& body, unsigned short own_port) {
  std::vector<address> found;
  for (std::size_t at = 0; (at = body.find("href=\"", at)) != std::string::npos;) {
    at += 6;
    if (auto to = resolved(body.substr(at, body.find('"', at) - at), own_port))
      found.push_back(std::move(*to));
  }
  return found;
}

} // namespace samples
