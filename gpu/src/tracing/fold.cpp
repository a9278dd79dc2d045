#include "program.hpp"

#include <bit>

namespace tandem::gpu::detail {
namespace {

/// Two's complement at the width of the type, kept in the low bits.
std::uint64_t trimmed(scalar type, std::uint64_t bits) {
  if (type == scalar::boolean)
    return bits != 0 ? 1 : 0;
  return size_of(type) == 4 ? bits & 0xffffffffu : bits;
}

/// The number that integer bits stand for, sign-extended.
std::int64_t signed_value(scalar type, std::uint64_t bits) {
  return size_of(type) == 4 && is_signed_integer(type)
             ? static_cast<std::int32_t>(static_cast<std::uint32_t>(bits))
             : static_cast<std::int64_t>(bits);
}

bool fold_compare(opcode code, bool less, bool equal, std::uint64_t& result) {
  switch (code) {
  case opcode::equal:
    result = equal;
    return true;
  case opcode::not_equal:
    result = !equal;
    return true;
  case opcode::less:
    result = less;
    return true;
  case opcode::less_equal:
    result = less || equal;
    return true;
  default:
    return false;
  }
}

bool fold_integer(opcode code, scalar type, std::uint64_t a, std::uint64_t b, std::uint64_t& result) {
  unsigned const width = static_cast<unsigned>(size_of(type)) * 8;
  unsigned const count = static_cast<unsigned>(b) & (width - 1);
  switch (code) {
  case opcode::add:
    result = trimmed(type, a + b);
    return true;
  case opcode::subtract:
    result = trimmed(type, a - b);
    return true;
  case opcode::multiply:
    result = trimmed(type, a * b);
    return true;
  case opcode::negate:
    result = trimmed(type, 0 - a);
    return true;
  case opcode::bit_and:
    result = a & b;
    return true;
  case opcode::bit_or:
    result = a | b;
    return true;
  case opcode::bit_xor:
    result = a ^ b;
    return true;
  case opcode::bit_not:
    result = trimmed(type, ~a);
    return true;
  case opcode::shift_left:
    result = trimmed(type, a << count);
    return true;
  case opcode::shift_right:
    result = is_signed_integer(type)
                 ? trimmed(type, static_cast<std::uint64_t>(signed_value(type, a) >> count))
                 : a >> count;
    return true;
  default:
    break;
  }
  bool const less = is_signed_integer(type) ? signed_value(type, a) < signed_value(type, b) : a < b;
  return fold_compare(code, less, a == b, result);
}

/// Sums and products round the same everywhere, and comparisons do not round; NaN is left to the device.
template <class T, class Bits>
bool fold_float(opcode code, std::uint64_t a, std::uint64_t b, std::uint64_t& result) {
  T const x = std::bit_cast<T>(static_cast<Bits>(a));
  T const y = std::bit_cast<T>(static_cast<Bits>(b));
  if (x != x || y != y)
    return false;
  T value{};
  switch (code) {
  case opcode::add:
    value = x + y;
    break;
  case opcode::subtract:
    value = x - y;
    break;
  case opcode::multiply:
    value = x * y;
    break;
  case opcode::negate:
    value = -x;
    break;
  default:
    return fold_compare(code, x < y, x == y, result);
  }
  if (value != value)
    return false;
  result = std::bit_cast<Bits>(value);
  return true;
}

/// The low bits of an integer; what a half can hold is left to the device.
bool fold_narrow(scalar to, std::uint64_t a, std::uint64_t& result) {
  if (to == scalar::float16)
    return false;
  unsigned const unused = 32 - 8 * static_cast<unsigned>(size_of(to));
  auto const moved = static_cast<std::uint32_t>(a) << unused;
  result = is_signed_integer(to) ? static_cast<std::uint32_t>(static_cast<std::int32_t>(moved) >> unused)
                                 : moved >> unused;
  return true;
}

/// Between integers and bool, and from what a float holds exactly.
bool fold_cast(scalar to, scalar from, std::uint64_t a, std::uint64_t& result) {
  if (is_floating(from))
    return false;
  if (to == scalar::boolean) {
    result = a != 0;
    return true;
  }
  std::int64_t const number = signed_value(from, a);
  if (!is_floating(to)) {
    result = trimmed(to, static_cast<std::uint64_t>(number));
    return true;
  }
  if (number < -(1 << 24) || number > (1 << 24))
    return false;
  result = to == scalar::float32 ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                                 : std::bit_cast<std::uint64_t>(static_cast<double>(number));
  return true;
}

} // namespace

bool fold(node const& operation, scalar operand_type, std::uint64_t a, std::uint64_t b, std::uint64_t c,
          std::uint64_t& result) {
  switch (operation.code) {
  case opcode::cast:
    return fold_cast(operation.type, operand_type, a, result);
  case opcode::narrow:
    return fold_narrow(static_cast<scalar>(operation.b), a, result);
  case opcode::bit_cast:
    result = a;
    return true;
  case opcode::select:
    result = a != 0 ? b : c;
    return true;
  case opcode::logical_and:
    result = a & b;
    return true;
  case opcode::logical_or:
    result = a | b;
    return true;
  case opcode::logical_not:
    result = a ^ 1;
    return true;
  default:
    break;
  }
  if (operand_type == scalar::float32)
    return fold_float<float, std::uint32_t>(operation.code, a, b, result);
  if (operand_type == scalar::float64)
    return fold_float<double, std::uint64_t>(operation.code, a, b, result);
  if (operand_type == scalar::boolean)
    return fold_compare(operation.code, a < b, a == b, result);
  return fold_integer(operation.code, operand_type, a, b, result);
}

float weight_of(node const& operation, scalar operand_type) {
  // Relative to a float addition on a GPU and in a vectorised loop alike; 64-bit work costs about twice.
  float const width = size_of(operand_type) == 8 ? 2.0f : 1.0f;
  switch (operation.code) {
  case opcode::function:
  case opcode::input:
  case opcode::constant:
  case opcode::parameter:
  case opcode::bit_cast:
  case opcode::loop_state:
  case opcode::loop_end:
  case opcode::loop_result:
    return 0;
  case opcode::divide:
  case opcode::remainder:
    return width * (is_floating(operand_type) ? 8.0f : 20.0f);
  case opcode::sqrt:
    return width * 8.0f;
  case opcode::native_exp:
  case opcode::native_exp2:
  case opcode::native_log:
  case opcode::native_log2:
  case opcode::native_sin:
  case opcode::native_cos:
  case opcode::native_rsqrt:
  case opcode::native_divide:
  case opcode::native_sqrt:
    return 4;
  case opcode::native_tan:
  case opcode::native_tanh:
  case opcode::native_pow:
    return 8;
  case opcode::load:
    return width * 4.0f;
  case opcode::round:
  case opcode::ceil:
  case opcode::floor:
  case opcode::trunc:
  case opcode::rint:
  case opcode::popcount:
  case opcode::countl_zero:
  case opcode::fma:
    return width * 2.0f;
  case opcode::cast:
    return is_floating(operand_type) && is_integer(operation.type) ? 3.0f : 1.0f;
  default:
    return width;
  }
}

} // namespace tandem::gpu::detail
