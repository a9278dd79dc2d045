#version 460
// Whether workgroups that wait for earlier ones see what these publish: each takes a ticket, publishes two words that must be
// seen together once the third is, waits for the ticket before, and passes on the sum. Counts what went wrong.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 4) buffer words { uint e[]; };
layout(push_constant, std430) uniform push_block {
  words control; // ticket, groups that gave up, wrong payloads, wrong sums
  words flags;   // 1: published, 2: its sum too
  words payload; // four words a group: two of its own, two of the sum
  uint spin_limit;
  uint padding;
} push;

shared uint ticket;
shared uint sum;

uint look(uint group, uint wanted) {
  for (uint spins = 0u; spins < push.spin_limit; ++spins)
    if (atomicOr(push.flags.e[group], 0u) >= wanted)
      return 1u;
  return 0u;
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  if (lane == 0u) {
    ticket = atomicAdd(push.control.e[0], 1u);
    sum = 0u;
  }
  barrier();
  atomicAdd(sum, ticket * 2654435761u + lane); // as a tile's own work would be
  barrier();
  if (lane == 0u) {
    uint own = sum;
    atomicExchange(push.payload.e[ticket * 4u], own);
    atomicExchange(push.payload.e[ticket * 4u + 1u], ~own);
    memoryBarrierBuffer();
    atomicExchange(push.flags.e[ticket], 1u);
    uint before = 0u;
    if (ticket > 0u) {
      if (look(ticket - 1u, 1u) == 0u || look(ticket - 1u, 2u) == 0u)
        atomicAdd(push.control.e[1], 1u);
      memoryBarrierBuffer();
      uint theirs = atomicOr(push.payload.e[(ticket - 1u) * 4u], 0u);
      if (atomicOr(push.payload.e[(ticket - 1u) * 4u + 1u], 0u) != ~theirs)
        atomicAdd(push.control.e[2], 1u);
      before = atomicOr(push.payload.e[(ticket - 1u) * 4u + 2u], 0u);
      if (atomicOr(push.payload.e[(ticket - 1u) * 4u + 3u], 0u) != (before ^ 0x5bd1e995u))
        atomicAdd(push.control.e[3], 1u);
    }
    atomicExchange(push.payload.e[ticket * 4u + 2u], before + own);
    atomicExchange(push.payload.e[ticket * 4u + 3u], (before + own) ^ 0x5bd1e995u);
    memoryBarrierBuffer();
    atomicExchange(push.flags.e[ticket], 2u);
  }
}
