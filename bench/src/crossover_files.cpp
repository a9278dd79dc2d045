#include "crossover_files.hpp"

#include "format.hpp"
#include "statistics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace tandem_bench {
namespace {

nlohmann::ordered_json machine_json(machine const& where) {
  return {{"cpu", where.cpu},           {"threads", where.threads}, {"gpu", where.gpu},
          {"driver", where.driver},     {"memory", where.memory},   {"system", where.system},
          {"compiler", where.compiler}, {"tandem", where.version},  {"date", where.date}};
}

nlohmann::ordered_json timing_json(timing const& t) {
  if (t.samples == 0) {
    return nullptr;
  }
  return {{"median_ns", t.median_ns}, {"deviation_ns", t.deviation_ns}, {"samples", t.samples}};
}

nlohmann::ordered_json optional_json(std::optional<double> const& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json panel_json(panel const& p) {
  nlohmann::ordered_json points = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < p.sizes.size(); ++i) {
    nlohmann::ordered_json point{{"n", p.sizes[i]}};
    for (line const& l : p.lines) {
      point[key_of(l.which)] = timing_json(l.at[i]);
    }
    if (i < p.picks.size()) {
      point["automatic"] = timing_json(p.picks[i].time);
      point["chosen"] = p.picks[i].backend;
      point["regret"] = p.picks[i].regret;
    }
    points.push_back(std::move(point));
  }
  return {{"key", p.key},
          {"title", p.title},
          {"expression", p.expression},
          {"bytes_per_element", p.bytes_per_element},
          {"measured_crossover", optional_json(p.measured_crossover)},
          {"measured_once_crossover", optional_json(p.measured_once_crossover)},
          {"measured_resident_crossover", optional_json(p.measured_resident_crossover)},
          {"predicted_crossover", optional_json(p.predicted_crossover)},
          {"points", std::move(points)}};
}

std::string cell(timing const& t) {
  return t.samples == 0 ? "–" : format_time(t.median_ns);
}

std::string crossover_text(std::optional<double> const& at, panel const& p) {
  if (at) {
    return "≈ " + format_count(*at);
  }
  bool const tried = !p.sizes.empty() && find_line(p, way::gpu_transfer) != nullptr;
  return !tried ? "no GPU" : "none up to " + format_count(static_cast<double>(p.sizes.back()));
}

void print_panel(std::ostream& out, panel const& p) {
  out << '\n' << p.title << ": " << p.expression << '\n';
  std::vector<std::string> header{"n"};
  for (line const& l : p.lines) {
    header.push_back(name_of(l.which));
  }
  header.insert(header.end(), {"automatic", "took", "regret"});
  table t(header);
  for (std::size_t i = 0; i < p.sizes.size(); ++i) {
    std::vector<std::string> row{format_count(static_cast<double>(p.sizes[i]))};
    for (line const& l : p.lines) {
      row.push_back(cell(l.at[i]));
    }
    bool const picked = i < p.picks.size() && p.picks[i].time.samples > 0;
    row.push_back(picked ? cell(p.picks[i].time) : "–");
    row.push_back(picked ? p.picks[i].backend : "–");
    row.push_back(picked ? format_ratio(p.picks[i].regret) : "–");
    t.add(std::move(row));
  }
  t.print(out);
}

} // namespace

std::string to_csv(crossover_report const& report) {
  std::ostringstream out;
  out << "# " << report.where.cpu << ", " << report.where.threads << " threads; " << report.where.gpu
      << "; tandem " << report.where.version << "; " << report.where.date << '\n'
      << "workload,n,way,chosen,median_ns,deviation_ns,samples,regret\n";
  auto const row = [&out](panel const& p, std::size_t i, std::string const& way, std::string const& chosen,
                          timing const& t) -> std::ostream& {
    return out << p.key << ',' << p.sizes[i] << ',' << way << ',' << chosen << ',' << t.median_ns << ','
               << t.deviation_ns << ',' << t.samples << ',';
  };
  for (panel const& p : report.panels) {
    for (std::size_t i = 0; i < p.sizes.size(); ++i) {
      for (line const& l : p.lines) {
        if (l.at[i].samples > 0) {
          row(p, i, key_of(l.which), "", l.at[i]) << '\n';
        }
      }
      if (i < p.picks.size() && p.picks[i].time.samples > 0) {
        row(p, i, "automatic", p.picks[i].backend, p.picks[i].time) << p.picks[i].regret << '\n';
      }
    }
  }
  return out.str();
}

std::string to_json(crossover_report const& report) {
  nlohmann::ordered_json panels = nlohmann::ordered_json::array();
  for (panel const& p : report.panels) {
    panels.push_back(panel_json(p));
  }
  return nlohmann::ordered_json{{"machine", machine_json(report.where)}, {"workloads", std::move(panels)}}
             .dump(2) +
         "\n";
}

void print_crossover(std::ostream& out, crossover_report const& report) {
  out << report.where.cpu << ", " << report.where.threads << " threads; "
      << (report.where.gpu.empty() ? "no GPU" : report.where.gpu) << '\n';
  std::vector<double> regrets;
  table summary({"crossover", "sent each time", "model", "sent once for 8", "stays there"});
  for (panel const& p : report.panels) {
    print_panel(out, p);
    summary.add({p.title, crossover_text(p.measured_crossover, p),
                 !p.predicted            ? "not asked"
                 : p.predicted_crossover ? "≈ " + format_count(*p.predicted_crossover)
                                         : "none",
                 crossover_text(p.measured_once_crossover, p),
                 crossover_text(p.measured_resident_crossover, p)});
    for (pick const& chosen : p.picks) {
      regrets.push_back(chosen.regret);
    }
  }
  out << '\n';
  summary.print(out);
  if (!regrets.empty()) {
    out << "\nregret of automatic (its time / the best measured): geometric mean "
        << format_ratio(geometric_mean(regrets)) << ", worst "
        << format_ratio(*std::max_element(regrets.begin(), regrets.end())) << '\n';
  }
}

} // namespace tandem_bench
