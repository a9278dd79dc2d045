// The vector functions for AVX2; compiled with the flags that CMake gives this file.
#define TANDEM_VECTOR_LETTER d
#define TANDEM_VECTOR_FLOATS 8
#define TANDEM_VECTOR_DOUBLES 4
#include "vector_functions.hpp"
