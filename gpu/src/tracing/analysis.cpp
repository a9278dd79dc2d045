#include "program.hpp"

#include <tandem/gpu/error.hpp>

#include <map>
#include <tuple>

namespace tandem::gpu::detail {
namespace {

bool is_loop_part(opcode code) {
  return code >= opcode::loop;
}

using key = std::tuple<opcode, scalar, std::uint32_t, std::uint32_t, std::uint32_t>;

/// One pass over the recording: each old node is dropped, replaced by an equal one, or copied.
class analyser {
 public:
  explicit analyser(recording const& recorded) : in_(recorded), renamed_(recorded.nodes().size(), no_node) {}

  program run() {
    for (std::uint32_t i = 0; i < in_.nodes().size(); ++i)
      visit(i);
    close_function();
    out_.parameter_types.resize(in_.parameters().size(), scalar::boolean);
    for (node const& each : in_.nodes())
      if (each.code == opcode::parameter)
        out_.parameter_types[each.a] = each.type;
    for (table const& each : in_.tables())
      out_.table_types.push_back(each.type);
    return std::move(out_);
  }

 private:
  std::uint32_t append(node const& each) {
    out_.nodes.push_back(each);
    scopes_.push_back(scope_);
    return static_cast<std::uint32_t>(out_.nodes.size() - 1);
  }

  /// The new name of an operand, if it may be used here.
  std::uint32_t use(std::uint32_t old) const {
    std::uint32_t const now = old < renamed_.size() ? renamed_[old] : no_node;
    if (now == no_node || now < function_first_)
      throw tandem::error("a traced value was used outside of the lambda that it belongs to");
    for (std::uint32_t s = scope_;; s = parents_[s]) {
      if (scopes_[now] == s)
        return now;
      if (s == 0)
        throw tandem::error(
            "a traced value from the body of a repeat or iterate_while was used after the loop: "
            "return it as a part of the loop's state");
    }
  }

  void visit(std::uint32_t i) {
    node const& old = in_.nodes()[i];
    switch (old.code) {
    case opcode::function:
      close_function();
      open_function();
      return;
    case opcode::input:
      function().inputs.push_back(old.type);
      renamed_[i] = append(old);
      return;
    case opcode::result:
      function().results.push_back(use(old.a));
      return;
    case opcode::loop:
      open_loop(i, old);
      return;
    case opcode::loop_end:
      close_loop(old);
      return;
    default:
      renamed_[i] = is_loop_part(old.code) ? append(renamed(old)) : value_of(renamed(old));
    }
  }

  node renamed(node each) const {
    unsigned const operands = operand_count(each.code);
    if (operands > 0)
      each.a = each.code == opcode::loop_result ? state_after_loop(each.a)
               : each.code == opcode::load      ? each.a
                                                : use(each.a);
    if (operands > 1)
      each.b = use(each.b);
    if (operands > 2)
      each.c = use(each.c);
    return each;
  }

  std::uint32_t state_after_loop(std::uint32_t old) const { return renamed_[old]; }

  /// The node that holds the value: folded, one that computes the same already, or a new one.
  std::uint32_t value_of(node each) {
    simplify(each);
    key const wanted{each.code, each.type, each.a, each.b, each.c};
    auto const found = known_.find(wanted);
    if (found != known_.end())
      return found->second;
    bool const anywhere = each.code == opcode::constant || each.code == opcode::parameter;
    std::uint32_t const made = append(each);
    if (anywhere)
      scopes_[made] = 0;
    else if (scope_ != 0)
      local_.push_back(wanted);
    known_.emplace(wanted, made);
    return made;
  }

  void simplify(node& each) const {
    unsigned const operands = operand_count(each.code);
    if (operands == 0 || each.code == opcode::load)
      return;
    std::uint32_t const ids[3] = {each.a, each.b, each.c};
    std::uint64_t bits[3] = {};
    for (unsigned k = 0; k < operands; ++k) {
      node const& operand = out_.nodes[ids[k]];
      if (operand.code != opcode::constant)
        return;
      bits[k] = operand.a | static_cast<std::uint64_t>(operand.b) << 32;
    }
    std::uint64_t folded = 0;
    if (fold(each, out_.nodes[operands == 3 && each.code == opcode::select ? ids[1] : ids[0]].type, bits[0],
             bits[1], bits[2], folded))
      each = node{opcode::constant,
                  each.type,
                  0,
                  static_cast<std::uint32_t>(folded),
                  static_cast<std::uint32_t>(folded >> 32),
                  0};
  }

  function_info& function() { return out_.functions.back(); }

  void open_function() {
    function_first_ = static_cast<std::uint32_t>(out_.nodes.size());
    out_.functions.push_back(function_info{function_first_, function_first_, {}, {}, 0});
    parents_.assign(1, 0);
    scope_ = 0;
    loop_of_scope_.assign(1, no_node);
    known_.clear();
  }

  void close_function() {
    if (!out_.functions.empty())
      function().last = static_cast<std::uint32_t>(out_.nodes.size());
  }

  void open_loop(std::uint32_t i, node const& old) {
    std::uint32_t const trips = use(old.a);
    node const& count = out_.nodes[trips];
    loop_info info{};
    info.node = static_cast<std::uint32_t>(out_.nodes.size());
    info.parent = loop_of_scope_[scope_];
    info.function = static_cast<std::uint32_t>(out_.functions.size() - 1);
    info.source = count.code == opcode::constant    ? trip_source::constant
                  : count.code == opcode::parameter ? trip_source::parameter
                                                    : trip_source::data;
    info.trip = info.source == trip_source::data ? 0 : count.a;
    parents_.push_back(scope_);
    loop_of_scope_.push_back(static_cast<std::uint32_t>(out_.loops.size()));
    out_.loops.push_back(info);
    marks_.push_back(local_.size());
    scope_ = static_cast<std::uint32_t>(parents_.size() - 1);
    renamed_[i] = append(node{opcode::loop, old.type, 0, trips, 0, 0});
  }

