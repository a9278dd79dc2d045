// Values of specialisation constants, written into a module as the defaults of its constants.
#include "reflection.hpp"
#include "spirv.hpp"

#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

std::string described(spec_constant const& each) {
  return (each.name.empty() ? std::string{} : "'" + each.name + "' ") + "(id " + std::to_string(each.id) +
         ", " + name_of(each.type) + ")";
}

spec_constant const& find(module_reflection const& reflection, specialisation const& wanted,
                          std::string_view name) {
  for (spec_constant const& each : reflection.constants)
    if (wanted.name().empty() ? each.id == wanted.id() : each.name == wanted.name())
      return each;
  std::string known;
  for (spec_constant const& each : reflection.constants)
    known += (known.empty() ? "; it has " : ", ") + described(each);
  throw std::invalid_argument(
      "gpu::kernel '" + std::string{name} + "': it has no specialisation constant " +
      (wanted.name().empty() ? "with id " + std::to_string(wanted.id()) : "'" + wanted.name() + "'") + known);
}

void write(std::vector<std::uint32_t>& words, spec_constant const& where, std::uint64_t bits) {
  std::uint32_t& head = words[where.word];
  if (where.type == argument_type::boolean) {
    auto const code = bits != 0 ? spirv::opcode::spec_constant_true : spirv::opcode::spec_constant_false;
    head = (head & 0xffff0000u) | static_cast<std::uint32_t>(code);
    return;
  }
  std::size_t const length = head >> 16; // head, type, result, then one or two words of the value
  words[where.word + 3] = static_cast<std::uint32_t>(bits);
  if (length > 4)
    words[where.word + 4] = static_cast<std::uint32_t>(bits >> 32);
}

} // namespace

std::vector<std::uint32_t> specialise(std::span<std::uint32_t const> words,
                                      module_reflection const& reflection,
                                      std::span<specialisation const> constants, std::string_view name) {
  std::vector<std::uint32_t> result(words.begin(), words.end());
  for (specialisation const& each : constants) {
    spec_constant const& found = find(reflection, each, name);
    if (found.type != each.type())
      throw std::invalid_argument("gpu::kernel '" + std::string{name} + "': the specialisation constant " +
                                  described(found) + " was given a " + name_of(each.type()));
    write(result, found, each.bits());
  }
  return result;
}

} // namespace tandem::gpu::detail
