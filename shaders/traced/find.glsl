// push.found.e[0] = the smallest index that td_keep keeps; sixteen elements an invocation, 256 apart.
layout(local_size_x = 256) in;

shared uint td_first;

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint start = (push.first_tile + gl_WorkGroupID.x) * 4096u;
  if (lane == 0u)
    td_first = 0xffffffffu;
  barrier();
  for (uint k = 0u; k < 16u; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n && td_keep(i)) {
      atomicMin(td_first, i);
      break;
    }
  }
  barrier();
  if (lane == 0u && td_first != 0xffffffffu)
    atomicMin(push.found.e[0], td_first);
}
