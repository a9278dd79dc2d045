#pragma once

#include <tandem/gpu/buffer.hpp>
#include <tandem/gpu/event.hpp>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tandem::gpu {

namespace detail {
class kernel_state;

/// What a launch argument is, as the shader's reflection sees it.
enum class argument_type : unsigned char {
  other,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
  int16,
  uint16,
  int8,
  uint8,
  boolean ///< of specialisation constants only
};

template <class T>
constexpr argument_type argument_type_of() noexcept {
  constexpr bool is_signed = std::is_signed_v<T>;
  if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4   ? argument_type::float32
           : sizeof(T) == 8 ? argument_type::float64
                            : argument_type::other;
  else if constexpr (!std::is_integral_v<T>)
    return argument_type::other;
  else if constexpr (sizeof(T) == 1)
    return is_signed ? argument_type::int8 : argument_type::uint8;
  else if constexpr (sizeof(T) == 2)
    return is_signed ? argument_type::int16 : argument_type::uint16;
  else if constexpr (sizeof(T) == 4)
    return is_signed ? argument_type::int32 : argument_type::uint32;
  else
    return is_signed ? argument_type::int64 : argument_type::uint64;
}

/// One argument of kernel::launch with its type erased: a buffer, or the bytes of a push constant.
struct launch_argument {
  gpu::memory const* buffer = nullptr;
  void const* bytes = nullptr;
  std::size_t size_bytes = 0;
  argument_type type = argument_type::other;
};

template <class T>
launch_argument as_argument(buffer<T> const& argument) noexcept {
  return {&argument.memory(), nullptr, argument.size_bytes(), argument_type_of<T>()};
}
template <class T>
launch_argument as_argument(T const& argument) noexcept {
  static_assert(std::is_trivially_copyable_v<T>,
                "a kernel takes gpu::buffers and trivially copyable push constants");
  return {nullptr, &argument, sizeof(T), argument_type_of<T>()};
}
} // namespace detail

/// How many invocations a launch needs; rounded up to whole workgroups, so the shader checks its index.
struct threads {
  /// Along x.
  std::uint64_t x = 1;
  /// Along y.
  std::uint64_t y = 1;
  /// Along z.
  std::uint64_t z = 1;
};

/// How many workgroups a launch runs.
struct groups {
  /// Along x.
  std::uint32_t x = 1;
  /// Along y.
  std::uint32_t y = 1;
  /// Along z.
  std::uint32_t z = 1;
};

/// A value for a specialisation constant of a shader (`layout(constant_id = 3) const uint tile = 16;`), by
/// its id or by its name.
class specialisation {
 public:
  template <class Id, class T> /// By the constant's id.
  requires(std::is_integral_v<Id>) specialisation(Id id, T value)
      : specialisation(std::string{}, static_cast<std::uint32_t>(id), value) {}
  template <class T>
  specialisation(std::string_view name, T value)
      : specialisation(std::string{name}, 0, value) {} ///< by the constant's name
  template <class T>
  specialisation(char const* name, T value)
      : specialisation(std::string{name}, 0, value) {} ///< by the constant's name

  /// @cond internal
  std::string const& name() const noexcept { return name_; }
  std::uint32_t id() const noexcept { return id_; }
  std::uint64_t bits() const noexcept { return bits_; }
  detail::argument_type type() const noexcept { return type_; }
  /// @endcond

 private:
  template <class T>
  specialisation(std::string name, std::uint32_t id, T value)
      : name_(std::move(name)), id_(id),
        type_(std::is_same_v<T, bool> ? detail::argument_type::boolean : detail::argument_type_of<T>()) {
    static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8,
                  "a specialisation constant is a number or a bool");
    if constexpr (std::is_integral_v<T>) // narrow ones are sign-extended in SPIR-V
      bits_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    else
      std::memcpy(&bits_, &value, sizeof value);
  }

  std::string name_;
  std::uint32_t id_;
  std::uint64_t bits_ = 0;
  detail::argument_type type_;
};

