// The vector functions for AVX; compiled with the flags that CMake gives this file.
#define TANDEM_VECTOR_LETTER c
#define TANDEM_VECTOR_FLOATS 8
#define TANDEM_VECTOR_DOUBLES 4
#include "vector_functions.hpp"
