#include "expressions.hpp"

#include "text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>

namespace tandem::gpu::detail {
namespace {

std::string call(std::string const& function, std::string const& a) {
  return join({function, "(", a, ")"});
}
std::string call(std::string const& function, std::string const& a, std::string const& b) {
  return join({function, "(", a, ", ", b, ")"});
}

std::string cast_expression(scalar to, scalar from, std::string const& a) {
  std::string const type = glsl_name(to);
  if (to == from)
    return a;
  if (to == scalar::boolean)
    return join({"!(", a, " == ", glsl_literal(from, 0), ")"}); // NaN is true, as in C++
  if (from == scalar::boolean)
    return join({"(", a, " ? ", type, "(1) : ", type, "(0))"});
  if (is_floating(from) && is_integer(to)) {
    constexpr char const* saturating[] = {"", "td_int", "td_uint", "td_long", "td_ulong"};
    return call(saturating[static_cast<std::size_t>(to)], a);
  }
  if (from == scalar::uint32 && to == scalar::float32)
    return call("td_float", a);
  if (from == scalar::int32 && to == scalar::uint64)
    return join({"uint64_t(int64_t(", a, "))"});
  if (from == scalar::uint32 && to == scalar::int64)
    return join({"int64_t(uint64_t(", a, "))"});
  if (size_of(from) == 8 && is_integer(from) && to == scalar::int32)
    return join({"int(uint(", a, "))"});
  return call(type, a);
}

std::string bit_cast_expression(scalar to, scalar from, std::string const& a) {
  if (from == scalar::float32)
    return call(to == scalar::int32 ? "floatBitsToInt" : "floatBitsToUint", a);
  if (to == scalar::float32)
    return call(from == scalar::int32 ? "intBitsToFloat" : "uintBitsToFloat", a);
  if (from == scalar::float64)
    return call(to == scalar::int64 ? "doubleBitsToInt64" : "doubleBitsToUint64", a);
  if (to == scalar::float64)
    return call(from == scalar::int64 ? "int64BitsToDouble" : "uint64BitsToDouble", a);
  return call(glsl_name(to), a);
}

char const* infix(opcode code) {
  switch (code) {
  case opcode::add:
    return " + ";
  case opcode::subtract:
    return " - ";
  case opcode::multiply:
    return " * ";
  case opcode::divide:
  case opcode::native_divide:
    return " / ";
  case opcode::bit_and:
    return " & ";
  case opcode::bit_or:
    return " | ";
  case opcode::bit_xor:
    return " ^ ";
  case opcode::equal:
    return " == ";
  case opcode::less:
    return " < ";
  case opcode::less_equal:
    return " <= ";
  case opcode::logical_and:
    return " && ";
  case opcode::logical_or:
    return " || ";
  default:
    return nullptr;
  }
}

char const* function_name(opcode code) {
  switch (code) {
  case opcode::absolute:
    return "abs";
  case opcode::floor:
    return "td_floor";
  case opcode::ceil:
    return "td_ceil";
  case opcode::round:
    return "td_round";
  case opcode::trunc:
    return "td_trunc";
  case opcode::rint:
    return "td_rint";
  case opcode::is_nan:
    return "td_isnan";
  case opcode::is_inf:
    return "td_isinf";
  case opcode::popcount:
    return "td_popcount";
  case opcode::countl_zero:
    return "td_clz";
  case opcode::native_exp:
    return "exp";
  case opcode::native_exp2:
    return "exp2";
  case opcode::native_log:
    return "log";
  case opcode::native_log2:
    return "log2";
  case opcode::native_sin:
    return "sin";
  case opcode::native_cos:
    return "cos";
  case opcode::native_tan:
    return "tan";
  case opcode::native_tanh:
    return "tanh";
  case opcode::native_rsqrt:
    return "inversesqrt";
  case opcode::native_sqrt:
    return "sqrt";
  default:
    throw tandem::error("a recorded operation has no GLSL");
  }
}

} // namespace

std::string unpacked(scalar stored, std::string const& word, std::string const& shift) {
  std::string const bits = shift == "0u" ? word : join({"(", word, " >> ", shift, ")"});
  switch (stored) {
  case scalar::boolean:
    return join({"((", bits, " & 255u) != 0u)"});
  case scalar::int8:
    return join({"(int(", bits, " << 24) >> 24)"});
  case scalar::uint8:
    return join({"int(", bits, " & 255u)"});
  case scalar::int16:
    return join({"(int(", bits, " << 16) >> 16)"});
  case scalar::uint16:
    return join({"int(", bits, " & 65535u)"});
  case scalar::float16:
    return join({"td_from_half(", bits, " & 65535u)"});
  default:
    throw tandem::error("a number that fills words was to be unpacked");
  }
}

std::string packed(scalar stored, std::string const& number) {
  if (stored == scalar::boolean)
    return join({"(", number, " ? 1u : 0u)"});
  if (stored == scalar::float16)
    return join({"td_to_half(", number, ")"});
  return join({"(uint(", number, size_of(stored) == 1 ? ") & 255u)" : ") & 65535u)"});
}

std::string glsl_literal(scalar type, std::uint64_t bits) {
  std::string const low = join({std::to_string(static_cast<std::uint32_t>(bits)), "u"});
  switch (type) {
  case scalar::boolean:
    return bits != 0 ? "true" : "false";
  case scalar::int32:
    return join({"int(", low, ")"});
  case scalar::uint32:
    return low;
  case scalar::int64:
    return join({"int64_t(", std::to_string(bits), "ul)"});
  case scalar::uint64:
    return join({std::to_string(bits), "ul"});
  case scalar::float32:
    return join({"uintBitsToFloat(", low, ")"});
  default:
    return join({"packDouble2x32(uvec2(", low, ", ", std::to_string(bits >> 32), "u))"});
  }
}

expression_writer::expression_writer(program const& source, glsl_traits const& traits, std::string block)
    : source_(source), traits_(traits), block_(std::move(block)) {
  find_inline();
}

void expression_writer::find_inline() {
  constexpr std::size_t short_program = 256;
  constexpr std::uint32_t deepest = 24;
  std::size_t const count = source_.nodes.size();
  inline_.assign(count, false);
  if (count < short_program)
    return;
  auto const is_arithmetic = [&](std::uint32_t i) {
    node const& each = source_.nodes[i];
    bool const ring =
        each.code == opcode::add || each.code == opcode::subtract || each.code == opcode::multiply;
    bool const bits =
        each.code == opcode::bit_and || each.code == opcode::bit_or || each.code == opcode::bit_xor;
    return each.type != scalar::boolean && (ring || bits);
  };
  std::vector<std::uint32_t> uses(count, 0);
  std::vector<std::uint32_t> user(count, 0);
  std::vector<std::uint32_t> scope(count, no_node);
  std::vector<std::uint32_t> open{no_node};
  for (std::uint32_t i = 0; i < count; ++i) {
    node const& each = source_.nodes[i];
    if (each.code == opcode::loop)
      open.push_back(i);
    if (each.code == opcode::loop_end)
      open.pop_back();
    scope[i] = open.back();
    if (!source_.live[i])
      continue;
    unsigned const operands = operand_count(each.code);
    for (std::uint32_t operand : {operands > 0 && each.code != opcode::load ? each.a : no_node,
                                  operands > 1 ? each.b : no_node, operands > 2 ? each.c : no_node})
      if (operand != no_node) {
        ++uses[operand];
        user[operand] = i;
      }
  }
  for (function_info const& function : source_.functions)
    for (std::uint32_t result : function.results)
      uses[result] += 2;
  std::vector<std::uint32_t> depth(count, 0);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!is_arithmetic(i))
      continue;
    std::uint32_t below = 0; // of the operands that are inside already
    for (std::uint32_t operand : {source_.nodes[i].a, source_.nodes[i].b})
      below = std::max(below, inline_[operand] ? depth[operand] : 0);
    depth[i] = below + 1;
    inline_[i] = uses[i] == 1 && is_arithmetic(user[i]) && scope[i] == scope[user[i]] && depth[i] < deepest;
  }
}

