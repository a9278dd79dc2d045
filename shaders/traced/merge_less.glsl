// Whether element push.n of b comes before element push.a_count of a: for searches that the host leads.
layout(local_size_x = 1) in;

void main() { push.splits.e[0] = td_less(push.b.e[push.n], push.a.e[push.a_count]) ? 1u : 0u; }
