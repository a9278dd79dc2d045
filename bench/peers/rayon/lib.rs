// Rayon behind a C interface, for tandem-bench peers. Every function expects pointers to n valid elements.
#![allow(clippy::missing_safety_doc)]

use rayon::prelude::*;
use std::slice::{from_raw_parts, from_raw_parts_mut};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Keyed {
    key: u32,
    value: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Record {
    key: u64,
    payload: u64,
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_u32(data: *mut u32, n: usize) {
    from_raw_parts_mut(data, n).par_sort_unstable();
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_u64(data: *mut u64, n: usize) {
    from_raw_parts_mut(data, n).par_sort_unstable();
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_f32(data: *mut f32, n: usize) {
    from_raw_parts_mut(data, n).par_sort_unstable_by(f32::total_cmp);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_f64(data: *mut f64, n: usize) {
    from_raw_parts_mut(data, n).par_sort_unstable_by(f64::total_cmp);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_keyed(data: *mut Keyed, n: usize) {
    from_raw_parts_mut(data, n).par_sort_by_key(|x| x.key);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sort_record(data: *mut Record, n: usize) {
    from_raw_parts_mut(data, n).par_sort_unstable_by_key(|x| x.key);
}

pub struct Words {
    original: Vec<String>,
    sorted: Vec<String>,
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_words_new(
    texts: *const *const u8,
    sizes: *const usize,
    n: usize,
) -> *mut Words {
    let original: Vec<String> = from_raw_parts(texts, n)
        .iter()
        .zip(from_raw_parts(sizes, n))
        .map(|(&text, &size)| String::from_utf8_lossy(from_raw_parts(text, size)).into_owned())
        .collect();
    let sorted = original.clone();
    Box::into_raw(Box::new(Words { original, sorted }))
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_words_delete(words: *mut Words) {
    drop(Box::from_raw(words));
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_words_refill(words: *mut Words) {
    let words = &mut *words;
    words.sorted.clone_from(&words.original);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_words_sort(words: *mut Words) {
    let words = &mut *words;
    words.sorted.par_sort_unstable();
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_words_sorted(words: *const Words) -> bool {
    let words = &*words;
    words.sorted.windows(2).all(|w| w[0] <= w[1])
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_filter_below(
    input: *const f32,
    n: usize,
    limit: f32,
    out: *mut f32,
) -> usize {
    let kept: Vec<f32> = from_raw_parts(input, n)
        .par_iter()
        .copied()
        .filter(|&x| x < limit)
        .collect();
    // Where it was collected is where it stays; one element goes back so that nothing is left out.
    if let Some(&first) = kept.first() {
        *out = first;
    }
    kept.len()
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_histogram(input: *const u8, n: usize, bins: *mut u64) {
    let counts = from_raw_parts(input, n)
        .par_chunks(1 << 16)
        .fold(
            || [0u64; 256],
            |mut mine, chunk| {
                for &x in chunk {
                    mine[x as usize] += 1;
                }
                mine
            },
        )
        .reduce(
            || [0u64; 256],
            |mut a, b| {
                for (x, y) in a.iter_mut().zip(b.iter()) {
                    *x += y;
                }
                a
            },
        );
    from_raw_parts_mut(bins, 256).copy_from_slice(&counts);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sum(input: *const f32, n: usize) -> f32 {
    from_raw_parts(input, n).par_iter().sum()
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_max(input: *const f32, n: usize) -> f32 {
    from_raw_parts(input, n)
        .par_iter()
        .copied()
        .reduce(|| f32::NEG_INFINITY, f32::max)
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_count_above(input: *const f32, n: usize, limit: f32) -> usize {
    from_raw_parts(input, n)
        .par_iter()
        .filter(|&&x| x > limit)
        .count()
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_any_above(input: *const f32, n: usize, limit: f32) -> bool {
    from_raw_parts(input, n).par_iter().any(|&x| x > limit)
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_find_above(input: *const f32, n: usize, limit: f32) -> usize {
    from_raw_parts(input, n)
        .par_iter()
        .position_first(|&x| x > limit)
        .unwrap_or(n)
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_map(input: *const f32, n: usize, out: *mut f32) {
    from_raw_parts_mut(out, n)
        .par_iter_mut()
        .zip(from_raw_parts(input, n).par_iter())
        .for_each(|(to, &x)| *to = x * 2.0 + 1.0);
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_map_chunks(input: *const f32, n: usize, out: *mut f32) {
    const CHUNK: usize = 1 << 14;
    from_raw_parts_mut(out, n)
        .par_chunks_mut(CHUNK)
        .zip(from_raw_parts(input, n).par_chunks(CHUNK))
        .for_each(|(to, from)| {
            for (y, &x) in to.iter_mut().zip(from) {
                *y = x * 2.0 + 1.0;
            }
        });
}

#[no_mangle]
pub unsafe extern "C" fn peer_rayon_sin_exp(input: *const f32, n: usize, out: *mut f32) {
    from_raw_parts_mut(out, n)
        .par_iter_mut()
        .zip(from_raw_parts(input, n).par_iter())
        .for_each(|(to, &x)| *to = x.sin() * x.exp());
}
