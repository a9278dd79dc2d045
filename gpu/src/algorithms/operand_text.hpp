// The GLSL that reads and writes the elements of one operand: plain numbers, narrow ones packed in words,
// structs.
#pragma once

#include "kernel_text.hpp"

#include <tandem/gpu/operand.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::gpu::detail {

/// What a kernel's text depends on in an operand.
struct operand_form {
  scalar type = scalar::float32;
  record_layout const* record = nullptr;

  operand_form() = default;
  operand_form(operand const& from) noexcept : type(from.type), record(from.record) {}
  explicit operand_form(scalar plain) noexcept : type(plain) {}

  std::size_t element_bytes() const noexcept {
    return record != nullptr ? record->size_bytes : size_of(type);
  }
  std::size_t count() const noexcept { return record != nullptr ? record->count : 1; }
  scalar number(std::size_t i) const noexcept { return record != nullptr ? record->fields[i].type : type; }
  /// One number of four bytes or more.
  bool is_plain() const noexcept { return record == nullptr && size_of(type) >= 4; }
  /// Elements may start inside a word; a word of the push block says where the first does.
  bool has_skew() const noexcept;
  std::uint64_t base(std::uint64_t address) const noexcept {
    return has_skew() ? address & ~std::uint64_t{3} : address;
  }
  /// Of plain numbers: elements. Of structs: bytes.
  std::uint32_t skew(std::uint64_t address) const noexcept {
    return static_cast<std::uint32_t>((address & 3) / (record != nullptr ? 1 : size_of(type)));
  }
  /// Whether each element is words of its own when it starts at a multiple of 4.
  bool fills_words() const noexcept { return element_bytes() % 4 == 0; }
};

/// Texts for one operand, called `name` in the push block (or `path` + name).
class operand_text {
 public:
  operand_text(operand_form form, std::string name, std::string const& path)
      : form_(form), name_(std::move(name)), member_(path + name_) {}

  /// The type of its buffer_reference.
  std::string reference() const;
  /// Types that the text needs declared.
  void add_types(std::vector<scalar>& types) const;
  /// Functions `T NAME_loadF(uint i)`, one for each number.
  std::string loads() const;
  /// Their calls for element `i`, separated by commas.
  std::string arguments() const;
  /// Statements that store the numbers r`first`, r`first + 1` … as element i. `aligned`: elements start at
  /// words.
  std::string store(std::size_t first, bool aligned) const;
  /// Whether `store` needs td_put.
  bool puts(bool aligned) const noexcept;

 private:
  std::string load_record(std::size_t field) const;
  std::string word_at(std::uint32_t offset_bytes) const;
  std::string store_words(std::size_t first) const;

  operand_form form_;
  std::string name_;
  std::string member_;
};

/// One or two words as a number of four or eight bytes, or one as a bool.
std::string number_from_words(scalar type, std::string const& low, std::string const& high);
/// The low or high word of such a number.
std::string number_to_word(scalar type, std::string const& from, bool high);

/// `void td_put(td_ref_uint to, uint byte, uint bits, uint mask)`, which leaves the neighbours' bytes alone.
extern char const put_function[];

} // namespace tandem::gpu::detail