  void close_loop(node const& old) {
    append(node{opcode::loop_end, scalar::boolean, 0, use(old.a), 0, 0});
    for (; local_.size() > marks_.back(); local_.pop_back())
      known_.erase(local_.back());
    marks_.pop_back();
    scope_ = parents_[scope_];
  }

  recording const& in_;
  program out_;
  std::vector<std::uint32_t> renamed_;       ///< old node → new node
  std::vector<std::uint32_t> scopes_;        ///< new node → the scope that it lives in
  std::vector<std::uint32_t> parents_{0};    ///< scope → enclosing scope; 0 is the function
  std::vector<std::uint32_t> loop_of_scope_; ///< scope → index into loops
  std::map<key, std::uint32_t> known_;       ///< what has been computed and can be seen from here
  std::vector<key> local_;                   ///< keys that end with the open loops
  std::vector<std::size_t> marks_;           ///< local_.size() when each open loop began
  std::uint32_t scope_ = 0;
  std::uint32_t function_first_ = 0;
};

/// Marks what the results need. A loop lives with its first live state; a state needs its successor.
class liveness {
 public:
  explicit liveness(program& target) : target_(target) {
    target_.live.assign(target_.nodes.size(), false);
    for (std::uint32_t i = 0; i < target_.nodes.size(); ++i) {
      node const& each = target_.nodes[i];
      if (each.code == opcode::loop_next)
        successors_[each.a] = i;
      else if (each.code == opcode::loop_guard)
        followers_.emplace(each.b, i);
      else if (each.code == opcode::loop_end)
        followers_.emplace(each.a, i);
    }
  }

  void run() {
    for (function_info const& function : target_.functions)
      for (std::uint32_t result : function.results)
        need(result);
    while (!open_.empty()) {
      std::uint32_t const i = open_.back();
      open_.pop_back();
      expand(i);
    }
  }

 private:
  void need(std::uint32_t i) {
    if (!target_.live[i]) {
      target_.live[i] = true;
      open_.push_back(i);
    }
  }

  void expand(std::uint32_t i) {
    node const& each = target_.nodes[i];
    unsigned const operands = operand_count(each.code);
    if (operands > 0 && each.code != opcode::load)
      need(each.a);
    if (operands > 1)
      need(each.b);
    if (operands > 2)
      need(each.c);
    if (each.code == opcode::loop_state)
      need(successors_.at(i));
    if (each.code == opcode::loop)
      for (auto [at, end] = followers_.equal_range(i); at != end; ++at)
        need(at->second);
  }

  program& target_;
  std::map<std::uint32_t, std::uint32_t> successors_;
  std::multimap<std::uint32_t, std::uint32_t> followers_;
  std::vector<std::uint32_t> open_;
};

/// Adds up the weights of live nodes and notes which 64-bit types they need.
void measure(program& target) {
  std::map<std::uint32_t, std::uint32_t> loop_at;
  for (std::uint32_t l = 0; l < target.loops.size(); ++l)
    loop_at[target.loops[l].node] = l;
  for (function_info& function : target.functions) {
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = function.first; i < function.last; ++i) {
      node const& each = target.nodes[i];
      if (!target.live[i])
        continue;
      target.uses_int64 |= each.type == scalar::int64 || each.type == scalar::uint64;
      target.uses_float64 |= each.type == scalar::float64;
      if (each.code == opcode::loop)
        open.push_back(loop_at.at(i));
      scalar const operand =
          operand_count(each.code) > 0 && each.code != opcode::load ? target.nodes[each.a].type : each.type;
      (open.empty() ? function.weight : target.loops[open.back()].weight) += weight_of(each, operand);
      if (each.code == opcode::loop_guard)
        target.loops[open.back()].guarded = true;
      if (each.code == opcode::loop_end)
        open.pop_back();
    }
    for (scalar type : function.inputs) {
      target.uses_int64 |= type == scalar::int64 || type == scalar::uint64;
      target.uses_float64 |= type == scalar::float64;
    }
  }
}

} // namespace

unsigned operand_count(opcode code) {
  switch (code) {
  case opcode::function:
  case opcode::input:
  case opcode::constant:
  case opcode::parameter:
    return 0;
  case opcode::select:
  case opcode::fma:
  case opcode::loop_next:
    return 3;
  case opcode::load:
  case opcode::loop_state:
  case opcode::loop_guard:
    return 2;
  case opcode::result:
  case opcode::negate:
  case opcode::bit_not:
  case opcode::logical_not:
  case opcode::cast:
  case opcode::bit_cast:
  case opcode::narrow:
  case opcode::absolute:
  case opcode::floor:
  case opcode::ceil:
  case opcode::round:
  case opcode::trunc:
  case opcode::rint:
  case opcode::sqrt:
  case opcode::is_nan:
  case opcode::is_inf:
  case opcode::popcount:
  case opcode::countl_zero:
  case opcode::native_exp:
  case opcode::native_exp2:
  case opcode::native_log:
  case opcode::native_log2:
  case opcode::native_sin:
  case opcode::native_cos:
  case opcode::native_tan:
  case opcode::native_rsqrt:
  case opcode::native_tanh:
  case opcode::native_sqrt:
  case opcode::loop:
  case opcode::loop_end:
  case opcode::loop_result:
    return 1;
  default:
    return 2;
  }
}

program analyse(recording const& recorded) {
  program result = analyser(recorded).run();
  liveness(result).run();
  measure(result);
  return result;
}

} // namespace tandem::gpu::detail
