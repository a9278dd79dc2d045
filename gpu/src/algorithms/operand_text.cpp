#include "operand_text.hpp"

#include "../tracing/expressions.hpp"
#include "../tracing/text.hpp"

namespace tandem::gpu::detail {
namespace {

std::string number(std::size_t n) {
  return std::to_string(n);
}

std::string mask_of(scalar type) {
  return size_of(type) == 1 ? "255u" : "65535u";
}

} // namespace

std::string number_from_words(scalar type, std::string const& low, std::string const& high) {
  switch (type) {
  case scalar::boolean:
    return join({"(", low, " != 0u)"});
  case scalar::int32:
    return join({"int(", low, ")"});
  case scalar::uint32:
    return low;
  case scalar::float32:
    return join({"uintBitsToFloat(", low, ")"});
  case scalar::int64:
    return join({"int64_t(packUint2x32(uvec2(", low, ", ", high, ")))"});
  case scalar::uint64:
    return join({"packUint2x32(uvec2(", low, ", ", high, "))"});
  default:
    return join({"packDouble2x32(uvec2(", low, ", ", high, "))"});
  }
}

std::string number_to_word(scalar type, std::string const& from, bool high) {
  switch (type) {
  case scalar::boolean:
    return join({"(", from, " ? 1u : 0u)"});
  case scalar::int32:
  case scalar::uint32:
    return join({"uint(", from, ")"});
  case scalar::float32:
    return join({"floatBitsToUint(", from, ")"});
  case scalar::int64:
  case scalar::uint64:
    return join({"unpackUint2x32(uint64_t(", from, ")).", high ? "y" : "x"});
  default:
    return join({"unpackDouble2x32(", from, ").", high ? "y" : "x"});
  }
}

char const put_function[] = "void td_put(td_ref_uint to, uint byte, uint bits, uint mask) {\n"
                            "  uint shift = (byte & 3u) * 8u;\n"
                            "  atomicAnd(to.e[byte >> 2], ~(mask << shift));\n"
                            "  atomicOr(to.e[byte >> 2], bits << shift);\n"
                            "}\n";

bool operand_form::has_skew() const noexcept {
  if (record == nullptr)
    return size_of(type) < 4;
  for (record_field const& field : *record)
    if (size_of(field.type) >= 4)
      return false; // which aligns the struct
  return true;
}

std::string operand_text::reference() const {
  return reference_name(form_.is_plain() ? form_.type : scalar::uint32);
}

void operand_text::add_types(std::vector<scalar>& types) const {
  if (!form_.is_plain())
    types.push_back(scalar::uint32);
  for (std::size_t f = 0; f < form_.count(); ++f)
    types.push_back(form_.number(f));
}

std::string operand_text::loads() const {
  if (form_.record == nullptr)
    return load_function(join({name_, "_load0"}), form_.type, member_);
  std::string text;
  for (std::size_t f = 0; f < form_.count(); ++f)
    text += load_record(f);
  return text;
}

/// The word of element i at this offset, where elements fill words.
std::string operand_text::word_at(std::uint32_t offset_bytes) const {
  return join({"push.", member_, ".e[i * ", number(form_.element_bytes() / 4), "u + ",
               number(offset_bytes / 4), "u]"});
}

std::string operand_text::load_record(std::size_t f) const {
  record_field const& field = form_.record->fields[f];
  std::string value;
  if (!form_.has_skew()) {
    std::string const low = word_at(field.offset_bytes);
    value = size_of(field.type) < 4
                ? unpacked(field.type, low, join({number(field.offset_bytes % 4 * 8), "u"}))
                : number_from_words(field.type, low, word_at(field.offset_bytes + 4));
  } else {
    std::string const byte = join({"(i * ", number(form_.element_bytes()), "u + ", number(field.offset_bytes),
                                   "u + push.", member_, "_skew)"});
    value = unpacked(field.type, join({"push.", member_, ".e[", byte, " >> 2]"}),
                     join({"((", byte, " & 3u) * 8u)"}));
  }
  return join({glsl_name(field.type), " ", name_, "_load", number(f), "(uint i) { return ", value, "; }\n"});
}

std::string operand_text::arguments() const {
  std::string text;
  for (std::size_t f = 0; f < form_.count(); ++f)
    text += join({f == 0 ? "" : ", ", name_, "_load", number(f), "(i)"});
  return text;
}

bool operand_text::puts(bool aligned) const noexcept {
  return form_.has_skew() && !(form_.record != nullptr && aligned && form_.fills_words());
}

std::string operand_text::store_words(std::size_t first) const {
  std::string text;
  for (std::uint32_t word = 0; word < form_.element_bytes() / 4; ++word) {
    std::string bits;
    for (std::size_t f = 0; f < form_.count(); ++f) {
      record_field const& field = form_.record->fields[f];
      std::string const from = join({"r", number(first + f)});
      std::string part;
      if (size_of(field.type) < 4 && field.offset_bytes / 4 == word)
        part = join({"(", packed(field.type, from), " << ", number(field.offset_bytes % 4 * 8), "u)"});
      else if (size_of(field.type) >= 4 && word >= field.offset_bytes / 4 &&
               word < (field.offset_bytes + size_of(field.type)) / 4)
        part = number_to_word(field.type, from, word != field.offset_bytes / 4);
      if (!part.empty())
        bits += join({bits.empty() ? "" : " | ", part});
    }
    text += join({"  ", word_at(4 * word), " = ", bits.empty() ? "0u" : bits, ";\n"});
  }
  return text;
}

std::string operand_text::store(std::size_t first, bool aligned) const {
  if (form_.is_plain())
    return join({"  push.", member_, ".e[i] = r", number(first), ";\n"});
  if (!puts(aligned))
    return store_words(first);
  std::string text;
  for (std::size_t f = 0; f < form_.count(); ++f) {
    scalar const type = form_.number(f);
    std::string const skew = join({"push.", member_, "_skew"});
    std::string const byte = form_.record != nullptr
                                 ? join({"i * ", number(form_.element_bytes()), "u + ",
                                         number(form_.record->fields[f].offset_bytes), "u + ", skew})
                                 : join({"(i + ", skew, ") * ", number(size_of(type)), "u"});
    text += join({"  td_put(push.", member_, ", ", byte, ", ", packed(type, join({"r", number(first + f)})),
                  ", ", mask_of(type), ");\n"});
  }
  return text;
}

} // namespace tandem::gpu::detail
