// GLSL of a traced program: its functions, and the block of parameters that they read.
#pragma once

#include "program.hpp"

#include <string>
#include <vector>

namespace tandem::gpu::detail {

/// What the target device can be trusted with; the rest is corrected in the text.
struct glsl_traits {
  bool exact_division32 = false;
  bool exact_sqrt32 = false;
  bool fused_fma32 = false;
  bool exact_division64 = false;
  bool exact_sqrt64 = false;
  bool fused_fma64 = false;
  /// Where not 0: loops count what an invocation runs; past this many iterations they run none and td_overrun
  /// is set.
  std::uint32_t loop_budget = 0;
};

/// One member of the block of parameters: a number, or a table's address and count.
struct parameter_field {
  enum class kind : std::uint8_t { number, table_address, table_count, table_skew };
  kind what; ///< the skew of a table of narrow numbers, several to a word: which of its first word it starts
             ///< with
  scalar type;                ///< of the number, or of the table's elements
  std::uint32_t index;        ///< of the parameter or table
  std::uint32_t offset_bytes; ///< from the start of the block, which is aligned to 8
};

struct parameter_layout {
  std::vector<parameter_field> fields; ///< by offset: eight-byte members first
  std::uint32_t size_bytes = 0;
};

/// The members that live nodes read.
parameter_layout lay_out_parameters(program const& source);

/// Declarations of the members for a GLSL block, in order.
std::string declare_parameters(parameter_layout const& layout);

/// Types and helper functions that the functions and declarations need; comes before the block.
std::string prelude(program const& source, parameter_layout const& layout, glsl_traits const& traits);

/// The functions: `T fn0(T0 x0, T1 x1)` for one result, else `void fn0(T0 x0, out R0 r0, out R1 r1)`.
/// They read members of the block as `block.name`.
std::string functions(program const& source, glsl_traits const& traits, std::string const& block);

/// "float", "int64_t" …
char const* glsl_name(scalar type);

/// The literal of a type from its bits.
std::string glsl_literal(scalar type, std::uint64_t bits);

/// #extension lines for the 64-bit types.
std::string extensions(bool int64, bool float64);

} // namespace tandem::gpu::detail
