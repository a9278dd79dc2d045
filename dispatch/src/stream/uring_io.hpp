// The io_uring side of file_io, where this build has it.
#pragma once

#include "file_io.hpp"

namespace tandem::detail {

/// Reads and writes a small file through a ring of its own. Empty if that worked, else what did not.
std::string probe_io_uring();
std::unique_ptr<file_io> make_uring_io();

} // namespace tandem::detail
