#pragma once

#include <tandem/gpu/scalar.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace tandem::gpu {

class memory;

/// What a recorded node computes. Operands are indices of earlier nodes unless said otherwise.
enum class opcode : std::uint8_t {
  function,  ///< opens a traced function: a = its number
  input,     ///< a = which argument of the function
  result,    ///< a = a value that the function returns; one node per component, in order
  constant,  ///< payload in (b, a): high and low word of the bits
  parameter, ///< a = index among the recording's parameters; its value is no part of the shape
  add,
  subtract,
  multiply,
  divide,
  remainder,
  negate,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shift_left,
  shift_right,
  equal,
  not_equal,
  less,
  less_equal,
  logical_and,
  logical_or,
  logical_not,
  select, ///< a ? b : c
  cast,
  bit_cast,
  narrow, ///< a cut to what a number of type b (a stored scalar) can hold: low bits of integers, the nearest
          ///< half
  minimum,
  maximum,
  absolute,
  floor,
  ceil,
  round,
  trunc,
  rint,
  sqrt,
  fma,
  is_nan,
  is_inf,
  popcount,
  countl_zero,
  multiply_high,
  native_exp,
  native_exp2,
  native_log,
  native_log2,
  native_sin,
  native_cos,
  native_tan,
  native_pow,
  native_rsqrt,
  native_tanh,
  native_divide,
  native_sqrt,
  load,        ///< a = which table, b = index; zero where the index is past the end
  loop,        ///< a = trip count (uint32); the node itself is the index of the iteration
  loop_state,  ///< a = value before the first iteration, b = the loop
  loop_guard,  ///< a = condition to go on (bool), b = the loop
  loop_next,   ///< a = the loop_state that it sets, b = its value in the next iteration, c = the loop
  loop_end,    ///< a = the loop
  loop_result, ///< a = a loop_state of a loop that has ended
};

/// One recorded operation: sixteen bytes without padding, so that shapes compare as memory.
struct node {
  opcode code;
  scalar type;
  std::uint16_t flags;
  std::uint32_t a, b, c;
};
static_assert(sizeof(node) == 16);

/// A captured range that traced code reads at random.
struct table {
  void const* host; ///< first element in host memory; null when resident is set
  memory* resident; ///< device memory that already holds the elements, or null
  std::size_t count;
  scalar type;
};

namespace detail {

/// Grows and is reused; only growing (out of line) allocates.
template <class T>
class arena {
 public:
  arena() = default;
  arena(arena const&) = delete;
  arena& operator=(arena const&) = delete;
  ~arena() { delete[] data_; }

  std::uint32_t push(T const& item) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    data_[size_] = item;
    return size_++;
  }
  void clear() noexcept { size_ = 0; }
  std::uint32_t size() const noexcept { return size_; }
  T const* data() const noexcept { return data_; }
  T const& operator[](std::uint32_t i) const noexcept { return data_[i]; }
  T& operator[](std::uint32_t i) noexcept { return data_[i]; }
  T const* begin() const noexcept { return data_; }
  T const* end() const noexcept { return data_ + size_; }

 private:
  void grow();

  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

/// A number that belongs to a table, and the parameter that holds it.
struct table_fact {
  std::uint32_t table, which, number, node;
};

extern template class TANDEM_API arena<node>;
extern template class TANDEM_API arena<table_fact>;
extern template class TANDEM_API arena<table>;
extern template class TANDEM_API arena<std::uint64_t>;

} // namespace detail

/// What one call of one or several lambdas recorded: nodes in the order of execution, the numbers that met
/// them, and the captured ranges that they read. One per thread, reused by the next trace of that thread.
class recording {
 public:
  void clear() noexcept {
    nodes_.clear();
    parameters_.clear();
    tables_.clear();
    facts_.clear();
    functions_ = 0;
  }

  std::uint32_t push(opcode code, scalar type, std::uint32_t a = 0, std::uint32_t b = 0,
                     std::uint32_t c = 0) {
    return nodes_.push(node{code, type, 0, a, b, c});
  }
  std::uint32_t push_constant(scalar type, std::uint64_t bits) {
    return push(opcode::constant, type, static_cast<std::uint32_t>(bits),
                static_cast<std::uint32_t>(bits >> 32));
  }
  std::uint32_t push_parameter(scalar type, std::uint64_t bits) {
    return push(opcode::parameter, type, parameters_.push(bits));
  }
  std::uint32_t begin_function() {
    facts_.clear();
    return push(opcode::function, scalar::boolean, functions_++);
  }

  /// A parameter that belongs to a table, such as the width of a picture: one node however often it is used.
  std::uint32_t push_fact(std::uint32_t of_table, std::uint32_t which, std::uint32_t number) {
    for (detail::table_fact const& each : facts_)
      if (each.table == of_table && each.which == which && each.number == number)
        return each.node;
    std::uint32_t const made = push_parameter(scalar::uint32, number);
    facts_.push(detail::table_fact{of_table, which, number, made});
    return made;
  }

  /// The number of the table, a new one unless the same range was read before.
  std::uint32_t table_index(table const& range) {
    for (std::uint32_t i = 0; i < tables_.size(); ++i)
      if (tables_[i].host == range.host && tables_[i].resident == range.resident &&
          tables_[i].count == range.count && tables_[i].type == range.type)
        return i;
    return tables_.push(range);
  }

  detail::arena<node> const& nodes() const noexcept { return nodes_; }
  detail::arena<std::uint64_t> const& parameters() const noexcept { return parameters_; }
  detail::arena<table> const& tables() const noexcept { return tables_; }
  std::uint32_t functions() const noexcept { return functions_; }

 private:
  detail::arena<node> nodes_;
  detail::arena<std::uint64_t> parameters_; ///< bits, zero-extended
  detail::arena<table> tables_;
  detail::arena<detail::table_fact> facts_; ///< of the function that is being recorded
  std::uint32_t functions_ = 0;
};

namespace detail {

/// The bits of a number of a canonical type, zero-extended.
template <class T>
std::uint64_t bits_of(T number) noexcept {
  if constexpr (std::is_same_v<T, bool>)
    return number ? 1 : 0;
  else if constexpr (sizeof(T) == 4)
    return std::bit_cast<std::uint32_t>(number);
  else
    return std::bit_cast<std::uint64_t>(number);
}

/// The recording that symbolic values write to: null unless a trace runs on this thread.
TANDEM_API extern constinit thread_local recording* active_recording;

[[noreturn]] TANDEM_API void throw_no_trace();
[[noreturn]] TANDEM_API void throw_nested_trace();

inline recording& current() {
  if (active_recording == nullptr) [[unlikely]]
    throw_no_trace();
  return *active_recording;
}

/// This thread's recording, whose memory the next trace uses again.
TANDEM_API recording& thread_recording();

/// Makes a recording the active one for a scope.
class tracing_scope {
 public:
  explicit tracing_scope(recording& target) {
    if (active_recording != nullptr)
      throw_nested_trace();
    active_recording = &target;
  }
  tracing_scope(tracing_scope const&) = delete;
  tracing_scope& operator=(tracing_scope const&) = delete;
  ~tracing_scope() { active_recording = nullptr; }
};

} // namespace detail
} // namespace tandem::gpu
