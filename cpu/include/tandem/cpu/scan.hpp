#pragma once

#include <tandem/cpu/scan_tile.hpp>
#include <tandem/cpu/streaming.hpp>
#include <tandem/cpu/sum_scan.hpp>
#include <tandem/cpu/turns.hpp>

#include <cstddef>
#include <memory>

namespace tandem::cpu {
namespace detail {

template <bool FreeShape, class T, class In, class Op>
inline constexpr bool
    sums_freely = std::is_same_v<T, In>&& has_sum_scan<T>&& is_addition<std::remove_cvref_t<Op>> &&
                  (std::is_integral_v<T> || FreeShape);

/// Tiles that a thread takes at a time: memory is waited for where a turn begins, and what is folded of it stays in the
/// second cache.
template <class T>
inline constexpr std::size_t tiles_per_turn = sizeof(T) < 8 ? 8 : 4;

template <bool Inclusive, class T, class In, class Op>
class scan_worker {
  static constexpr std::size_t per_turn = tiles_per_turn<T>;

 public:
  scan_worker(execution const& how, std::size_t n, In const* in, T* out, maybe<T> const& init, Op& op,
              carry_chain<T, held<Op>>& chain)
      : level_(how.level), n_(n), in_(in), out_(out), init_(init), op_(op), chain_(chain),
        streaming_(!std::is_same_v<T, bool> && static_cast<void const*>(in) != out &&
                   prefers_streaming(n * sizeof(T))),
        tiles_(new tile_state<T>[per_turn]) {}

  void operator()(std::size_t turn, turns& order) {
    auto const start = turn * per_turn * scan_tile;
    auto const left = n_ - start;
    auto const full = left / scan_tile < per_turn ? left / scan_tile : per_turn;
    auto* const tiles = tiles_.get();
    for (std::size_t t = 0; t < full; ++t)
      vectorised_if<vectorisable<In>>(level_, [tile = tiles + t, from = in_ + start + t * scan_tile,
                                               op = hold(op_)] { scan_tile_first(*tile, from, op); });
    if (!order.wait_for(turn))
      return;
    maybe<T> carry[per_turn + 1];
    for (std::size_t t = 0; t < full; ++t) {
      carry[t] = next_carry();
      chain_.push(tiles[t].total);
    }
    carry[full] = next_carry();
    order.pass(turn);
    for (std::size_t t = 0; t < full; ++t)
      finish(tiles[t], carry[t], start + t * scan_tile);
    if (full < per_turn && left > full * scan_tile) {
      auto const done = start + full * scan_tile;
      scan_short_tile<Inclusive>(n_ - done, in_ + done, carry[full], out_ + done, hold(op_));
    }
    if (streaming_)
      streaming_fence();
  }

 private:
  maybe<T> next_carry() const {
    auto carry = init_;
    carry.append(chain_.next(), op_);
    return carry;
  }

  void finish(tile_state<T> const& tile, maybe<T> const& carry, std::size_t start) {
    alignas(64) T buffer[scan_tile];
    auto* const to = streaming_ ? buffer : out_ + start;
    vectorised_if<vectorisable<In>>(level_, [tile = &tile, carry, to, op = hold(op_)] {
      scan_tile_second<Inclusive>(*tile, carry, to, op);
    });
    if (streaming_)
      streaming_copy(out_ + start, buffer, sizeof buffer);
  }

