#include <tandem/gpu/map_reduce.hpp>

#include "chunks.hpp"
#include "map_kernel.hpp"
#include "push_block.hpp"

#include "../tracing/text.hpp"

#include <shape.h>

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace {

using namespace detail;

char const shape_text[] =
#include <tandem_shaders/shape.h.inc>
    ;
char const reduce_body[] =
#include <tandem_shaders/traced/reduce.glsl.inc>
    ;

enum class pass : std::uint32_t { blocks = 0, final = 1 };

/// A reduction: its texts and what one call gives them.
class reduction {
 public:
  /// `mapped`: function 0 is applied to the inputs, or to the index where there are none, and function 1
  /// joins; else function 0 joins.
  reduction(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in, bool mapped,
            reduction_order order)
      : owner_(owner), traced_(traced), recorded_(recorded), inputs_(in.size()), mapped_(mapped),
        generated_(mapped && in.empty()), order_(order) {
    if (inputs_ > max_inputs)
      throw std::invalid_argument("gpu::reduce takes at most " + std::to_string(max_inputs) +
                                  " inputs, not " + std::to_string(inputs_));
    std::copy(in.begin(), in.end(), in_.begin());
    program const& code = traced.code();
    function_info const& op = code.functions.at(mapped ? 1 : 0);
    type_ = op.inputs.at(0);
    if (op.results.size() != 1 || code.nodes[op.results[0]].type != type_)
      throw std::invalid_argument("gpu::reduce: the operation must return the type of its arguments");
    std::size_t skewed = 0;
    for (operand_form const& each : inputs())
      skewed += each.has_skew() ? 1 : 0;
    constexpr std::size_t rest =
        56; // of the push block: other members, and the address of spilled parameters
    if (8 * inputs_ + 4 * skewed + rest > push_limit_bytes)
      throw unsupported_error("so many narrow inputs do not fit its push constants", owner.info().name);
    if (!generated_)
      check_inputs(mapped ? std::span<scalar const>(code.functions[0].inputs)
                          : std::span<scalar const>(&type_, 1));
    else if (code.functions[0].inputs != std::vector<scalar>{scalar::uint32})
      throw std::invalid_argument("gpu::map_reduce: without inputs the function takes one uint32, the index");
    require_features(code, owner);
    double const f = mapped ? traced.iterations(recorded, 0) : 0.0;
    double const join = traced.iterations(recorded, mapped ? 1 : 0);
    // A lane's own rows and the halvings of its group; the final pass has its share of the blocks instead.
    constexpr double rows = TANDEM_REDUCTION_ROWS;
    require_loop_budget(rows + 8 + rows * f + (rows + 8) * join, owner);
  }

  scalar type() const noexcept { return type_; }

  pipeline const* kernel(pass which, build how) const {
    std::uint32_t const variant = static_cast<std::uint32_t>(which) |
                                  (order_ == reduction_order::ordered ? 2u : 0u) | (generated_ ? 4u : 0u);
    return traced_.kernels().get(owner_, variant, how, [&] { return text(which); });
  }

  void run(std::span<operand const> in, std::size_t n, void const* init, void* result) const;
  /// The totals of the blocks alone, to the host.
  void run_blocks(std::span<operand const> in, std::size_t n, std::byte* totals) const;

 private:
  struct progress {
    memory* partials; ///< one result a block; null when there is one block
    std::size_t blocks;
    std::uint64_t init_bits;
    std::uint64_t* result;       ///< eight bytes on the host
    std::byte* totals = nullptr; ///< one result a block on the host, instead of partials and result
  };

  std::span<operand_form const> inputs() const noexcept { return {in_.data(), inputs_}; }
  void check_inputs(std::span<scalar const> wanted) const;
  std::string text(pass which) const;
  std::string element_text() const;
  void record_blocks(recorder& work, std::span<operand const> in, std::size_t first, std::size_t count,
                     progress const& state) const;
  void record_final(recorder& work, progress const& state) const;
  void put_tail(push_block& push, recorder& work, progress const& state, std::uint64_t partials) const;

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  std::array<operand_form, max_inputs> in_{};
  std::size_t inputs_;
  bool mapped_;
  bool generated_;
  reduction_order order_;
  scalar type_;
};

void reduction::check_inputs(std::span<scalar const> wanted) const {
  std::size_t at = 0;
  for (operand_form const& each : inputs())
    for (std::size_t f = 0; f < each.count(); ++f, ++at)
      if (at < wanted.size() && computed(each.number(f)) != wanted[at])
        throw std::invalid_argument(join({"gpu::reduce: an input of ", name_of(each.number(f)),
                                          " for an argument of ", name_of(wanted[at])}));
  if (at != wanted.size())
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
  if (generated_)
    arguments = join({"push.first_block * ", std::to_string(TANDEM_REDUCTION_BLOCK), "u + i"});
  text += join(
      {"TD_T td_value(uint i) { return ", mapped_ ? join({"fn0(", arguments, ")"}) : arguments, "; }\n"});
  return text;
}

std::string reduction::text(pass which) const {
  kernel_parts parts;
  std::string skews;
  std::uint32_t small_fields = 4;
  if (which == pass::blocks)
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
  std::size_t const references = (which == pass::blocks ? inputs_ : 0) + 2;
  parts.types.push_back(type_ == scalar::boolean ? scalar::uint32 : type_);
  std::string const part = reference_name(parts.types.back());
  bool const flag = type_ == scalar::boolean;
  std::string const init = flag ? "  uint init;\n  uint init_high;\n"
                           : size_of(type_) == 4
                               ? join({"  ", glsl_name(type_), " init;\n  uint init_high;\n"})
                               : join({"  ", glsl_name(type_), " init;\n"});
  parts.header_fields += join({"  ", part, " partials;\n  ", part, " result;\n", init,
                               "  uint n;\n  uint blocks;\n  uint first_block;\n  uint depth;\n", skews});
  if (small_fields % 2 != 0) {
    parts.header_fields += "  uint padding;\n";
    ++small_fields;
  }
  parts.header_bytes = static_cast<std::uint32_t>(8 * references + 8 + 4 * small_fields);
  parts.defines = join({"#define TD_T ", glsl_name(type_), "\n",
                        order_ == reduction_order::ordered ? "#define TD_ORDERED\n" : "",
                        which == pass::final ? "#define TD_FINAL\n" : "", shape_text});
  std::string_view const out = flag ? "(x ? 1u : 0u)" : "x";
  parts.helpers = join({"TD_T td_op(TD_T a, TD_T b) { return ", mapped_ ? "fn1" : "fn0", "(a, b); }\n",
                        "TD_T td_partial(uint i) { return push.partials.e[i]", flag ? " != 0u" : "", "; }\n",
                        "void td_keep(uint i, TD_T x) { push.partials.e[i] = ", out, "; }\n",
                        "void td_finish(TD_T x) {\n  x = td_op(push.init", flag ? " != 0u" : "", ", x);\n",
                        "  push.result.e[0] = ", out, ";\n}\n", which == pass::blocks ? element_text() : ""});
  parts.body = reduce_body;
  return kernel_text(traced_, traits_of(owner_), parts);
}

void reduction::put_tail(push_block& push, recorder& work, progress const& state,
                         std::uint64_t partials) const {
  push.put(partials);
  push.put(work.output(state.result, 8));
  push.put(state.init_bits);
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
  work.dispatch(*kernel(pass::blocks, build::now), push.data(), push.size(),
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
  work.dispatch(*kernel(pass::final, build::now), push.data(), push.size(), 1);
}

void reduction::run(std::span<operand const> in, std::size_t n, void const* init, void* result) const {
  std::uint64_t answer = 0;
  std::size_t const size = size_of(type_);
  std::size_t const blocks = (n + TANDEM_REDUCTION_BLOCK - 1) / TANDEM_REDUCTION_BLOCK;
  progress state{nullptr, blocks, 0, &answer};
  std::memcpy(&state.init_bits, init, size);
  memory partials;
  if (blocks > 1) {
    partials = owner_.allocate(blocks * std::max<std::size_t>(size, 4));
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
  std::memcpy(result, &answer, size);
}

void reduction::run_blocks(std::span<operand const> in, std::size_t n, std::byte* totals) const {
  std::uint64_t unused = 0;
  // A kernel told of one block would finish the reduction.
  std::size_t const blocks =
      std::max<std::size_t>(2, (n + TANDEM_REDUCTION_BLOCK - 1) / TANDEM_REDUCTION_BLOCK);
  progress const state{nullptr, blocks, 0, &unused, totals};
  std::size_t const chunk = chunk_elements(owner_, in, TANDEM_REDUCTION_BLOCK, TANDEM_REDUCTION_BLOCK);
  run_chunks(owner_, n, chunk, [&](recorder& work, std::size_t first, std::size_t count) {
    record_blocks(work, in, first, count, state);
  });
}

void check_counts(std::span<operand const> in, std::size_t n) {
  for (operand const& each : in)
    if (each.count < n)
      throw std::invalid_argument("gpu::reduce: an input of " + std::to_string(each.count) +
                                  " elements where " + std::to_string(n) + " are to be read");
}

void run_reduction(device const& where, kernel_site& site, recording const& recorded,
                   std::span<operand const> in, std::size_t n, void const* init, void* result,
                   reduction_order order, bool mapped) {
  engine& owner = where.engine();
  if (mapped && in.empty() && n > std::size_t{1} << 32)
    throw std::invalid_argument("gpu::map_reduce: " + std::to_string(n) + " indices do not fit 32 bits");
  reduction const call(owner, site.match(recorded), recorded, in, mapped, order);
  check_counts(in, n);
  if (n == 0)
    std::memmove(result, init, size_of(call.type()));
  else
    call.run(in, n, init, result);
}

void check_functions(kernel_site& site, recording const& recorded, scalar type) {
  if (recorded.functions() != 2)
    throw std::invalid_argument("gpu::map_reduce needs a recording of two functions");
  shape const& traced = site.match(recorded);
  if (traced.code().functions[1].inputs.at(0) != type)
    throw std::invalid_argument(join({"gpu::map_reduce: a result of ", name_of(type), " for an operation on ",
                                      name_of(traced.code().functions[1].inputs[0])}));
}

bool warm_reduction(device const& where, kernel_site& site, recording const& recorded,
                    std::span<operand const> in, std::size_t n, reduction_order order, bool mapped) {
  reduction const call(where.engine(), site.match(recorded), recorded, in, mapped, order);
  bool const first = call.kernel(pass::blocks, build::in_background) != nullptr;
  bool const second =
      n <= TANDEM_REDUCTION_BLOCK || call.kernel(pass::final, build::in_background) != nullptr;
  return first && second;
}

} // namespace

void reduce(device const& where, kernel_site& site, recording const& recorded, operand const& in,
            std::size_t n, void const* init, void* result, reduction_order order) {
  run_reduction(where, site, recorded, {&in, 1}, n, init, result, order, false);
}

void map_reduce(device const& where, kernel_site& site, recording const& recorded,
                std::span<operand const> in, std::size_t n, scalar type, void const* init, void* result,
                reduction_order order) {
  check_functions(site, recorded, type);
  run_reduction(where, site, recorded, in, n, init, result, order, true);
}

void map_reduce_blocks(device const& where, kernel_site& site, recording const& recorded,
                       std::span<operand const> in, std::size_t n, scalar type, void* totals,
                       reduction_order order) {
  check_functions(site, recorded, type);
  engine& owner = where.engine();
  if (type == scalar::boolean)
    throw unsupported_error("totals of blocks of bool", owner.info().name);
  if (in.empty())
    throw std::invalid_argument("gpu::map_reduce_blocks needs an input");
  reduction const call(owner, site.match(recorded), recorded, in, true, order);
  check_counts(in, n);
  if (n != 0)
    call.run_blocks(in, n, static_cast<std::byte*>(totals));
}

bool warm_reduce(device const& where, kernel_site& site, recording const& recorded, std::size_t n,
                 reduction_order order) {
  operand in{};
  in.type = site.match(recorded).code().functions.at(0).inputs.at(0);
  return warm_reduction(where, site, recorded, {&in, 1}, n, order, false);
}

bool warm_map_reduce(device const& where, kernel_site& site, recording const& recorded,
                     std::span<operand const> in, std::size_t n, reduction_order order) {
  return warm_reduction(where, site, recorded, in, n, order, true);
}

} // namespace tandem::gpu
