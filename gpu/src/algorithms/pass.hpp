// One pass of an algorithm: members of its push block, given once with name and value, and its text around
// them.
#pragma once

#include "push_block.hpp"

#include <array>
#include <span>

namespace tandem::gpu::detail {

/// The members of a push block in the order of the text: 8-byte ones, then words, then traced parameters.
/// Names are literals, so that a call allocates nothing.
class pass_members {
 public:
  /// A buffer of elements. Narrow ones are several to a word, with a word `NAME_skew` that says which of its
  /// word the first is.
  void reference(char const* name, scalar type, std::uint64_t address) {
    bool const narrow = size_of(type) < 4;
    wide_[wides_++] = {name, type, narrow ? address & ~std::uint64_t{3} : address, true};
    if (narrow)
      words_[word_count_++] = {name, type, (address & 3) / size_of(type), true};
  }
  /// A buffer of a type that the pass's defines declare.
  void words(char const* name, char const* declared, std::uint64_t address) {
    wide_[wides_++] = {name, scalar::uint64, address, false, declared};
  }
  /// A number of the type, in 8 bytes.
  void number(char const* name, scalar type, std::uint64_t bits) {
    wide_[wides_++] = {name, type, bits, false};
  }
  void word(char const* name, std::size_t value) {
    words_[word_count_++] = {name, scalar::uint32, static_cast<std::uint32_t>(value), false};
  }

  std::string text() const;
  std::uint32_t bytes() const noexcept {
    return static_cast<std::uint32_t>(8 * wides_ + 4 * (word_count_ + word_count_ % 2));
  }
  void fill(push_block& push) const {
    for (std::size_t i = 0; i < wides_; ++i)
      push.put(wide_[i].bits);
    for (std::size_t i = 0; i < word_count_; ++i)
      push.put(static_cast<std::uint32_t>(words_[i].bits));
    push.align();
  }
  /// Types of the references, to be declared.
  std::vector<scalar> types() const;

 private:
  struct member {
    char const* name;
    scalar type;
    std::uint64_t bits;
    bool reference;                 ///< of words: a skew
    char const* declared = nullptr; ///< of words(): the type
  };
  std::array<member, 14> wide_;
  std::array<member, 14> words_;
  std::size_t wides_ = 0;
  std::size_t word_count_ = 0;
};

/// What is special to one pass, for its text.
struct pass_text {
  std::string defines{};
  std::string helpers{}; ///< after the traced functions
  std::string_view body;
};

/// The kernel of a pass around traced functions; `write()` gives its pass_text when it is new. Of `members` only names and types
/// matter. Null with build::in_background until it is ready.
template <class Write>
pipeline const* traced_kernel(engine& owner, shape& traced, std::uint32_t variant,
                              pass_members const& members, build how, Write&& write) {
  return traced.kernels().get(owner, variant, how, [&] {
    pass_text text = write();
    return kernel_text(traced, traits_of(owner),
                       {std::move(text.defines), members.text(), members.bytes(), std::move(text.helpers),
                        text.body, members.types()});
  });
}

/// Dispatches a pass around traced functions.
template <class Write>
void dispatch_traced(recorder& work, engine& owner, shape& traced, recording const& recorded,
                     std::uint32_t variant, pass_members const& members, std::size_t groups, Write&& write) {
  pipeline const* const kernel =
      traced_kernel(owner, traced, variant, members, build::now, static_cast<Write&&>(write));
  push_block push;
  members.fill(push);
  thread_local std::vector<std::byte> spilled;
  table_addresses const tables(work, recorded);
  push.put_parameters(traced.layout(), recorded, work, spilled, tables.data());
  work.dispatch(*kernel, push.data(), push.size(), static_cast<std::uint32_t>(groups));
}

/// The text of a pass without traced functions.
std::string plain_kernel_text(pass_members const& members, pass_text const& text);

/// The kernel of a pass without traced functions, which are in `kernels`; otherwise as traced_kernel.
template <class Write>
pipeline const* plain_kernel(engine& owner, kernel_list& kernels, std::uint32_t variant,
                             pass_members const& members, build how, Write&& write,
                             pipeline_options const& options = {}) {
  return kernels.get(
      owner, variant, how, [&] { return plain_kernel_text(members, write()); }, options);
}

/// Dispatches a pass without traced functions.
template <class Write>
void dispatch_plain(recorder& work, engine& owner, kernel_list& kernels, std::uint32_t variant,
                    pass_members const& members, std::size_t groups, Write&& write,
                    pipeline_options const& options = {}) {
  pipeline const* const kernel =
      plain_kernel(owner, kernels, variant, members, build::now, static_cast<Write&&>(write), options);
  push_block push;
  members.fill(push);
  work.dispatch(*kernel, push.data(), push.size(), static_cast<std::uint32_t>(groups));
}

/// Throws unsupported_error when the device cannot hold or compute with elements of this type.
void require_type(scalar type, engine const& owner);

/// Throws unsupported_error when n elements of so many bytes cannot be on the device at once.
void require_one_piece(std::size_t n, std::size_t element_bytes, engine const& owner);

inline std::size_t ceil_div(std::size_t a, std::size_t b) noexcept {
  return (a + b - 1) / b;
}

} // namespace tandem::gpu::detail
