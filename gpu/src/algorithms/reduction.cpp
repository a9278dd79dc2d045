#include "reduction.hpp"

#include "chunks.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

char const shape_text[] =
#include <tandem_shaders/shape.h.inc>
    ;
char const reduce_body[] =
#include <tandem_shaders/traced/reduce.glsl.inc>
    ;

} // namespace

reduction::reduction(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in,
                     bool mapped, reduction_order order)
    : owner_(owner), traced_(traced), recorded_(recorded), inputs_(in.size()), mapped_(mapped),
      generated_(mapped && in.empty()), order_(order) {
  if (inputs_ > max_inputs)
    throw std::invalid_argument("gpu::reduce takes at most " + std::to_string(max_inputs) + " inputs, not " +
                                std::to_string(inputs_));
  std::copy(in.begin(), in.end(), in_.begin());
  program const& code = traced.code();
  function_info const& op = code.functions.at(mapped ? 1 : 0);
  numbers_.assign(op.inputs.begin(), op.inputs.begin() + static_cast<std::ptrdiff_t>(op.inputs.size() / 2));
  check_operation(op);
  type_ = compound() ? scalar::uint32 : numbers_.at(0);
  taken_ = mapped ? code.functions[0].inputs.size() : 0;
  std::size_t skewed = 0;
  for (operand_form const& each : inputs())
    skewed += each.has_skew() ? 1 : 0;
  constexpr std::size_t rest = 56; // of the push block: other members, and the address of spilled parameters
  if (8 * inputs_ + 4 * skewed + rest > push_limit_bytes)
    throw unsupported_error("so many narrow inputs do not fit its push constants", owner.info().name);
  if (!generated_)
    check_inputs(mapped ? std::span<scalar const>(code.functions[0].inputs)
                        : std::span<scalar const>(numbers_));
  else if (code.functions[0].inputs != std::vector<scalar>{scalar::uint32})
    throw std::invalid_argument("gpu::map_reduce: without inputs the function takes one uint32, the index");
  require_features(code, owner);
  double const f = mapped ? traced.iterations(recorded, 0) : 0.0;
  double const join = traced.iterations(recorded, mapped ? 1 : 0);
  // A lane's own rows and the halvings of its group; the final pass has its share of the blocks instead.
  constexpr double rows = TANDEM_REDUCTION_ROWS;
  require_loop_budget(rows + 8 + rows * f + (rows + 8) * join, owner);
}

void reduction::check_operation(function_info const& op) const {
  auto const type_of = [&](std::uint32_t node) { return traced_.code().nodes[node].type; };
  bool same =
      !numbers_.empty() && op.inputs.size() == 2 * numbers_.size() && op.results.size() == numbers_.size();
  for (std::size_t i = 0; same && i < numbers_.size(); ++i)
    same = op.inputs[numbers_.size() + i] == numbers_[i] && type_of(op.results[i]) == numbers_[i];
  if (!same)
    throw std::invalid_argument("gpu::reduce: the operation must return the type of its arguments");
  device_info const& info = owner_.info();
  if (shared_bytes_of(numbers_) * TANDEM_REDUCTION_LANES > info.limits.shared_memory_bytes)
    throw unsupported_error(
        join({"values of ", std::to_string(numbers_.size()), " numbers do not fit its shared memory"}),
        info.name);
}

void reduction::check_inputs(std::span<scalar const> wanted) const {
  std::size_t at = 0;
  for (operand_form const& each : inputs())
    for (std::size_t f = 0; f < each.count(); ++f, ++at)
      if (at < wanted.size() && computed(each.number(f)) != wanted[at])
        throw std::invalid_argument(join({"gpu::reduce: an input of ", name_of(each.number(f)),
                                          " for an argument of ", name_of(wanted[at])}));
  if (at != wanted.size() && !(mapped_ && at + 1 == wanted.size() && wanted[at] == scalar::uint32))
    throw std::invalid_argument("gpu::reduce: " + std::to_string(at) + " inputs for a function of " +
                                std::to_string(wanted.size()) + " arguments");
}

