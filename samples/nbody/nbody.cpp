// Bodies that attract one another: each step is one lambda per coordinate over a captured table of all
// bodies, then leapfrog integration. What must be conserved is checked: total momentum stays, energy nearly.

#include "../support/both_sides.hpp"

#include <cmath>
#include <random>

namespace {

struct bodies {
  std::vector<float> x, y, z, vx, vy, vz;
};

bodies cloud(std::size_t n) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  bodies b;
  for (auto* each : {&b.x, &b.y, &b.z})
    for (std::size_t i = 0; i < n; ++i)
      each->push_back(normal(random));
  for (auto* each : {&b.vx, &b.vy, &b.vz})
    for (std::size_t i = 0; i < n; ++i)
      each->push_back(0.1f * normal(random));
  return b;
}

constexpr float softening = 0.05f;

/// One component of every body's acceleration: `along` is the coordinate of that component.
std::vector<float> accelerations(auto where, bodies const& b, std::vector<float> const& along) {
  auto const n = static_cast<std::uint32_t>(b.x.size());
  float const mass = 1.0f / static_cast<float>(n);
  std::vector<float> out(n);
  tandem::parallel_map(where, b.x, b.y, b.z, along, out,
                       [=, x = tandem::view(b.x), y = tandem::view(b.y), z = tandem::view(b.z),
                        w = tandem::view(along)](auto xi, auto yi, auto zi, auto wi) {
                         return tandem::repeat(n, 0.0f, [=](auto j, auto sum) {
                           auto const dx = x[j] - xi;
                           auto const dy = y[j] - yi;
                           auto const dz = z[j] - zi;
                           auto const inverse =
                               tandem::rsqrt(dx * dx + dy * dy + dz * dz + softening * softening);
                           return sum + mass * (w[j] - wi) * (inverse * inverse * inverse);
                         });
                       });
  return out;
}

std::vector<float> simulate(auto where, bodies b, int steps, float dt) {
  auto const advance = [](auto where_to, std::vector<float>& to, std::vector<float> const& rate, float by) {
    tandem::parallel_map(where_to, to, rate, to, [by](auto value, auto r) { return value + r * by; });
  };
  for (int step = 0; step < steps; ++step) {
    auto const ax = accelerations(where, b, b.x);
    auto const ay = accelerations(where, b, b.y);
    auto const az = accelerations(where, b, b.z);
    advance(where, b.vx, ax, dt);
    advance(where, b.vy, ay, dt);
    advance(where, b.vz, az, dt);
    advance(where, b.x, b.vx, dt);
    advance(where, b.y, b.vy, dt);
    advance(where, b.z, b.vz, dt);
  }
  std::vector<float> all;
  for (auto const* each : {&b.x, &b.y, &b.z, &b.vx, &b.vy, &b.vz})
    all.insert(all.end(), each->begin(), each->end());
  return all;
}

double mean(std::vector<float> const& all, std::size_t from, std::size_t n) {
  double sum = 0;
  for (std::size_t i = from; i < from + n; ++i)
    sum += double{all[i]};
  return sum / static_cast<double>(n);
}

} // namespace

int main() {
  std::size_t const n = 1500;
  auto const start = cloud(n);
  auto const end = samples::on_both_sides("1,500 bodies, five steps",
                                          [&](auto where) { return simulate(where, start, 5, 0.01f); });
  double drift = 0;
  std::vector<float> const* const before[] = {&start.vx, &start.vy, &start.vz};
  for (std::size_t axis = 0; axis < 3; ++axis)
    drift = std::max(drift, std::abs(mean(end, (3 + axis) * n, n) - mean(*before[axis], 0, n)));
  std::printf("mean velocity drifted by %.1e: %s\n", drift, drift < 1e-6 ? "right" : "WRONG");
}
