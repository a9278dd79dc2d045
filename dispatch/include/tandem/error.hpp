#pragma once

/// \file
/// tandem::error and its family. Bad input throws std::invalid_argument instead, before anything is written.

#include <tandem/gpu/error.hpp>
