#include "report.hpp"

#include "format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <sstream>

namespace tandem_bench {

char const* name_of(peer who) noexcept {
  constexpr char const* names[peer_count] = {"tandem", "TBB",   "std par",  "__gnu_parallel", "Boost.Sort",
                                             "Thrust", "Rayon", "1 thread", "bound"};
  return names[static_cast<std::size_t>(who)];
}

namespace {

/// The index of a peer's fastest way.
std::optional<std::size_t> best_way(compared const& result, peer who) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < result.times.size(); ++i) {
    if (result.subject.ways[i].who == who &&
        (!best || result.times[i].median_ns < result.times[*best].median_ns)) {
      best = i;
    }
  }
  return best;
}

std::optional<double> time_of(compared const& result, peer who) {
  auto const best = best_way(result, who);
  return best ? std::optional(result.times[*best].median_ns) : std::nullopt;
}

bool is_rival(peer who) {
  return who != peer::tandem && who != peer::bound;
}

std::optional<std::size_t> best_rival(compared const& result) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < result.times.size(); ++i) {
    if (is_rival(result.subject.ways[i].who) &&
        (!best || result.times[i].median_ns < result.times[*best].median_ns)) {
      best = i;
    }
  }
  return best;
}

std::string digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 1 ? "%.3f" : value < 100 ? "%.2f" : "%.0f", value);
  return text;
}

// What was reached, in the terms of the goal.
std::optional<double> reached(compared const& result, goal const& wanted) {
  auto const ours = time_of(result, peer::tandem);
  auto const theirs = time_of(result, wanted.against);
  if (!ours || !theirs) {
    return std::nullopt;
  }
  switch (wanted.what) {
  case goal::kind::times_as_fast:
    return *theirs / *ours;
  case goal::kind::at_most_ns:
    return *ours / static_cast<double>(result.subject.n);
  case goal::kind::at_most_more:
    return *ours - *theirs;
  }
  return std::nullopt;
}

std::string in_words(goal const& wanted) {
  switch (wanted.what) {
  case goal::kind::times_as_fast:
    return "≥ " + digits(wanted.value) + " × " + name_of(wanted.against);
  case goal::kind::at_most_ns:
    return "≤ " + digits(wanted.value) + " ns";
  case goal::kind::at_most_more:
    return std::string("≤ ") + name_of(wanted.against) + " + " + digits(wanted.value) + " ns";
  }
  return "";
}

// The part of the speed of what cannot be beaten, where that was measured.
std::optional<double> of_bound(compared const& result) {
  auto const ours = time_of(result, peer::tandem);
  auto const bound = time_of(result, peer::bound);
  return ours && bound ? std::optional(*bound / *ours) : std::nullopt;
}

// A goal against a peer that is missed where memory gives hardly more says so.
constexpr double at_the_bound = 0.9;

std::string verdict(compared const& result, goal const& wanted) {
  if (met(result, wanted)) {
    return " met";
  }
  auto const part = wanted.against == peer::bound ? std::nullopt : of_bound(result);
  if (part && *part >= at_the_bound) {
    return ", at " + digits(*part) + " of the bound";
  }
  return " MISSED";
}

std::string goals_in_words(compared const& result) {
  std::string text;
  for (goal const& wanted : result.subject.goals) {
    auto const value = reached(result, wanted);
    text += text.empty() ? "" : "; ";
    text += in_words(wanted) + ": " + (value ? digits(*value) + verdict(result, wanted) : "not measured");
  }
  return text;
}

} // namespace

bool met(compared const& result, goal const& wanted) {
  auto const value = reached(result, wanted);
  if (!value) {
    return false;
  }
  return wanted.what == goal::kind::times_as_fast ? *value >= wanted.value : *value <= wanted.value;
}

