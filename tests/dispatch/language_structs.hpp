// Structs of a namespace of their own, as a user would have them, for lambdas to take and return.
#pragma once

#include <tandem/tandem.hpp>

#include <array>
#include <cstdint>

namespace physics {

struct vec {
  float x, y;
};
TANDEM_STRUCT(vec, x, y);

struct particle {
  vec position;
  std::array<float, 2> velocity;
  std::int32_t mass;
  std::uint8_t tag;
  bool alive;
  tandem::half charge;
};
TANDEM_STRUCT(particle, position, velocity, mass, tag, alive, charge);

} // namespace physics