/// A compute shader of your own.
///
///     gpu::kernel add = gpu::kernel::from_glsl_file(device, "vector_add.comp");
///     gpu::event done = add.launch(gpu::threads{n}, a, b, sum, std::uint32_t(n));
///
/// Arguments of launch(): first one gpu::buffer for each storage or uniform block of descriptor set 0, in the
/// order of their bindings; then one value for each member of the push-constant block, in order (or a single
/// struct with the block's exact size). Number, element types and sizes are checked against the shader; a
/// mismatch is a std::invalid_argument that names the argument, before anything runs. Launches of one device
/// run in the order they are made, each seeing what the ones before it wrote. Thread-safe.
class TANDEM_API kernel {
 public:
  /// Compiles GLSL (compute stage, Vulkan 1.2). `name` appears in messages. Throws kernel_error with the
  /// compiler's log, in which lines are those of `source` or of the included file that it names.
  ///
  /// `#include "file"` is looked for beside the file that it stands in (for `source` itself: in the folder of
  /// `name` where that is a path, else the working directory), then in `include_folders`, in their order;
  /// `#include <file>` in these folders first. No extension needs to be asked for. An include that is not found is
  /// a kernel_error that names it and where it was looked for.
  static kernel from_glsl(device const& where, std::string_view source, std::string_view name = "kernel",
                          std::span<std::string_view const> include_folders = {});
  static kernel from_glsl(device const& where, std::string_view source, std::string_view name,
                          std::initializer_list<std::string_view> include_folders) {
    return from_glsl(where, source, name, {include_folders.begin(), include_folders.size()});
  } ///< the same with a list in braces
  /// The same from a file, whose path is its name. Throws std::invalid_argument when it cannot be read.
  static kernel from_glsl_file(device const& where, std::string_view path,
                               std::span<std::string_view const> include_folders = {});
  static kernel from_glsl_file(device const& where, std::string_view path,
                               std::initializer_list<std::string_view> include_folders) {
    return from_glsl_file(where, path, {include_folders.begin(), include_folders.size()});
  } ///< the same with a list in braces
  /// A compiled module with one compute entry point. Throws kernel_error when it is not SPIR-V or has none.
  static kernel from_spirv(device const& where, std::span<std::uint32_t const> words,
                           std::string_view name = "kernel");
  /// The same from a file.
  static kernel from_spirv_file(device const& where, std::string_view path);

  /// The same shader with other values of its specialisation constants: `blur.specialised({{"radius", 4}, {7,
  /// 0.5f}})`. Constants that are not named keep their defaults, or what was given before. Throws
  /// std::invalid_argument for a constant that the shader has not (naming those it has) or whose type
  /// differs.
  kernel specialised(std::initializer_list<specialisation> constants) const {
    return specialised(std::span<specialisation const>(constants.begin(), constants.size()));
  }
  kernel specialised(std::span<specialisation const> constants) const; ///< the same for a list

  /// Runs with at least `count` invocations. Throws std::invalid_argument when that takes more workgroups
  /// than the device can dispatch.
  template <class... Arguments>
  event launch(threads count, Arguments const&... arguments) const {
    detail::launch_argument const list[] = {detail::as_argument(arguments)..., {}};
    return launch_threads(count, {list, sizeof...(Arguments)});
  }
  /// Runs exactly `count` workgroups.
  template <class... Arguments>
  event launch(groups count, Arguments const&... arguments) const {
    detail::launch_argument const list[] = {detail::as_argument(arguments)..., {}};
    return launch_groups(count, {list, sizeof...(Arguments)});
  }

  /// The workgroup's size, as the shader declares it.
  groups group_size() const noexcept;

 private:
  friend class batch;
  explicit kernel(std::shared_ptr<detail::kernel_state const> state) noexcept : state_(std::move(state)) {}
  event launch_threads(threads count, std::span<detail::launch_argument const> arguments) const;
  event launch_groups(groups count, std::span<detail::launch_argument const> arguments) const;

  std::shared_ptr<detail::kernel_state const> state_;
};

} // namespace tandem::gpu
