#pragma once

#include <tandem/config.hpp>

namespace tandem {

/// The version of the compiled library, "major.minor.patch"; equal to TANDEM_VERSION_STRING unless headers and library are mixed.
TANDEM_API char const* version() noexcept;

} // namespace tandem
