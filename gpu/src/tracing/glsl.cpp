#include "glsl.hpp"

#include "expressions.hpp"
#include "text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>

namespace tandem::gpu::detail {
namespace {

char const arithmetic_text[] =
#include <tandem_shaders/traced/arithmetic.glsl.inc>
    ;
char const exact_text[] =
#include <tandem_shaders/traced/exact.glsl.inc>
    ;
char const fma_text[] =
#include <tandem_shaders/traced/fma.glsl.inc>
    ;

std::string number(std::uint64_t n) {
  return std::to_string(n);
}

/// Writes one function's body, statement by statement.
class function_writer {
 public:
  function_writer(program const& source, std::uint32_t which, glsl_traits const& traits,
                  std::string const& block)
      : source_(source), which_(which), function_(source.functions[which]), write_(source, traits, block),
        counted_(traits.loop_budget != 0) {}

  std::string run() {
    signature();
    for (std::uint32_t i = function_.first; i < function_.last; ++i)
      if (source_.live[i])
        statement(i);
    if (function_.results.size() == 1)
      line(join({"return ", write_.name(function_.results[0]), ";"}));
    else
      for (std::size_t r = 0; r < function_.results.size(); ++r)
        line(join({"r", number(r), " = ", write_.name(function_.results[r]), ";"}));
    out_ += "}\n";
    return std::move(out_);
  }

 private:
  void line(std::string const& text) { out_.append(2 * depth_, ' ').append(text).append("\n"); }

  void signature() {
    bool const single = function_.results.size() == 1;
    out_ += join({single ? glsl_name(type(function_.results[0])) : "void", " fn", number(which_), "("});
    std::string separator;
    for (std::size_t k = 0; k < function_.inputs.size(); ++k, separator = ", ")
      out_ += join({separator, glsl_name(function_.inputs[k]), " x", number(k)});
    if (!single)
      for (std::size_t r = 0; r < function_.results.size(); ++r, separator = ", ")
        out_ += join({separator, "out ", glsl_name(type(function_.results[r])), " r", number(r)});
    out_ += ") {\n";
  }

  scalar type(std::uint32_t i) const { return source_.nodes[i].type; }

  /// `precise` keeps the compiler from contracting and reordering float arithmetic.
  std::string declare(std::uint32_t i) const {
    return join({is_floating(type(i)) ? "precise " : "", glsl_name(type(i)), " ", write_.name(i)});
  }

  void statement(std::uint32_t i) {
    node const& each = source_.nodes[i];
    switch (each.code) {
    case opcode::input:
    case opcode::constant:
    case opcode::parameter:
    case opcode::loop_result: // read under the state's name
      return;
    case opcode::loop:
      open_loop(i, each);
      return;
    case opcode::loop_state:
      return; // declared with its loop
    case opcode::loop_guard:
      line(join({"if (!", write_.name(each.a), ") break;"}));
      return;
    case opcode::loop_next:
      line(join({glsl_name(each.type), " n", number(each.a), " = ", write_.name(each.b), ";"}));
      return;
    case opcode::loop_end:
      close_loop(each.a);
      return;
    default:
      if (!write_.is_inline(i))
        line(join({declare(i), " = ", write_.expression(i), ";"}));
    }
  }

  /// States follow their loop's node at once.
  template <class Fn>
  void for_states(std::uint32_t loop, Fn&& fn) {
    for (std::uint32_t i = loop + 1; source_.nodes[i].code == opcode::loop_state; ++i)
      if (source_.live[i])
        fn(i);
  }

  void open_loop(std::uint32_t loop, node const& each) {
    for_states(loop, [&](std::uint32_t i) {
      line(join({declare(i), " = ", write_.name(source_.nodes[i].a), ";"}));
    });
    std::string const index = write_.name(loop);
    std::string trips = write_.name(each.a);
    if (counted_) {
      trips = join({"k", number(loop)});
      line(join({"uint ", trips, " = td_trips(", write_.name(each.a), ");"}));
    }
    line(join({"for (uint ", index, " = 0u; ", index, " < ", trips, "; ++", index, ") {"}));
    ++depth_;
  }

  void close_loop(std::uint32_t loop) {
    for_states(loop, [&](std::uint32_t i) { line(join({write_.name(i), " = n", number(i), ";"})); });
    --depth_;
    line("}");
  }

