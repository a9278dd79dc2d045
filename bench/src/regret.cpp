#include "regret.hpp"

#include "format.hpp"
#include "statistics.hpp"

#include <simulated_machine.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace tandem_bench {
namespace {

struct summary {
  double geomean, p99, worst;
};

summary summarise(std::vector<double> const& regrets) {
  return {geometric_mean(regrets), quantile(regrets, 0.99),
          regrets.empty() ? 1.0 : *std::max_element(regrets.begin(), regrets.end())};
}

void add(table& to, std::string const& machine, std::string const& what, std::vector<double> const& regrets) {
  auto const seen = summarise(regrets);
  to.add({machine, what, std::to_string(regrets.size()), format_ratio(seen.geomean), format_ratio(seen.p99),
          format_ratio(seen.worst)});
}

} // namespace

std::vector<regret_line> regrets_of(std::vector<panel> const& panels) {
  std::vector<regret_line> lines;
  for (panel const& p : panels) {
    regret_line one{"this machine", p.title, {}};
    for (pick const& chosen : p.picks) {
      if (chosen.time.samples > 0) {
        one.regrets.push_back(chosen.regret);
      }
    }
    lines.push_back(std::move(one));
  }
  return lines;
}

std::vector<regret_line> simulated_regrets() {
  namespace simulation = tandem::simulation;
  std::vector<regret_line> lines;
  for (auto const& on : simulation::simulated_machines()) {
    for (auto const kind : simulation::algorithm_classes) {
      regret_line one{on.name, name_of(kind), {}};
      std::mt19937_64 random(static_cast<std::uint64_t>(kind) + 1);
      one.regrets =
          simulation::regrets_of(on, simulation::mismeasured(on.truth, 0.15, random), kind, 20, random);
      lines.push_back(std::move(one));
    }
  }
  return lines;
}

void print_regrets(std::ostream& out, regret_report const& report) {
  table shown({"machine", "call", "choices", "geomean", "p99", "worst"});
  std::vector<std::string> machines;
  std::map<std::string, std::vector<double>> all;
  for (regret_line const& one : report.lines) {
    if (all.find(one.machine) == all.end()) {
      machines.push_back(one.machine);
    }
    auto& of_machine = all[one.machine];
    of_machine.insert(of_machine.end(), one.regrets.begin(), one.regrets.end());
  }
  for (std::string const& machine : machines) {
    for (regret_line const& one : report.lines) {
      if (one.machine == machine && machine == "this machine") {
        add(shown, machine, one.what, one.regrets);
      }
    }
    add(shown, machine, "all", all[machine]);
  }
  shown.print(out);
}

std::string regret_csv(regret_report const& report) {
  std::ostringstream out;
  out << "machine,call,choices,geomean,p99,worst\n";
  for (regret_line const& one : report.lines) {
    auto const seen = summarise(one.regrets);
    out << '"' << one.machine << "\",\"" << one.what << "\"," << one.regrets.size() << ',' << seen.geomean
        << ',' << seen.p99 << ',' << seen.worst << '\n';
  }
  return out.str();
}

std::string regret_json(regret_report const& report) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  for (regret_line const& one : report.lines) {
    auto const seen = summarise(one.regrets);
    lines.push_back({{"machine", one.machine},
                     {"call", one.what},
                     {"choices", one.regrets.size()},
                     {"geomean", seen.geomean},
                     {"p99", seen.p99},
                     {"worst", seen.worst}});
  }
  return nlohmann::ordered_json{{"cpu", report.where.cpu},   {"threads", report.where.threads},
                                {"gpu", report.where.gpu},   {"tandem", report.where.version},
                                {"date", report.where.date}, {"regret", std::move(lines)}}
             .dump(2) +
         "\n";
}

} // namespace tandem_bench
