#include "crossover_suite.hpp"

#include "format.hpp"
#include "progress.hpp"

#include <tandem/decision.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace tandem_bench {
std::string name_of_choice(tandem::decision const& made) {
  switch (made.where()) {
  case tandem::backend::serial:
    return "serial";
  case tandem::backend::parallel:
    return "threads";
  case tandem::backend::gpu:
    return "gpu";
  case tandem::backend::both:
    return "both";
  }
  return "?";
}

void let_learn(trial& subject, double budget_ns) {
  auto const start = std::chrono::steady_clock::now();
  for (int call = 0; call < 20; ++call) {
    subject.restore();
    subject.run_automatic();
    if (std::chrono::steady_clock::now() - start > std::chrono::duration<double, std::nano>(budget_ns)) {
      break;
    }
  }
}

namespace {

std::vector<std::size_t> sizes_of(crossover_options const& options) {
  std::vector<std::size_t> sizes;
  for (std::size_t n = options.least_n; n <= options.most_n; n *= options.factor) {
    sizes.push_back(n);
  }
  return sizes;
}

std::function<void()> runner_of(trial& subject, way which) {
  switch (which) {
  case way::cpu_serial:
    return [&subject] { subject.run_serial(); };
  case way::cpu_parallel:
    return [&subject] { subject.run_parallel(); };
  case way::gpu_transfer:
    return [&subject] { subject.run_gpu(); };
  case way::gpu_once:
    return [&subject] { subject.run_gpu_once(); };
  case way::gpu_resident:
    return [&subject] { subject.run_gpu_resident(); };
  }
  return {};
}

bool needs_gpu(way which) {
  return which != way::cpu_serial && which != way::cpu_parallel;
}

contender contender_of(std::string name, std::function<void()> run, trial& subject) {
  contender made{std::move(name), std::move(run)};
  if (subject.changes_its_data()) {
    made.prepare = [&subject] { subject.restore(); };
  }
  return made;
}

// One call of several that shared a transfer.
timing one_of(timing all, int calls) {
  all.median_ns /= calls;
  all.deviation_ns /= calls;
  return all;
}

// A way has become too slow once a size took longer than the ceiling: larger ones are left out.
bool too_slow(line const& so_far, double ceiling_ms) {
  double const calls = so_far.which == way::gpu_once ? calls_per_transfer : 1.0; // made for each sample
  return !so_far.at.empty() &&
         (so_far.at.back().samples == 0 || so_far.at.back().median_ns * calls > ceiling_ms * 1e6);
}

// Measures all ways and `automatic` at one size, and notes what automatic chose and what the model predicts.
void measure_size(panel& into, trial& subject, runtimes const& where, crossover_options const& options) {
  std::vector<contender> contenders;
  std::vector<timing*> results;
  for (line& l : into.lines) {
    bool const skip = too_slow(l, options.ceiling_ms);
    l.at.emplace_back();
    if (!skip) {
      contenders.push_back(contender_of(name_of(l.which), runner_of(subject, l.which), subject));
      results.push_back(&l.at.back());
    }
  }
  into.picks.emplace_back();
  contenders.push_back(contender_of(
      "automatic", [&subject] { subject.run_automatic(); }, subject));
  results.push_back(&into.picks.back().time);

  measure_options how;
  how.budget_ns = options.budget_ms * 1e6;
  how.least_samples = options.least_samples;
  let_learn(subject, how.budget_ns);
  std::vector<timing> const measured = measure(contenders, how);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    *results[i] = measured[i];
  }
  for (line& l : into.lines) {
    if (l.which == way::gpu_once) {
      l.at.back() = one_of(l.at.back(), calls_per_transfer);
    }
  }
  subject.restore();
  subject.run_automatic();
  tandem::decision const made = where.all.last_decision();
  into.picks.back().backend = name_of_choice(made);
  into.predicted = find_line(into, way::gpu_transfer) != nullptr;
  into.predicted_crossover.reset(); // the largest size's opinion stays: it has learned most
  if (made.crossover_n != 0) {
    into.predicted_crossover = static_cast<double>(made.crossover_n);
  }
}

panel empty_panel(workload const& of, bool gpu) {
  panel made;
  made.key = of.key;
  made.title = of.title;
  made.expression = of.expression;
  made.bytes_per_element = of.bytes_per_element;
  for (way const which : all_ways) {
    if (gpu || !needs_gpu(which)) {
      made.lines.push_back({which, {}});
    }
  }
  return made;
}

} // namespace

std::vector<panel> measure_crossover(std::vector<workload> const& workloads, runtimes const& where,
                                     crossover_options const& options) {
  std::vector<std::size_t> const sizes = sizes_of(options);
  progress shown(workloads.size() * sizes.size(), options.quiet);
  std::vector<panel> panels;
  for (workload const& of : workloads) {
    shown.stage(of.title);
    bool const gpu = where.gpu && of.prepare(where, 5003)->runs_on_gpu();
    panel made = empty_panel(of, gpu);
    if (gpu && !of.prepare(where, 5003)->agrees()) {
      throw std::runtime_error(of.title + ": CPU and GPU give different results, so their times say nothing");
    }
    for (std::size_t const n : sizes) {
      bool const all_slow = std::all_of(made.lines.begin(), made.lines.end(),
                                        [&](line const& l) { return too_slow(l, options.ceiling_ms); });
      if (all_slow) {
        break;
      }
      shown.step("n = " + format_count(static_cast<double>(n)));
      made.sizes.push_back(n);
      std::unique_ptr<trial> const subject = of.prepare({where.serial, where.all, gpu}, n);
      measure_size(made, *subject, where, options);
    }
    conclude(made);
    panels.push_back(std::move(made));
  }
  return panels;
}

} // namespace tandem_bench
