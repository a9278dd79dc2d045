// "map of 1e6 floats, work 20": a call described in words.
#pragma once

#include <tandem/decision.hpp>

#include <string>

namespace tandem_bench {

/// Reads
///
///     ALGORITHM of COUNT [floats|doubles|ints|longs] [, work W] [, resident] [, compiling] [, cpu only]
///
/// ALGORITHM is a name of tandem::algorithm, with spaces or underscores, or "sort". Throws
/// std::invalid_argument that says which word was not understood and what it may be.
tandem::request described_call(std::string const& words);

} // namespace tandem_bench
