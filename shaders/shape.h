// The shape of reductions and of tandem's own passes; read by GLSL and by C++.
#ifndef TANDEM_SHADERS_SHAPE_H
#define TANDEM_SHADERS_SHAPE_H

// Elements of one block, lanes across it and rows down each lane: the fixed tree of every reduction.
#define TANDEM_REDUCTION_BLOCK 4096
#define TANDEM_REDUCTION_LANES 256
#define TANDEM_REDUCTION_ROWS 16

// Invocations of a workgroup in tandem's own passes.
#define TANDEM_GROUP_SIZE 256

#endif
