// The vector functions for AVX-512; compiled with the flags that CMake gives this file.
#define TANDEM_VECTOR_LETTER e
#define TANDEM_VECTOR_FLOATS 16
#define TANDEM_VECTOR_DOUBLES 8
#include "vector_functions.hpp"
