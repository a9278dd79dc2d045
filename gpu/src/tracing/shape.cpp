#include "shape.hpp"

#include "text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>
#include <limits>

namespace tandem::gpu::detail {
namespace {

// A guess for loops whose trip count is data, and the share of its limit that an iterate_while usually runs.
constexpr double assumed_trips = 16;
constexpr double guarded_share = 0.5;

std::atomic<glsl_traits const*> forced_traits{nullptr};

} // namespace

shape::shape(recording const& recorded)
    : nodes_(recorded.nodes().begin(), recorded.nodes().end()), code_(analyse(recorded)),
      layout_(lay_out_parameters(code_)) {
  for (table const& each : recorded.tables())
    table_types_.push_back(each.type);
}

bool shape::matches(recording const& recorded) const noexcept {
  if (recorded.nodes().size() != nodes_.size() || recorded.tables().size() != table_types_.size())
    return false;
  for (std::uint32_t t = 0; t < recorded.tables().size(); ++t)
    if (recorded.tables()[t].type != table_types_[t])
      return false;
  return std::memcmp(recorded.nodes().data(), nodes_.data(), nodes_.size() * sizeof(node)) == 0;
}

float shape::operations(recording const& recorded) const noexcept {
  double total = 0;
  for (function_info const& function : code_.functions)
    total += function.weight;
  // Loops come outer before inner, so each knows how often its parent runs.
  double runs[64];
  std::size_t const known = std::min<std::size_t>(code_.loops.size(), std::size(runs));
  for (std::size_t l = 0; l < known; ++l) {
    loop_info const& loop = code_.loops[l];
    double trips = loop.source == trip_source::constant ? loop.trip
                   : loop.source == trip_source::parameter
                       ? static_cast<double>(recorded.parameters()[loop.trip])
                       : assumed_trips;
    if (loop.guarded)
      trips *= guarded_share;
    runs[l] = trips * (loop.parent < known ? runs[loop.parent] : 1.0);
    total += runs[l] * loop.weight;
  }
  return static_cast<float>(total);
}

double shape::iterations(recording const& recorded, std::uint32_t which) const noexcept {
  double total = 0;
  double runs[64];
  for (std::size_t l = 0; l < code_.loops.size(); ++l) {
    loop_info const& loop = code_.loops[l];
    if (loop.function != which || !code_.live[loop.node])
      continue;
    if (l >= std::size(runs) || loop.source == trip_source::data)
      return std::numeric_limits<double>::infinity();
    double const trips = loop.source == trip_source::constant
                             ? loop.trip
                             : static_cast<double>(recorded.parameters()[loop.trip]);
    runs[l] = trips * (loop.parent != no_node ? runs[loop.parent] : 1.0);
    total += runs[l];
  }
  return total;
}

double shape::iterations(recording const& recorded) const noexcept {
  double total = 0;
  for (std::uint32_t f = 0; f < code_.functions.size(); ++f)
    total += iterations(recorded, f);
  return total;
}

void require_features(program const& code, engine const& owner) {
  device_info const& info = owner.info();
  if (code.uses_int64 && !info.features.int64)
    throw unsupported_error("it has no 64-bit integers (shaderInt64)", info.name);
  if (code.uses_float64 && !info.features.float64)
    throw unsupported_error("it has no double (shaderFloat64)", info.name);
}

void require_loop_budget(double iterations, engine const& owner) {
  std::uint32_t const budget = owner.limits().max_loop_iterations;
  if (budget == 0 || iterations <= budget)
    return;
  std::string const wanted = iterations > 1e18 ? std::string("an unknown number of")
                                               : std::to_string(static_cast<std::uint64_t>(iterations));
  throw unsupported_error(join({"the lambda's loops run ", wanted,
                                " iterations for an element or group of elements, and it ends loops after ",
                                std::to_string(budget)}),
                          owner.info().name);
}

std::uint32_t counted_loop_budget(program const& code, engine const& owner) {
  std::uint32_t const budget = owner.limits().max_loop_iterations;
  std::size_t live = 0;
  for (loop_info const& loop : code.loops)
    live += code.live[loop.node] ? 1 : 0;
  // Invocations of a subgroup run one loop side by side, but several loops one after another.
  constexpr std::uint32_t own_loops = 64; // of the kernel around the lambda
  return (live <= 1 ? budget : budget / std::max(1u, owner.info().limits.max_subgroup_size)) - own_loops;
}

glsl_traits traits_of(engine const& owner) {
  if (glsl_traits const* const forced = forced_traits.load())
    return *forced;
  arithmetic_report const& report = owner.info().arithmetic;
  return {report.exact_division32,
          report.exact_sqrt32,
          report.fused_fma32,
          report.exact_division64,
          report.exact_sqrt64,
          report.fused_fma64,
          0};
}

void force_traits(glsl_traits const* traits) noexcept {
  forced_traits.store(traits);
}

} // namespace tandem::gpu::detail

namespace tandem::gpu {

detail::shape& kernel_site::match(recording const& recorded) {
  for (detail::shape* each = shapes_.load(std::memory_order_acquire); each != nullptr; each = each->next)
    if (each->matches(recorded)) {
      operations_.store(each->operations(recorded), std::memory_order_relaxed);
      iterations_.store(static_cast<float>(each->iterations(recorded)), std::memory_order_relaxed);
      return *each;
    }
  auto made = std::make_unique<detail::shape>(recorded);
  detail::shape* head = shapes_.load(std::memory_order_acquire);
  do {
    for (detail::shape* each = head; each != made->next; each = each->next)
      if (each->matches(recorded))
        return *each;
    made->next = head;
  } while (!shapes_.compare_exchange_weak(head, made.get(), std::memory_order_acq_rel));
  operations_.store(made->operations(recorded), std::memory_order_relaxed);
  iterations_.store(static_cast<float>(made->iterations(recorded)), std::memory_order_relaxed);
  return *made.release();
}

site_cost kernel_site::cost() const noexcept {
  float const operations = operations_.load(std::memory_order_relaxed);
  if (operations < 0)
    return {};
  return {operations, iterations_.load(std::memory_order_relaxed), true};
}

site_cost kernel_site::note(recording const& recorded) {
  match(recorded);
  return cost();
}

std::uint32_t kernel_site::shapes() const noexcept {
  std::uint32_t count = 0;
  for (detail::shape* each = shapes_.load(std::memory_order_acquire); each != nullptr; each = each->next)
    ++count;
  return count;
}

std::string glsl_of(recording const& recorded) {
  detail::program const code = detail::analyse(recorded);
  detail::glsl_traits const exact{true, true, true, true, true, true, 0};
  return detail::functions(code, exact, "push");
}

} // namespace tandem::gpu
