// What the passes of a radix sort share. TD_E elements an invocation; TD_K: uint or uvec2, words in an order-preserving
// coding; TD_V: type of the values, if any.
layout(local_size_x = 256) in;

const uint td_tile = 256u * TD_E;

shared uint td_starts[256];
