// What rayon/lib.rs exports.
#pragma once

#include "elements.hpp"

#include <cstddef>
#include <cstdint>

#if TANDEM_BENCH_RAYON
extern "C" {
void peer_rayon_sort_u32(std::uint32_t* data, std::size_t n);
void peer_rayon_sort_u64(std::uint64_t* data, std::size_t n);
void peer_rayon_sort_f32(float* data, std::size_t n);
void peer_rayon_sort_f64(double* data, std::size_t n);
void peer_rayon_sort_keyed(tandem_bench::keyed* data, std::size_t n);
void peer_rayon_sort_record(tandem_bench::record* data, std::size_t n);

/// Words as Rust's own strings.
struct peer_rayon_words;
peer_rayon_words* peer_rayon_words_new(char const* const* texts, std::size_t const* sizes, std::size_t n);
void peer_rayon_words_delete(peer_rayon_words* words);
void peer_rayon_words_refill(peer_rayon_words* words);
void peer_rayon_words_sort(peer_rayon_words* words);
bool peer_rayon_words_sorted(peer_rayon_words const* words);

std::size_t peer_rayon_filter_below(float const* in, std::size_t n, float limit, float* out);
void peer_rayon_histogram(std::uint8_t const* in, std::size_t n, std::uint64_t* bins);
float peer_rayon_sum(float const* in, std::size_t n);
float peer_rayon_max(float const* in, std::size_t n);
std::size_t peer_rayon_count_above(float const* in, std::size_t n, float limit);
bool peer_rayon_any_above(float const* in, std::size_t n, float limit);
std::size_t peer_rayon_find_above(float const* in, std::size_t n, float limit);
void peer_rayon_map(float const* in, std::size_t n, float* out);
void peer_rayon_map_chunks(float const* in, std::size_t n, float* out);
void peer_rayon_sin_exp(float const* in, std::size_t n, float* out);
}
#endif