/// td_value(i), the element that enters the tree, and td_op.
std::string reduction::element_text() const {
  std::string text;
  std::string arguments;
  for (std::size_t k = 0; k < inputs_; ++k) {
    operand_text const each(in_[k], join({"in", std::to_string(k)}), "");
    text += each.loads();
    arguments += join({k == 0 ? "" : ", ", each.arguments()});
  }
  if (takes_index())
    arguments += join(
        {inputs_ == 0 ? "" : ", ", "push.first_block * ", std::to_string(TANDEM_REDUCTION_BLOCK), "u + i"});
  std::string const value = mapped_      ? call_text(numbers_, "fn0", arguments)
                            : compound() ? join({"  return TD_T(", arguments, ");\n"})
                                         : join({"  return ", arguments, ";\n"});
  return text + join({"TD_T td_value(uint i) {\n", value, "}\n"});
}

/// td_op, td_partial, td_keep and td_finish.
std::string reduction::joining_text() const {
  char const* const op = mapped_ ? "fn1" : "fn0";
  if (compound()) {
    compound_text const values{numbers_};
    std::string const arguments = join({values.members("a"), values.members("b")}).substr(2);
    return join(
        {values.moves(), "TD_T td_op(TD_T a, TD_T b) {\n", call_text(numbers_, op, arguments),
         "}\nTD_T td_partial(uint i) { return td_load(push.partials, i); }\n"
         "void td_keep(uint i, TD_T x) { td_store(push.partials, i, x); }\n"
         "void td_finish(TD_T x) { td_store(push.result, 0u, td_op(td_load(push.init, 0u), x)); }\n"});
  }
  bool const flag = type_ == scalar::boolean;
  std::string_view const out = flag ? "(x ? 1u : 0u)" : "x";
  return join({"TD_T td_op(TD_T a, TD_T b) { return ", op, "(a, b); }\n",
               "TD_T td_partial(uint i) { return push.partials.e[i]", flag ? " != 0u" : "", "; }\n",
               "void td_keep(uint i, TD_T x) { push.partials.e[i] = ", out, "; }\n",
               "void td_finish(TD_T x) {\n  x = td_op(push.init", flag ? " != 0u" : "", ", x);\n",
               "  push.result.e[0] = ", out, ";\n}\n"});
}

std::string reduction::text(reduction_pass which) const {
  kernel_parts parts;
  std::string skews;
  std::uint32_t small_fields = 4;
  if (which == reduction_pass::blocks)
    for (std::size_t k = 0; k < inputs_; ++k) {
      std::string const name = join({"in", std::to_string(k)});
      operand_text const each(in_[k], name, "");
      each.add_types(parts.types);
      parts.header_fields += join({"  ", each.reference(), " ", name, ";\n"});
      if (in_[k].has_skew()) {
        skews += join({"  uint ", name, "_skew;\n"});
        ++small_fields;
      }
    }
  std::size_t const references = (which == reduction_pass::blocks ? inputs_ : 0) + 2;
  parts.types.push_back(type_ == scalar::boolean ? scalar::uint32 : type_);
  std::string const part = reference_name(parts.types.back());
  parts.header_fields +=
      join({"  ", part, " partials;\n  ", part, " result;\n", push_value_text(numbers_, "init"),
            "  uint n;\n  uint blocks;\n  uint first_block;\n  uint depth;\n", skews});
  if (small_fields % 2 != 0) {
    parts.header_fields += "  uint padding;\n";
    ++small_fields;
  }
  parts.header_bytes = static_cast<std::uint32_t>(8 * references + 8 + 4 * small_fields);
  parts.defines = join(
      {compound() ? compound_text{numbers_}.definition() : join({"#define TD_T ", glsl_name(type_), "\n"}),
       order_ == reduction_order::ordered ? "#define TD_ORDERED\n" : "",
       which == reduction_pass::final ? "#define TD_FINAL\n" : "", shape_text});
  parts.helpers = joining_text() + (which == reduction_pass::blocks ? element_text() : std::string());
  parts.body = reduce_body;
  return kernel_text(traced_, traits_of(owner_), parts);
}

void reduction::put_tail(push_block& push, recorder& work, progress const& state,
                         std::uint64_t partials) const {
  push.put(partials);
  push.put(work.output(state.result.data(), state.result.size_bytes()));
  if (compound()) {
    push.put(work.input(state.init.data(), state.init.size_bytes()));
    return;
  }
  std::uint64_t bits = 0;
  std::memcpy(&bits, state.init.data(), state.init.size_bytes());
  push.put(bits);
}

