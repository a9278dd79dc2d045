// --help as a person would write it, and as cmake/tool_pages.py reads it for man pages and completions: "--seconds FLOAT   How long to
// measure (0.2 to 60; default 1.5)".
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace tandem_bench {

class help_formatter : public CLI::Formatter {
 public:
  /// Only the kind of value; what it may be stands in the description.
  std::string make_option_opts(CLI::Option const* option) const override {
    std::string const type = option->get_type_size() == 0 ? "" : option->get_type_name();
    return type.empty() ? type : ' ' + type.substr(0, type.find(':'));
  }

  std::string make_option_desc(CLI::Option const* option) const override {
    std::string facts;
    auto const add = [&](std::string const& fact) { facts += (facts.empty() ? " (" : "; ") + fact; };
    std::string const type = option->get_type_name();
    auto const inside = [&](char open, char close) {
      auto const from = type.find(open), to = type.rfind(close);
      return from < to && to != std::string::npos ? type.substr(from + 1, to - from - 1) : std::string();
    };
    if (auto const range = inside('[', ']'); !range.empty()) {
      add(replaced(range, " - ", " to "));
    }
    if (auto const choices = inside('{', '}'); !choices.empty()) {
      add("any of: " + replaced(choices, ",", ", "));
    }
    if (!option->get_default_str().empty()) {
      add("default " + option->get_default_str());
    }
    if (!option->get_envname().empty()) {
      add("or the variable " + option->get_envname());
    }
    return option->get_description() + facts + (facts.empty() ? "" : ")");
  }

 private:
  static std::string replaced(std::string text, std::string const& what, std::string const& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
      text.replace(at, what.size(), by);
    }
    return text;
  }
};

/// For the program and all its subcommands; before these are added.
inline void use_plain_help(CLI::App& app) {
  app.formatter(std::make_shared<help_formatter>());
}

} // namespace tandem_bench
