// The machine's own limits: reading and copying on all threads.
#pragma once

#include <vector>

namespace tandem_bench {

void read_everything(std::vector<float> const& from);

/// With plain copies, and with stores that bypass the caches, which is faster beyond them.
void copy_everything(std::vector<float> const& from, std::vector<float>& to);
void copy_everything_streaming(std::vector<float> const& from, std::vector<float>& to);

} // namespace tandem_bench
