#include "joined_value.hpp"

#include "operand_text.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/half.hpp>

#include <cstring>

namespace tandem::gpu::detail {
namespace {

template <class T>
T read(void const* from) {
  T number;
  std::memcpy(&number, from, sizeof number);
  return number;
}

template <class T>
void write(void* to, T number) {
  std::memcpy(to, &number, sizeof number);
}

/// A number as it is stored, as the (low) word of what is computed with.
std::uint32_t widened(scalar stored, void const* from) {
  switch (stored) {
  case scalar::boolean:
    return read<std::uint8_t>(from) != 0 ? 1 : 0;
  case scalar::int8:
    return static_cast<std::uint32_t>(std::int32_t{read<std::int8_t>(from)});
  case scalar::uint8:
    return read<std::uint8_t>(from);
  case scalar::int16:
    return static_cast<std::uint32_t>(std::int32_t{read<std::int16_t>(from)});
  case scalar::uint16:
    return read<std::uint16_t>(from);
  case scalar::float16:
    return __builtin_bit_cast(std::uint32_t, static_cast<float>(read<half>(from)));
  default:
    return read<std::uint32_t>(from);
  }
}

void narrowed(scalar stored, std::uint32_t word, void* to) {
  if (stored == scalar::float16)
    write(to, half(__builtin_bit_cast(float, word)));
  else if (size_of(stored) == 1)
    write(to, static_cast<std::uint8_t>(word));
  else
    write(to, static_cast<std::uint16_t>(word));
}

/// use(type, offset in bytes) for each number.
template <class Use>
void for_fields(joined_type const& type, Use const& use) {
  if (type.record == nullptr)
    return use(type.type, std::size_t{0});
  for (record_field const& field : *type.record)
    use(field.type, std::size_t{field.offset_bytes});
}

} // namespace

std::vector<scalar> numbers_of(joined_type const& type) {
  std::vector<scalar> all;
  for_fields(type, [&](scalar stored, std::size_t) { all.push_back(computed(stored)); });
  return all;
}

std::size_t words_of(std::span<scalar const> numbers) noexcept {
  std::size_t words = 0;
  for (scalar each : numbers)
    words += size_of(each) == 8 ? 2 : 1;
  return words;
}

std::size_t shared_bytes_of(std::span<scalar const> numbers) noexcept {
  std::size_t bytes = 0;
  std::size_t alignment = 4;
  for (scalar each : numbers) {
    std::size_t const size = size_of(each) == 8 ? 8 : 4;
    alignment = std::max(alignment, size);
    bytes = (bytes + size - 1) / size * size + size;
  }
  return (bytes + alignment - 1) / alignment * alignment;
}

std::vector<std::uint32_t> to_words(joined_type const& type, void const* host) {
  std::vector<std::uint32_t> words;
  for_fields(type, [&](scalar stored, std::size_t offset) {
    auto const* const from = static_cast<std::byte const*>(host) + offset;
    words.push_back(widened(stored, from));
    if (size_of(stored) == 8)
      words.push_back(read<std::uint32_t>(from + 4));
  });
  return words;
}

void from_words(joined_type const& type, std::uint32_t const* words, void* host) {
  for_fields(type, [&](scalar stored, std::size_t offset) {
    auto* const to = static_cast<std::byte*>(host) + offset;
    if (size_of(stored) < 4) {
      narrowed(stored, *words++, to);
      return;
    }
    std::memcpy(to, words, size_of(stored));
    words += size_of(stored) / 4;
  });
}

std::string compound_text::definition() const {
  std::string text = "struct td_compound {\n";
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text += join({"  ", glsl_name(numbers[i]), " m", std::to_string(i), ";\n"});
  return text + "};\n#define TD_T td_compound\n";
}

std::string compound_text::members(std::string_view object) const {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text += join({", ", object, ".m", std::to_string(i)});
  return text;
}

std::string compound_text::moves() const {
  std::string const stride = std::to_string(words_of(numbers));
  std::string load = join({"TD_T td_load(td_ref_uint from, uint i) {\n  TD_T x;\n  i *= ", stride, "u;\n"});
  std::string store = join({"void td_store(td_ref_uint to, uint i, TD_T x) {\n  i *= ", stride, "u;\n"});
  std::size_t word = 0;
  auto const at = [&word](char const* buffer) {
    return join({buffer, ".e[i + ", std::to_string(word), "u]"});
  };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    scalar const type = numbers[i];
    std::string const member = join({"x.m", std::to_string(i)});
    std::string const low = at("from");
    store += join({"  ", at("to"), " = ", number_to_word(type, member, false), ";\n"});
    ++word;
    load += join({"  ", member, " = ",
                  number_from_words(type, low, size_of(type) == 8 ? at("from") : std::string()), ";\n"});
    if (size_of(type) == 8) {
      store += join({"  ", at("to"), " = ", number_to_word(type, member, true), ";\n"});
      ++word;
    }
  }
  return join({load, "  return x;\n}\n", store, "}\n"});
}

std::string call_text(std::span<scalar const> numbers, char const* function, std::string const& arguments) {
  if (numbers.size() == 1)
    return join({"  return ", function, "(", arguments, ");\n"});
  return join(
      {"  TD_T x;\n  ", function, "(", arguments, compound_text{numbers}.members("x"), ");\n  return x;\n"});
}

std::string push_value_text(std::span<scalar const> numbers, char const* name) {
  if (numbers.size() > 1)
    return join({"  td_ref_uint ", name, ";\n"});
  scalar const type = numbers.front();
  return join({"  ", type == scalar::boolean ? "uint" : glsl_name(type), " ", name, ";\n",
               size_of(type) == 8 ? "" : join({"  uint ", name, "_high;\n"})});
}

} // namespace tandem::gpu::detail