  program const& source_;
  std::uint32_t which_;
  function_info const& function_;
  expression_writer write_;
  bool counted_;
  std::string out_;
  std::size_t depth_ = 1;
};

std::string field_name(parameter_field const& field) {
  switch (field.what) {
  case parameter_field::kind::number:
    return join({"p", number(field.index)});
  case parameter_field::kind::table_address:
    return join({"t", number(field.index)});
  case parameter_field::kind::table_skew:
    return join({"s", number(field.index)});
  default:
    return join({"c", number(field.index)});
  }
}

/// Narrow numbers are read as words.
std::string table_type(scalar type) {
  return join({"td_table_", size_of(type) < 4 ? "word" : glsl_name(type)});
}

bool any_live(program const& source, bool (*wanted)(program const&, node const&)) {
  for (std::uint32_t i = 0; i < source.nodes.size(); ++i)
    if (source.live[i] && wanted(source, source.nodes[i]))
      return true;
  return false;
}

/// The text for one width of float, between definitions of its words.
std::string exact_section(bool wide, bool with_fma) {
  std::string const names[] = {"TD_F",       "TD_W",        "TD_S",  "TD_M",       "TD_E",
                               "TD_BITS_OF", "TD_FLOAT_OF", "TD_W2", "TD_MULTIPLY"};
  std::string const narrow_words[] = {
      "float", "uint", "int", "23", "255", "floatBitsToUint", "uintBitsToFloat", "uvec2", "umulExtended"};
  std::string const wide_words[] = {
      "double",  "uint64_t",     "int64_t", "52", "2047", "doubleBitsToUint64", "uint64BitsToDouble",
      "u64vec2", "td_multiply64"};
  std::string text;
  for (std::size_t i = 0; i < std::size(names); ++i)
    text += join({"#define ", names[i], " ", (wide ? wide_words : narrow_words)[i], "\n"});
  text += exact_text;
  if (with_fma && wide)
    text += "void td_multiply64(uint64_t a, uint64_t b, out uint64_t high, out uint64_t low) {\n"
            "  uint64_t al = a & 0xfffffffful, ah = a >> 32, bl = b & 0xfffffffful, bh = b >> 32;\n"
            "  uint64_t mid = ah * bl + ((al * bl) >> 32);\n"
            "  uint64_t other = al * bh + (mid & 0xfffffffful);\n"
            "  low = a * b;\n"
            "  high = ah * bh + (mid >> 32) + (other >> 32);\n"
            "}\n";
  if (with_fma)
    text += fma_text;
  for (std::string const& name : names)
    text += join({"#undef ", name, "\n"});
  for (char const* name : {"TD_ONE", "TD_SIGN", "TD_INFINITY", "TD_QUIET", "TD_WIDTH"})
    text += join({"#undef ", name, "\n"});
  return text;
}

/// Which width's corrections the program needs on such a device.
struct corrections {
  bool any = false;
  bool fma = false;
};

corrections needed(program const& source, scalar type, bool division, bool sqrt, bool fused) {
  corrections result;
  for (std::uint32_t i = 0; i < source.nodes.size(); ++i) {
    node const& each = source.nodes[i];
    if (!source.live[i] || each.type != type)
      continue;
    result.any |= (each.code == opcode::divide && !division) || (each.code == opcode::sqrt && !sqrt);
    result.fma |= each.code == opcode::fma && !fused;
  }
  result.any |= result.fma;
  return result;
}

} // namespace

char const* glsl_name(scalar type) {
  constexpr char const* names[scalar_count] = {"bool",     "int",   "uint",  "int64_t",
                                               "uint64_t", "float", "double"};
  return names[static_cast<std::size_t>(computed(type))];
}

std::string extensions(bool int64, bool float64) {
  std::string text = "#extension GL_EXT_buffer_reference : require\n"
                     "#extension GL_EXT_buffer_reference_uvec2 : require\n"
                     "#extension GL_EXT_control_flow_attributes : enable\n";
  if (int64)
    text += "#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require\n#define TD_INT64\n";
  if (float64)
    text += "#extension GL_EXT_shader_explicit_arithmetic_types_float64 : require\n#define TD_FLOAT64\n";
  return text;
}

parameter_layout lay_out_parameters(program const& source) {
  std::vector<bool> numbers(source.parameter_types.size(), false);
  std::vector<bool> tables(source.table_types.size(), false);
  for (std::uint32_t i = 0; i < source.nodes.size(); ++i) {
    node const& each = source.nodes[i];
    if (source.live[i] && each.code == opcode::parameter)
      numbers[each.a] = true;
    if (source.live[i] && each.code == opcode::load)
      tables[each.a] = true;
  }
  using kind = parameter_field::kind;
  parameter_layout layout;
  auto const add = [&](kind what, scalar type, std::size_t index, std::uint32_t bytes) {
    layout.fields.push_back({what, type, static_cast<std::uint32_t>(index), layout.size_bytes});
    layout.size_bytes += bytes;
  };
  for (std::size_t t = 0; t < tables.size(); ++t)
    if (tables[t])
      add(kind::table_address, source.table_types[t], t, 8);
  for (std::size_t p = 0; p < numbers.size(); ++p)
    if (numbers[p] && size_of(source.parameter_types[p]) == 8)
      add(kind::number, source.parameter_types[p], p, 8);
  for (std::size_t t = 0; t < tables.size(); ++t)
    if (tables[t]) {
      add(kind::table_count, source.table_types[t], t, 4);
      if (size_of(source.table_types[t]) < 4)
        add(kind::table_skew, source.table_types[t], t, 4);
    }
  for (std::size_t p = 0; p < numbers.size(); ++p)
    if (numbers[p] && size_of(source.parameter_types[p]) != 8)
      add(kind::number, source.parameter_types[p], p, 4);
  return layout;
}

std::string declare_parameters(parameter_layout const& layout) {
  std::string text;
  for (parameter_field const& field : layout.fields) {
    std::string const type = field.what == parameter_field::kind::table_address ? table_type(field.type)
                             : field.what != parameter_field::kind::number      ? "uint"
                             : field.type == scalar::boolean                    ? "uint"
                                                                                : glsl_name(field.type);
    text += join({"  ", type, " ", field_name(field), ";\n"});
  }
  return text;
}

std::string prelude(program const& source, parameter_layout const& layout, glsl_traits const& traits) {
  corrections const narrow =
      needed(source, scalar::float32, traits.exact_division32, traits.exact_sqrt32, traits.fused_fma32);
  corrections const wide =
      needed(source, scalar::float64, traits.exact_division64, traits.exact_sqrt64, traits.fused_fma64);
  std::string text;
  if (any_live(source, [](program const&, node const& n) {
        return (n.code == opcode::divide && is_integer(n.type)) || n.code == opcode::remainder;
      }))
    text += "#define TD_DIVIDE\n";
  if (narrow.any || wide.any || any_live(source, [](program const&, node const& n) {
        return n.code == opcode::popcount || n.code == opcode::countl_zero || n.code == opcode::multiply_high;
      }))
    text += "#define TD_BITS\n";
  if (any_live(source, [](program const& p, node const& n) {
        return n.code == opcode::cast && is_floating(n.type) != is_floating(p.nodes[n.a].type);
      }))
    text += "#define TD_CAST\n";
  if (any_live(source, [](program const&, node const& n) {
        return (n.code >= opcode::floor && n.code <= opcode::rint) || n.code == opcode::is_nan ||
               n.code == opcode::is_inf;
      }))
    text += "#define TD_FLOATS\n";
  if (any_live(source, [](program const& p, node const& n) {
        return (n.code == opcode::narrow && static_cast<scalar>(n.b) == scalar::float16) ||
               (n.code == opcode::load && p.table_types[n.a] == scalar::float16);
      }))
    text += "#undef TD_HALF\n#define TD_HALF\n";
  text += arithmetic_text;
  if (narrow.any)
    text += exact_section(false, narrow.fma);
  if (wide.any)
    text += exact_section(true, wide.fma);
  std::vector<bool> declared(scalar_count, false);
  for (parameter_field const& field : layout.fields)
    if (field.what == parameter_field::kind::table_address) {
      bool const words = size_of(field.type) < 4;
      std::size_t const which = static_cast<std::size_t>(words ? scalar::boolean : field.type);
      if (declared[which])
        continue;
      declared[which] = true;
      std::size_t const bytes = std::max<std::size_t>(size_of(field.type), 4);
      text += join({"layout(buffer_reference, std430, buffer_reference_align = ", number(bytes),
                    ") readonly buffer ", table_type(field.type), " { ",
                    words ? "uint" : glsl_name(field.type), " e[]; };\n"});
    }
  return text;
}

std::string functions(program const& source, glsl_traits const& traits, std::string const& block) {
  std::string text;
  if (traits.loop_budget != 0)
    text =
        join({"uint td_left = ", number(traits.loop_budget), "u;\nbool td_overrun = false;\n",
              "uint td_trips(uint n) {\n  if (n > td_left) {\n    td_overrun = true;\n    return 0u;\n  }\n"
              "  td_left -= n;\n  return n;\n}\n"});
  for (std::uint32_t f = 0; f < source.functions.size(); ++f)
    text += function_writer(source, f, traits, block).run();
  return text;
}

} // namespace tandem::gpu::detail