std::string expression_writer::name(std::uint32_t i) const {
  node const& each = source_.nodes[i];
  if (inline_[i])
    return expression(i);
  switch (each.code) {
  case opcode::input:
    return join({"x", std::to_string(each.a)});
  case opcode::constant:
    return glsl_literal(each.type, each.a | static_cast<std::uint64_t>(each.b) << 32);
  case opcode::parameter: {
    std::string const member = join({block_, ".p", std::to_string(each.a)});
    return each.type == scalar::boolean ? join({"(", member, " != 0u)"}) : member;
  }
  case opcode::loop_result:
    return join({"v", std::to_string(each.a)});
  default:
    return join({"v", std::to_string(i)});
  }
}

std::string expression_writer::expression(std::uint32_t i) const {
  node const& each = source_.nodes[i];
  if (each.code == opcode::load)
    return load(each);
  std::string const a = name(each.a);
  scalar const operand = source_.nodes[each.a].type;
  switch (operand_count(each.code)) {
  case 1:
    return unary(each, a, operand);
  case 2:
    return binary(each, a, name(each.b), operand);
  default:
    break;
  }
  if (each.code == opcode::select)
    return join({"(", a, " ? ", name(each.b), " : ", name(each.c), ")"});
  bool const fused = each.type == scalar::float32 ? traits_.fused_fma32 : traits_.fused_fma64;
  return join({fused ? "fma(" : "td_exact_fma(", a, ", ", name(each.b), ", ", name(each.c), ")"});
}

