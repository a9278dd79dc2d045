#version 460
// Quotient, root, fused product and plain product of double pairs, for the host to compare with its own.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require

layout(local_size_x = 64) in;

layout(buffer_reference, std430, buffer_reference_align = 8) buffer Doubles { double at[]; };

layout(push_constant) uniform Push {
  uvec2 a;
  uvec2 b;
  uvec2 results; // 4 blocks of count
  uint count;
};

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i >= count)
    return;
  precise double x = Doubles(a).at[i];
  precise double y = Doubles(b).at[i];
  Doubles r = Doubles(results);
  precise double quotient = x / y;
  precise double root = sqrt(abs(x));
  precise double fused = fma(x, y, -x);
  precise double product = x * y;
  r.at[i] = quotient;
  r.at[count + i] = root;
  r.at[2 * count + i] = fused;
  r.at[3 * count + i] = product;
}
