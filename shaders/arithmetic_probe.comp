#version 460
// Quotient, root, fused product and plain product of float pairs, for the host to compare with its own.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require

layout(local_size_x = 64) in;

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Floats { float at[]; };

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
  precise float x = Floats(a).at[i];
  precise float y = Floats(b).at[i];
  Floats r = Floats(results);
  precise float quotient = x / y;
  precise float root = sqrt(abs(x));
  precise float fused = fma(x, y, -x);
  precise float product = x * y;
  r.at[i] = quotient;
  r.at[count + i] = root;
  r.at[2 * count + i] = fused;
  r.at[3 * count + i] = product;
}
