// Runs a recording node by node, as its definition says: what the compiled kernels are held against.
#pragma once

#include <tandem/gpu/tracing/recording.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace tandem_test {

/// The operations that the tests of recordings use, on function 0 with one result; integers of 32 bits and
/// float.
class recording_interpreter {
 public:
  recording_interpreter(tandem::gpu::recording const& recorded, std::vector<std::uint64_t> inputs)
      : recorded_(recorded), inputs_(std::move(inputs)), values_(recorded.nodes().size()) {}

  std::uint64_t run() {
    execute(0, recorded_.nodes().size());
    return result_;
  }

 private:
  using opcode = tandem::gpu::opcode;
  using scalar = tandem::gpu::scalar;
  using node = tandem::gpu::node;

  void execute(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t i = first; i < last; ++i) {
      if (recorded_.nodes()[i].code == opcode::loop)
        i = run_loop(i);
      else
        step(i);
    }
  }

  std::uint32_t end_of(std::uint32_t loop) const {
    for (std::uint32_t i = loop;; ++i)
      if (recorded_.nodes()[i].code == opcode::loop_end && recorded_.nodes()[i].a == loop)
        return i;
  }

  std::uint32_t run_loop(std::uint32_t loop) {
    std::uint32_t const end = end_of(loop);
    std::uint32_t body = loop + 1;
    for (; recorded_.nodes()[body].code == opcode::loop_state; ++body)
      values_[body] = values_[recorded_.nodes()[body].a];
    std::uint64_t const trips = values_[recorded_.nodes()[loop].a];
    for (values_[loop] = 0; values_[loop] < trips; ++values_[loop])
      if (!run_body(body, end))
        break;
    return end;
  }

  bool run_body(std::uint32_t first, std::uint32_t end) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> next;
    for (std::uint32_t i = first; i < end; ++i) {
      node const& each = recorded_.nodes()[i];
      if (each.code == opcode::loop_guard && values_[each.a] == 0)
        return false;
      if (each.code == opcode::loop_next)
        next.emplace_back(each.a, values_[each.b]);
      else if (each.code == opcode::loop)
        i = run_loop(i);
      else
        step(i);
    }
    for (auto [state, bits] : next)
      values_[state] = bits;
    return true;
  }

  void step(std::uint32_t i) {
    node const& each = recorded_.nodes()[i];
    switch (each.code) {
    case opcode::function:
    case opcode::loop_guard:
      break;
    case opcode::input:
      values_[i] = inputs_.at(each.a);
      break;
    case opcode::constant:
      values_[i] = each.a | std::uint64_t{each.b} << 32;
      break;
    case opcode::parameter:
      values_[i] = recorded_.parameters()[each.a];
      break;
    case opcode::loop_result:
      values_[i] = values_[each.a];
      break;
    case opcode::result:
      result_ = values_[each.a];
      break;
    case opcode::cast:
      values_[i] = cast(each.type, recorded_.nodes()[each.a].type, values_[each.a]);
      break;
    case opcode::select:
      values_[i] = values_[each.a] != 0 ? values_[each.b] : values_[each.c];
      break;
    default:
      values_[i] = binary(each, recorded_.nodes()[each.a].type, values_[each.a], values_[each.b]);
    }
  }

  static std::uint64_t cast(scalar to, scalar from, std::uint64_t bits) {
    if (to == scalar::boolean)
      return bits != 0;
    if (is_floating(to) == is_floating(from))
      return bits;
    if (is_floating(to))
      return std::bit_cast<std::uint32_t>(from == scalar::int32
                                              ? static_cast<float>(static_cast<std::int32_t>(bits))
                                              : static_cast<float>(static_cast<std::uint32_t>(bits)));
    float const x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    return to == scalar::int32 ? static_cast<std::uint32_t>(static_cast<std::int32_t>(x))
                               : static_cast<std::uint32_t>(x);
  }

  static std::uint64_t binary(node const& each, scalar type, std::uint64_t a, std::uint64_t b) {
    if (type == scalar::float32)
      return floats(each.code, std::bit_cast<float>(static_cast<std::uint32_t>(a)),
                    std::bit_cast<float>(static_cast<std::uint32_t>(b)));
    auto const x = static_cast<std::uint32_t>(a), y = static_cast<std::uint32_t>(b);
    bool const is_signed = type == scalar::int32;
    auto const sx = static_cast<std::int32_t>(x), sy = static_cast<std::int32_t>(y);
    switch (each.code) {
    case opcode::add:
      return x + y;
    case opcode::subtract:
      return x - y;
    case opcode::multiply:
      return x * y;
    case opcode::bit_and:
      return x & y;
    case opcode::bit_or:
      return x | y;
    case opcode::bit_xor:
      return x ^ y;
    case opcode::shift_left:
      return x << (y & 31);
    case opcode::shift_right:
      return is_signed ? static_cast<std::uint32_t>(sx >> (y & 31)) : x >> (y & 31);
    case opcode::remainder:
      return is_signed ? static_cast<std::uint32_t>(sx % sy) : x % y;
    case opcode::less:
      return is_signed ? sx < sy : x < y;
    case opcode::maximum:
      return (is_signed ? sx < sy : x < y) ? y : x;
    default:
      throw std::logic_error("the interpreter does not know this operation");
    }
  }

  static std::uint64_t floats(opcode code, float x, float y) {
    switch (code) {
    case opcode::add:
      return std::bit_cast<std::uint32_t>(x + y);
    case opcode::multiply:
      return std::bit_cast<std::uint32_t>(x * y);
    case opcode::less:
      return x < y;
    default:
      throw std::logic_error("the interpreter does not know this operation");
    }
  }

  tandem::gpu::recording const& recorded_;
  std::vector<std::uint64_t> inputs_;
  std::vector<std::uint64_t> values_;
  std::uint64_t result_ = 0;
};

inline std::uint64_t interpret(tandem::gpu::recording const& recorded, std::vector<std::uint64_t> inputs) {
  return recording_interpreter(recorded, std::move(inputs)).run();
}

} // namespace tandem_test
