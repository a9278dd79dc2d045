#include <tandem/version.hpp>

#include <cstdio>
#include <cstring>

int main() {
  std::printf("tandem %s\n", tandem::version());
  return std::strcmp(tandem::version(), TANDEM_VERSION_STRING) == 0 ? 0 : 1;
}
