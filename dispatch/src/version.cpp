#include <tandem/version.hpp>

namespace tandem {

char const* version() noexcept {
  return TANDEM_VERSION_STRING;
}

} // namespace tandem
