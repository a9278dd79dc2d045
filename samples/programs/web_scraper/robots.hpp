// What a site's robots.txt (RFC 9309) lets a program fetch: the rules under the program's own name, else those for everybody; of the rules
// that match a path the longest counts.
#pragma once

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace samples {

class robots_rules {
 public:
  robots_rules() = default; // no robots.txt: everything is allowed
  robots_rules(std::string const& text, std::string const& own_name) {
    std::map<std::string, std::vector<rule>> groups;
    std::vector<std::string> names; // of the group that is being read
    bool naming = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      auto const [key, value] = field_of(line);
      if (key == "user-agent") {
        if (!naming)
          names.clear();
        naming = true;
        names.push_back(in_lower_case(value));
        groups.try_emplace(names.back());
      } else if (key == "allow" || key == "disallow") {
        naming = false;
        for (auto const& name : names)
          groups[name].push_back({value, key == "allow"});
      }
    }
    auto const own = groups.find(in_lower_case(own_name));
    rules_ = own != groups.end() ? own->second : groups["*"];
  }

  bool allow(std::string_view path) const {
    rule const* strongest = nullptr;
    for (auto const& one : rules_)
      if (!one.pattern.empty() && matches(one.pattern, path) &&
          (strongest == nullptr || one.pattern.size() > strongest->pattern.size() ||
           (one.pattern.size() == strongest->pattern.size() && one.allowed)))
        strongest = &one;
    return strongest == nullptr || strongest->allowed;
  }

 private:
  struct rule {
    std::string pattern;
    bool allowed;
  };
  struct field {
    std::string key, value;
  };

  static std::string in_lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  }

  /// "Key: value # remark", without what surrounds the two.
  static field field_of(std::string_view line) {
    auto const trimmed = [](std::string_view text) {
      auto const first = text.find_first_not_of(" \t\r");
      return first == text.npos ? std::string()
                                : std::string(text.substr(first, text.find_last_not_of(" \t\r") + 1 - first));
    };
    line = line.substr(0, line.find('#'));
    auto const colon = line.find(':');
    if (colon == line.npos)
      return {};
    return {in_lower_case(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1))};
  }

  /// A pattern is how the path begins; `*` stands for anything, `$` in the end for the end of the path.
  static bool matches(std::string_view pattern, std::string_view path) {
    for (; !pattern.empty(); pattern.remove_prefix(1), path.remove_prefix(1)) {
      if (pattern == "$")
        return path.empty();
      if (pattern.front() == '*') {
        for (std::size_t skipped = 0; skipped <= path.size(); ++skipped)
          if (matches(pattern.substr(1), path.substr(skipped)))
            return true;
        return false;
      }
      if (path.empty() || path.front() != pattern.front())
        return false;
    }
    return true;
  }

  std::vector<rule> rules_;
};

} // namespace samples