  isa level_;
  std::size_t n_;
  In const* in_;
  T* out_;
  maybe<T> init_;
  Op& op_;
  carry_chain<T, held<Op>>& chain_;
  bool streaming_;
  std::unique_ptr<tile_state<T>[]> tiles_;
};

template <bool Inclusive, class T, class In, class Op>
void scan_arithmetic(execution const& how, std::size_t n, In const* in, T* out, maybe<T> init, Op& op) {
  if (n < scan_tile)
    return scan_short_tile<Inclusive>(n, in, init, out, hold(op));
  auto const join = hold(op);
  carry_chain<T, held<Op>> chain(join);
  constexpr auto step = tiles_per_turn<T> * scan_tile;
  for_tiles_in_turn(how, (n - 1) / step + 1,
                    [&] { return scan_worker<Inclusive, T, In, Op>(how, n, in, out, init, op, chain); });
}

/// Running sums without a fixed shape.
template <bool Inclusive, class T>
void scan_sums(execution const& how, std::size_t n, T const* in, T* out, T init) {
  using word = sum_word_t<T>;
  sum_scan(how, reinterpret_cast<word const*>(in), reinterpret_cast<word*>(out), n, static_cast<word>(init),
           Inclusive);
}

/// Any type: tiles folded one after the other, then joined with what came before them.
template <bool Inclusive, class T, class In, class Op>
void scan_any(execution const& how, std::size_t n, In const* in, T* out, T const* init, Op& op) {
  constexpr std::size_t tile_size = 256;
  std::unique_ptr<T> carry(init == nullptr ? nullptr
                                           : new T(*init)); // belongs to the thread whose turn it is
  for_tiles_in_turn(how, (n - 1) / tile_size + 1, [&] {
    return [&](std::size_t tile, turns& order) {
      auto const first = tile * tile_size, last = n - first < tile_size ? n : first + tile_size;
      std::unique_ptr<T[]> const folded(new T[last - first]);
      folded[0] = T(in[first]);
      for (auto i = first + 1; i < last; ++i)
        folded[i - first] = T(op(std::as_const(folded[i - first - 1]), in[i]));
      auto const& total = std::as_const(folded[last - first - 1]);
      if (!order.wait_for(tile))
        return;
      std::unique_ptr<T> const before(carry ? new T(*carry) : nullptr);
      carry.reset(carry ? new T(op(std::as_const(*before), total)) : new T(total));
      order.pass(tile);
      if constexpr (!Inclusive)
        out[first] = *before;
      for (auto i = first + (Inclusive ? 0 : 1); i < last; ++i) {
        auto& value = folded[i - first - (Inclusive ? 0 : 1)];
        out[i] = before ? T(op(std::as_const(*before), std::as_const(value))) : T(std::move(value));
      }
    };
  });
}

} // namespace detail

/// out[i] = op(… op(in[0], in[1]) …, in[i]) in the fixed shape of docs/architecture.md: the same bits for any
/// number of threads and any instruction set. Elements are converted to T first; op(T, T) → T is associative.
/// `out` may be `in`. Arithmetic T: one pass, 35 Ki elements of scratch a thread at most. Other T:
/// default-constructible and copyable.
/// `FreeShape`: a sum of floats may be associated otherwise, which is faster; integer sums are the same
/// either way.
template <bool FreeShape = false, class T, class In, class Op>
void inclusive_scan(execution const& how, std::size_t n, In const* in, T* out, Op&& op) {
  if (n == 0)
    return;
  if constexpr (detail::sums_freely<FreeShape, T, In, Op>)
    return detail::scan_sums<true>(how, n, in, out, T{});
  else if constexpr (vectorisable<T>)
    detail::scan_arithmetic<true>(how, n, in, out, detail::maybe<T>{}, op);
  else
    detail::scan_any<true>(how, n, in, out, static_cast<T const*>(nullptr), op);
}

/// out[0] = init, out[i] = op(init, in[0] … in[i-1]); otherwise as inclusive_scan.
template <bool FreeShape = false, class T, class In, class Op>
void exclusive_scan(execution const& how, std::size_t n, In const* in, T* out, T const& init, Op&& op) {
  if (n == 0)
    return;
  if constexpr (detail::sums_freely<FreeShape, T, In, Op>)
    return detail::scan_sums<false>(how, n, in, out, init);
  else if constexpr (vectorisable<T>)
    detail::scan_arithmetic<false>(how, n, in, out, detail::maybe<T>{init, true}, op);
  else
    detail::scan_any<false>(how, n, in, out, &init, op);
}

} // namespace tandem::cpu
