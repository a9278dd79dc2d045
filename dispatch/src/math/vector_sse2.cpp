// The vector functions for SSE2; compiled with the flags that CMake gives this file.
#define TANDEM_VECTOR_LETTER b
#define TANDEM_VECTOR_FLOATS 4
#define TANDEM_VECTOR_DOUBLES 2
#include "vector_functions.hpp"
