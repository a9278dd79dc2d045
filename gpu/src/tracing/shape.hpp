// One recorded shape of a lambda: what it compiles to and the kernels made of it so far.
#pragma once

#include "../runtime/engine.hpp"
#include "glsl.hpp"
#include "kernel_list.hpp"

#include <tandem/gpu/kernel_site.hpp>

#include <atomic>
#include <cstring>
#include <span>
#include <string>

namespace tandem::gpu::detail {

class shape {
 public:
  explicit shape(recording const& recorded);

  bool matches(recording const& recorded) const noexcept;

  program const& code() const noexcept { return code_; }
  parameter_layout const& layout() const noexcept { return layout_; }

  /// Weighted operations of all functions, each run once.
  float operations(recording const& recorded) const noexcept;
  /// The most loop iterations of all functions together.
  double iterations(recording const& recorded) const noexcept;
  /// The most loop iterations that one evaluation of function `which` can run; infinity when the data decide.
  double iterations(recording const& recorded, std::uint32_t which) const noexcept;

  /// The kernels made of it.
  kernel_list& kernels() noexcept { return kernels_; }

  shape* next = nullptr; ///< the site's next shape

 private:
  std::vector<node> nodes_; ///< the recording's, to compare with
  std::vector<scalar> table_types_;
  program code_;
  parameter_layout layout_;
  kernel_list kernels_;
};

/// Throws unsupported_error when the program needs what the device lacks.
void require_features(program const& code, engine const& owner);

/// Throws unsupported_error when one invocation would run more loop iterations than the device can count
/// (software devices end loops silently past their budget).
void require_loop_budget(double iterations, engine const& owner);

/// How many iterations each invocation may count by itself so that those of a subgroup together stay within
/// the device's budget, for programs whose trip counts are data; 0 on a device without one.
std::uint32_t counted_loop_budget(program const& code, engine const& owner);

/// The device's arithmetic as its self-test found it, or what a test has forced.
glsl_traits traits_of(engine const& owner);
/// For tests: null ends it.
TANDEM_API void force_traits(glsl_traits const* traits) noexcept;

/// Packs the recording's parameters as `layout` says. `address_of(table)` gives device addresses.
template <class AddressOf>
void pack_parameters(parameter_layout const& layout, recording const& recorded, std::byte* to,
                     AddressOf&& address_of) {
  for (parameter_field const& field : layout.fields) {
    std::uint64_t bits = 0;
    switch (field.what) {
    case parameter_field::kind::number:
      bits = recorded.parameters()[field.index];
      break;
    case parameter_field::kind::table_address:
      bits = address_of(field.index);
      if (size_of(field.type) < 4)
        bits &= ~std::uint64_t{3};
      break;
    case parameter_field::kind::table_skew:
      bits = (address_of(field.index) & 3) / size_of(field.type);
      break;
    case parameter_field::kind::table_count:
      bits = recorded.tables()[field.index].count;
      break;
    }
    bool const wide = field.what == parameter_field::kind::table_address ||
                      (field.what == parameter_field::kind::number && size_of(field.type) == 8);
    std::memcpy(to + field.offset_bytes, &bits, wide ? 8 : 4);
  }
}

} // namespace tandem::gpu::detail
