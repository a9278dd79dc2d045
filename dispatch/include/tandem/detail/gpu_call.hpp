#pragma once

// How a call's lambda reaches a GPU. A launch has what detail::call asks of it; it refers to the caller's arguments.

#include <tandem/detail/call.hpp>

namespace tandem::detail {

/// For calls that no GPU can run.
struct no_launch final : launch {};

} // namespace tandem::detail