std::string expression_writer::unary(node const& each, std::string const& a, scalar operand) const {
  switch (each.code) {
  case opcode::negate:
    return is_integer(each.type) ? join({"(", glsl_name(each.type), "(0) - ", a, ")"}) : join({"(-", a, ")"});
  case opcode::bit_not:
    return join({"(~", a, ")"});
  case opcode::logical_not:
    return join({"(!", a, ")"});
  case opcode::cast:
    return cast_expression(each.type, operand, a);
  case opcode::bit_cast:
    return bit_cast_expression(each.type, operand, a);
  case opcode::narrow:
    return unpacked(static_cast<scalar>(each.b), packed(static_cast<scalar>(each.b), a), "0u");
  case opcode::sqrt: {
    bool const exact = each.type == scalar::float32 ? traits_.exact_sqrt32 : traits_.exact_sqrt64;
    return call(exact ? "sqrt" : "td_exact_sqrt", a);
  }
  default:
    return call(function_name(each.code), a);
  }
}

std::string expression_writer::binary(node const& each, std::string const& a, std::string const& b,
                                      scalar operand) const {
  switch (each.code) {
  case opcode::divide: {
    if (!is_floating(each.type))
      return call("td_div", a, b);
    bool const exact = each.type == scalar::float32 ? traits_.exact_division32 : traits_.exact_division64;
    if (!exact)
      return call("td_exact_div", a, b);
    break;
  }
  case opcode::remainder:
    return call("td_rem", a, b);
  case opcode::shift_left:
  case opcode::shift_right:
    return join({"(", a, (each.code == opcode::shift_left ? " << (" : " >> ("), b,
                 size_of(each.type) == 4 ? " & 31u))" : " & 63u))"});
  case opcode::not_equal:
    return join({"!(", a, " == ", b, ")"});
  case opcode::minimum:
    return join({"(", b, " < ", a, " ? ", b, " : ", a, ")"});
  case opcode::maximum:
    return join({"(", a, " < ", b, " ? ", b, " : ", a, ")"});
  case opcode::multiply_high:
    return call("td_mul_hi", a, b);
  case opcode::native_pow:
    return call("pow", a, b);
  case opcode::less:
  case opcode::less_equal:
    if (operand == scalar::boolean) // GLSL does not order booleans
      return join({"(uint(", a, ")", infix(each.code), "uint(", b, "))"});
    break;
  default:
    break;
  }
  return join({"(", a, infix(each.code), b, ")"});
}

/// Element b of table a; zero past the end. A negative index is past the end too, seen as unsigned.
std::string expression_writer::load(node const& each) const {
  std::string const table = join({block_, ".t", std::to_string(each.a)});
  std::string const count = join({block_, ".c", std::to_string(each.a)});
  scalar const index_type = source_.nodes[each.b].type;
  bool const wide = size_of(index_type) == 8;
  std::string const index = join({wide ? "uint64_t(" : "uint(", name(each.b), ")"});
  std::string const inside = wide ? join({index, " < uint64_t(", count, ")"}) : join({index, " < ", count});
  std::string const element = join({"uint(", index, ")"});
  scalar const stored = source_.table_types[each.a];
  if (size_of(stored) < 4) { // several to a word
    packing const words(stored);
    std::string const at = join({"(", element, " + ", block_, ".s", std::to_string(each.a), ")"});
    return join({"(", inside, " ? ",
                 unpacked(stored, join({table, ".e[", words.word(at), "]"}), words.shift(at)), " : ",
                 glsl_literal(each.type, 0), ")"});
  }
  return join({"(", inside, " ? ", table, ".e[", element, "] : ", glsl_literal(each.type, 0), ")"});
}

} // namespace tandem::gpu::detail
