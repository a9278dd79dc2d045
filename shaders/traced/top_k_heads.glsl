// push.to = the first push.k elements of every tile of push.tile, side by side; push.n of them together.
layout(local_size_x = 256) in;

void main() {
  uint i = (push.first + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
  if (i < push.n)
    push.to.e[i] = push.from.e[i / push.k * push.tile + i % push.k];
}
