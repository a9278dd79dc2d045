// The machine's own limits, whatever is computed: reading memory and writing it on all threads.
#pragma once

#include "comparison.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace tandem_bench {

void read_everything(std::span<std::byte const> from);

/// Reads all of `from` and writes as many of its bytes as `to` has, which is no longer: evenly, so that both go on all
/// the time. With plain stores, and with stores that bypass the caches, which is faster beyond them.
void copy_everything(std::span<std::byte const> from, std::span<std::byte> to);
void copy_everything_streaming(std::span<std::byte const> from, std::span<std::byte> to);

/// Adds what no way of reading held->in once can beat.
template <class Data>
void add_reading_bound(comparison& made, std::shared_ptr<Data> const& held) {
  made.ways.push_back(
      {peer::bound, {"reading only", [held] { read_everything(std::as_bytes(std::span(held->in))); }}});
}

/// Adds what no way of reading held->in once and writing the first `written` elements of held->out can beat.
template <class Data>
void add_copying_bound(comparison& made, std::shared_ptr<Data> const& held, std::size_t written) {
  auto const add = [&](char const* name, auto copy) {
    made.ways.push_back({peer::bound, {name, [held, written, copy] {
                                         copy(std::as_bytes(std::span(held->in)),
                                              std::as_writable_bytes(std::span(held->out).first(written)));
                                       }}});
  };
  add("reading and writing", copy_everything);
  add("reading and writing past the caches", copy_everything_streaming);
}

} // namespace tandem_bench
