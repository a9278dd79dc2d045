// Totals of digits become where the keys of each begin: a group a pass.
void main() {
  uint at = (push.first_tile + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
  uint all;
  uint before = td_prefix(gl_LocalInvocationID.x, push.counts.e[at], all);
  push.counts.e[at] = before;
}
