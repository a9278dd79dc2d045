// What the compiler makes of a recording: checked, folded, common subexpressions once, dead code marked.
#pragma once

#include <tandem/gpu/tracing/recording.hpp>

#include <cstdint>
#include <vector>

namespace tandem::gpu::detail {

inline constexpr std::uint32_t no_node = 0xffffffffu;

/// Where a loop's trip count comes from.
enum class trip_source : std::uint8_t { constant, parameter, data };

struct loop_info {
  std::uint32_t node;     ///< the loop's node in the program
  std::uint32_t parent;   ///< index of the enclosing loop, or no_node
  std::uint32_t function; ///< which function it is in
  trip_source source;
  bool guarded;       ///< may end early (iterate_while)
  std::uint32_t trip; ///< the count, or the index of the parameter
  float weight;       ///< weighted operations of one iteration, inner loops apart
};

struct function_info {
  std::uint32_t first, last;          ///< its nodes: [first, last)
  std::vector<scalar> inputs;         ///< by argument; arguments that are never read have their type too
  std::vector<std::uint32_t> results; ///< nodes whose values it returns
  float weight;                       ///< weighted operations outside of loops
};

/// Operands refer to nodes of the program itself; a constant's payload is (a, b) as in a recording.
struct program {
  std::vector<node> nodes;
  std::vector<bool> live;
  std::vector<function_info> functions;
  std::vector<loop_info> loops;        ///< outer before inner
  std::vector<scalar> parameter_types; ///< by index
  std::vector<scalar> table_types;     ///< by index
  bool uses_int64 = false;
  bool uses_float64 = false;
};

/// Throws tandem::error when a value is used outside of the loop body or function that it belongs to.
program analyse(recording const& recorded);

/// The bits of code(a, b, c) on constants when that is exact and the same on every machine.
/// `types`: those of the operands; the result has the type of the node.
bool fold(node const& operation, scalar operand_type, std::uint64_t a, std::uint64_t b, std::uint64_t c,
          std::uint64_t& result);

/// Weighted operations of one node: an addition of floats counts 1.
float weight_of(node const& operation, scalar operand_type);

/// How many of a, b and c are operands that refer to nodes.
unsigned operand_count(opcode code);

} // namespace tandem::gpu::detail
