#pragma once

/// \file
/// The function vocabulary: names that mean the same on C++ numbers and in lambdas that are recorded for a
/// GPU.

#include <tandem/math/basic.hpp>
#include <tandem/math/fast.hpp>
#include <tandem/math/functions.hpp>
#include <tandem/math/loops.hpp>
#include <tandem/math/view.hpp>
#include <tandem/math/view2d.hpp>
