// Bodies that attract one another: a whole step (forces from all others, then leapfrog integration) is one
// lambda from a body to a body, with all bodies as a captured table. Checked against a plain loop, and by
// what must be conserved.

#include "../support/both_sides.hpp"

#include <cmath>
#include <random>

namespace {

struct body {
  float x, y, z, vx, vy, vz;
};
TANDEM_STRUCT(body, x, y, z, vx, vy, vz);

constexpr float softening = 0.05f;

std::vector<body> cloud(std::size_t n) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<body> all(n);
  for (body& b : all)
    for (float* each : {&b.x, &b.y, &b.z, &b.vx, &b.vy, &b.vz})
      *each = normal(random) * (each < &b.vx ? 1.0f : 0.1f);
  return all;
}

std::vector<body> step(auto where, std::vector<body> const& bodies, float dt) {
  auto const n = static_cast<std::uint32_t>(bodies.size());
  float const mass = 1.0f / static_cast<float>(n);
  return tandem::parallel_map(where, bodies, [=, all = tandem::view(bodies)](auto b) {
    auto const pull = tandem::repeat(n, std::array{0.0f, 0.0f, 0.0f}, [=](auto j, auto const& sum) {
      auto const other = all[j];
      auto const dx = other.x - b.x;
      auto const dy = other.y - b.y;
      auto const dz = other.z - b.z;
      auto const inverse = tandem::rsqrt(dx * dx + dy * dy + dz * dz + softening * softening);
      auto const weight = mass * (inverse * inverse * inverse);
      return std::array{sum[0] + weight * dx, sum[1] + weight * dy, sum[2] + weight * dz};
    });
    b.vx += pull[0] * dt;
    b.vy += pull[1] * dt;
    b.vz += pull[2] * dt;
    b.x += b.vx * dt;
    b.y += b.vy * dt;
    b.z += b.vz * dt;
    return b;
  });
}

/// One body after one step, in double.
std::array<double, 3> velocity_after(std::vector<body> const& all, body const& b, double dt) {
  std::array<double, 3> v{double{b.vx}, double{b.vy}, double{b.vz}};
  for (body const& other : all) {
    double const d[] = {double{other.x} - double{b.x}, double{other.y} - double{b.y},
                        double{other.z} - double{b.z}};
    double const square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + double{softening} * double{softening};
    for (std::size_t axis = 0; axis < 3; ++axis)
      v[axis] += dt * d[axis] / (std::sqrt(square) * square * static_cast<double>(all.size()));
  }
  return v;
}

std::array<double, 3> mean_velocity(std::vector<body> const& all) {
  std::array<double, 3> sum{};
  for (body const& b : all) {
    sum[0] += double{b.vx} / static_cast<double>(all.size());
    sum[1] += double{b.vy} / static_cast<double>(all.size());
    sum[2] += double{b.vz} / static_cast<double>(all.size());
  }
  return sum;
}

} // namespace

int main() {
  auto const start = cloud(1500);
  float const dt = 0.01f;
  auto const end = samples::on_both_sides("1,500 bodies, five steps", [&](auto where) {
    auto now = start;
    for (int i = 0; i < 5; ++i)
      now = step(where, now, dt);
    return now;
  });
  auto const once = step(tandem::on_cpu, start, dt);
  double worst = 0;
  for (std::size_t i = 0; i < start.size(); i += 13) {
    auto const v = velocity_after(start, start[i], double{dt});
    worst = std::max({worst, std::abs(v[0] - double{once[i].vx}), std::abs(v[1] - double{once[i].vy}),
                      std::abs(v[2] - double{once[i].vz})});
  }
  std::printf("one step is within %.1e of the plain loop in double: %s\n", worst,
              worst < 1e-5 ? "right" : "WRONG");
  double drift = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
    drift = std::max(drift, std::abs(mean_velocity(end)[axis] - mean_velocity(start)[axis]));
  std::printf("mean velocity drifted by %.1e: %s\n", drift, drift < 1e-6 ? "right" : "WRONG");
}