void print_table(std::ostream& out, std::vector<compared> const& results) {
  std::vector<std::string> header{"ns an element"};
  for (std::size_t who = 0; who < peer_count; ++who) {
    header.emplace_back(name_of(static_cast<peer>(who)));
  }
  header.insert(header.end(), {"against the best", "of the bound", "goals"});
  table shown(header);
  for (compared const& result : results) {
    double const unit = result.subject.per_call ? 1.0 : static_cast<double>(result.subject.n);
    std::vector<std::string> row{result.subject.title + (result.subject.per_call ? ", a call" : "")};
    for (std::size_t who = 0; who < peer_count; ++who) {
      auto const time = time_of(result, static_cast<peer>(who));
      row.push_back(time ? digits(*time / unit) : "–");
    }
    auto const rival = best_rival(result);
    auto const ours = time_of(result, peer::tandem);
    row.push_back(rival && ours ? format_ratio(result.times[*rival].median_ns / *ours) + " " +
                                      name_of(result.subject.ways[*rival].who)
                                : "–");
    auto const part = of_bound(result);
    row.push_back(part ? digits(*part) : "–");
    row.push_back(goals_in_words(result));
    shown.add(std::move(row));
  }
  shown.print(out);
}

void print_details(std::ostream& out, std::vector<compared> const& results) {
  for (compared const& result : results) {
    out << '\n' << result.subject.title << ", n = " << result.subject.n << '\n';
    table shown({"way", "whose", "time", "scatter", "ns an element", "tandem is"});
    auto const ours = time_of(result, peer::tandem);
    for (std::size_t i = 0; i < result.times.size(); ++i) {
      timing const& t = result.times[i];
      shown.add({result.subject.ways[i].how.name, name_of(result.subject.ways[i].who),
                 format_time(t.median_ns), format_time(t.deviation_ns),
                 digits(t.median_ns / static_cast<double>(result.subject.n)),
                 ours ? format_ratio(t.median_ns / *ours) : "–"});
    }
    shown.print(out);
  }
}

std::string to_csv(std::vector<compared> const& results) {
  std::ostringstream out;
  out << "key,n,whose,way,median_ns,deviation_ns,samples\n";
  for (compared const& result : results) {
    for (std::size_t i = 0; i < result.times.size(); ++i) {
      out << result.key << ',' << result.subject.n << ',' << name_of(result.subject.ways[i].who) << ",\""
          << result.subject.ways[i].how.name << "\"," << result.times[i].median_ns << ','
          << result.times[i].deviation_ns << ',' << result.times[i].samples << '\n';
    }
  }
  return out.str();
}

std::string to_json(machine const& here, std::vector<compared> const& results) {
  auto comparisons = nlohmann::ordered_json::array();
  for (compared const& result : results) {
    auto ways = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < result.times.size(); ++i) {
      ways.push_back({{"whose", name_of(result.subject.ways[i].who)},
                      {"way", result.subject.ways[i].how.name},
                      {"median_ns", result.times[i].median_ns},
                      {"deviation_ns", result.times[i].deviation_ns},
                      {"samples", result.times[i].samples}});
    }
    auto goals = nlohmann::ordered_json::array();
    for (goal const& wanted : result.subject.goals) {
      auto const value = reached(result, wanted);
      goals.push_back({{"goal", in_words(wanted)},
                       {"reached", value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr)},
                       {"met", met(result, wanted)}});
    }
    auto const part = of_bound(result);
    comparisons.push_back(
        {{"key", result.key},
         {"title", result.subject.title},
         {"n", result.subject.n},
         {"of_bound", part ? nlohmann::ordered_json(*part) : nlohmann::ordered_json(nullptr)},
         {"ways", std::move(ways)},
         {"goals", std::move(goals)}});
  }
  nlohmann::ordered_json const all{{"cpu", here.cpu},           {"threads", here.threads},
                                   {"compiler", here.compiler}, {"tandem", here.version},
                                   {"date", here.date},         {"comparisons", std::move(comparisons)}};
  return all.dump(2) + "\n";
}

} // namespace tandem_bench