void reduction::record_blocks(recorder& work, std::span<operand const> in, std::size_t first,
                              std::size_t count, progress const& state) const {
  push_block push;
  std::array<std::uint64_t, max_inputs> from{};
  for (std::size_t k = 0; k < in.size(); ++k) {
    from[k] = address_for_reading(work, in[k], first, count);
    push.put(in_[k].base(from[k]));
  }
  std::size_t const groups = (count + TANDEM_REDUCTION_BLOCK - 1) / TANDEM_REDUCTION_BLOCK;
  std::size_t const first_block = first / TANDEM_REDUCTION_BLOCK;
  std::uint64_t partials = state.partials != nullptr ? work.address(*state.partials) : 0;
  if (state.totals != nullptr)
    partials = work.output(state.totals + first_block * size_of(type_), groups * size_of(type_));
  put_tail(push, work, state, partials);
  push.put(static_cast<std::uint32_t>(count));
  push.put(static_cast<std::uint32_t>(state.blocks));
  push.put(static_cast<std::uint32_t>(state.totals != nullptr ? 0 : first_block));
  push.put(std::uint32_t{0});
  for (std::size_t k = 0; k < in.size(); ++k)
    if (in_[k].has_skew())
      push.put(in_[k].skew(from[k]));
  thread_local std::vector<std::byte> spilled;
  table_addresses const tables(work, recorded_);
  push.put_parameters(traced_.layout(), recorded_, work, spilled, tables.data());
  work.dispatch(*kernel(reduction_pass::blocks, build::now), push.data(), push.size(),
                static_cast<std::uint32_t>(groups));
}

void reduction::record_final(recorder& work, progress const& state) const {
  push_block push;
  put_tail(push, work, state, work.address(*state.partials));
  std::size_t const per_lane = (state.blocks + TANDEM_REDUCTION_LANES - 1) / TANDEM_REDUCTION_LANES;
  push.put(std::uint32_t{0});
  push.put(static_cast<std::uint32_t>(state.blocks));
  push.put(std::uint32_t{0});
  push.put(static_cast<std::uint32_t>(std::bit_width(per_lane - 1)));
  thread_local std::vector<std::byte> spilled;
  table_addresses const tables(work, recorded_);
  push.put_parameters(traced_.layout(), recorded_, work, spilled, tables.data());
  work.dispatch(*kernel(reduction_pass::final, build::now), push.data(), push.size(), 1);
}

void reduction::run(std::span<operand const> in, std::size_t n, joined_type const& type, void const* init,
                    void* result) const {
  std::vector<std::uint32_t> const start = to_words(type, init);
  std::vector<std::uint32_t> answer(start.size());
  std::size_t const blocks = (n + TANDEM_REDUCTION_BLOCK - 1) / TANDEM_REDUCTION_BLOCK;
  progress state{nullptr, blocks, start, answer};
  memory partials;
  if (blocks > 1) {
    partials = owner_.allocate(blocks * partial_bytes());
    state.partials = &partials;
  }
  std::size_t const chunk = chunk_elements(owner_, in, TANDEM_REDUCTION_BLOCK, TANDEM_REDUCTION_BLOCK);
  run_chunks(owner_, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    record_blocks(work, in, first, count, state);
    if (first + count == n && blocks > 1) {
      work.barrier();
      record_final(work, state);
    }
  });
  from_words(type, answer.data(), result);
}

void reduction::run_blocks(std::span<operand const> in, std::size_t n, std::byte* totals) const {
  std::array<std::uint32_t, 2> unused{};
  // A kernel told of one block would finish the reduction.
  std::size_t const blocks =
      std::max<std::size_t>(2, (n + TANDEM_REDUCTION_BLOCK - 1) / TANDEM_REDUCTION_BLOCK);
  progress const state{nullptr, blocks, unused, unused, totals};
  std::size_t const chunk = chunk_elements(owner_, in, TANDEM_REDUCTION_BLOCK, TANDEM_REDUCTION_BLOCK);
  run_chunks(owner_, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    record_blocks(work, in, first, count, state);
  });
}

} // namespace tandem::gpu::detail
