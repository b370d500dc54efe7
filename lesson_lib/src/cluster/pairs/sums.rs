//! The loops over pairs: sums of weights and of weighted differences.

use super::profile::Summand;
use super::query::Query;
use super::simd_float::SimdFloat;
use crate::cluster::weight::Weight;
use std::{array, ops::Range};

/// Returns `Σ w` and adds `Σ w·(p − q)` to `offset: (d)`, for chunks of `L` points. Each weight has
/// loops of its own, without a branch in them.
#[inline(always)]
pub(super) fn by_weight<T: SimdFloat, const L: usize, const FUSED: bool>(
    chunks: &[T],
    query: &Query<T>,
    offset: &mut [f64],
) -> f64 {
    match query.profile.summand {
        Summand::Weight(Weight::Gaussian(_)) => {
            by_dimension::<T, L, FUSED>(gaussian::<T, FUSED>, chunks, query, offset)
        }
        Summand::Weight(Weight::Triangular(_)) => {
            by_dimension::<T, L, FUSED>(triangular, chunks, query, offset)
        }
        Summand::Weight(Weight::Flat(_)) => {
            by_dimension::<T, L, FUSED>(flat, chunks, query, offset)
        }
        Summand::Weight(Weight::Epanechnikov(_)) => {
            by_dimension::<T, L, FUSED>(epanechnikov, chunks, query, offset)
        }
        Summand::Weight(Weight::Biweight(_)) => {
            by_dimension::<T, L, FUSED>(biweight, chunks, query, offset)
        }
        Summand::Distance => by_dimension::<T, L, FUSED>(distance, chunks, query, offset),
    }
}

// Functions and not closures, because a closure cannot be marked `#[inline(always)]`: one that is
// called, not inlined, keeps the compiler from making vectors of lanes.

#[inline(always)]
fn gaussian<T: SimdFloat, const FUSED: bool>(squared: T, scale: T) -> T {
    (squared * scale).fast_exp2::<FUSED>()
}

#[inline(always)]
fn triangular<T: SimdFloat>(squared: T, slope: T) -> T {
    positive(T::one() - squared.sqrt() * slope)
}

#[inline(always)]
fn flat<T: SimdFloat>(squared: T, limit: T) -> T {
    if squared <= limit { T::one() } else { T::zero() }
}

#[inline(always)]
fn epanechnikov<T: SimdFloat>(squared: T, scale: T) -> T {
    positive(T::one() - squared * scale)
}

#[inline(always)]
fn biweight<T: SimdFloat>(squared: T, scale: T) -> T {
    let share = epanechnikov(squared, scale);
    share * share
}

#[inline(always)]
fn distance<T: SimdFloat>(squared: T, _: T) -> T {
    squared.sqrt()
}

#[inline(always)]
fn positive<T: SimdFloat>(weight: T) -> T {
    if weight > T::zero() { weight } else { T::zero() }
}

#[inline(always)]
fn by_dimension<T: SimdFloat, const L: usize, const FUSED: bool>(
    weigh: impl Fn(T, T) -> T + Copy,
    chunks: &[T],
    query: &Query<T>,
    offset: &mut [f64],
) -> f64 {
    match query.from.len() {
        1 => in_registers::<T, 1, L, FUSED>(weigh, chunks, query, offset),
        2 => in_registers::<T, 2, L, FUSED>(weigh, chunks, query, offset),
        3 => in_registers::<T, 3, L, FUSED>(weigh, chunks, query, offset),
        4 => in_registers::<T, 4, L, FUSED>(weigh, chunks, query, offset),
        _ => in_memory::<T, L, FUSED>(weigh, chunks, query, offset),
    }
}

/// The sums of a few coordinates, which stay in registers.
#[inline(always)]
fn in_registers<T: SimdFloat, const D: usize, const L: usize, const FUSED: bool>(
    weigh: impl Fn(T, T) -> T + Copy,
    chunks: &[T],
    query: &Query<T>,
    offset: &mut [f64],
) -> f64 {
    let from: &[T; D] = query.from.try_into().expect("D coordinates");
    let chunks = chunks.as_chunks::<L>().0.as_chunks::<D>().0;
    let mut sums = Sums { weights: [T::zero(); L], offsets: [[T::zero(); L]; D] };
    let (number, (edges, whole)) = (query.profile.number, split::<L>(&query.range));
    for chunk in &chunks[whole] {
        sums.add::<FUSED>(weigh, number, from, chunk, 0..L);
    }
    for (chunk, lanes) in edges {
        if !lanes.is_empty() {
            sums.add::<FUSED>(weigh, number, from, &chunks[chunk], lanes);
        }
    }
    for (offset, sums) in offset.iter_mut().zip(&sums.offsets) {
        *offset += total(sums);
    }
    total(&sums.weights)
}

struct Sums<T, const D: usize, const L: usize> {
    weights: [T; L],
    offsets: [[T; L]; D],
}

impl<T: SimdFloat, const D: usize, const L: usize> Sums<T, D, L> {
    /// Adds the points of a chunk that stand in `lanes`.
    #[inline(always)]
    fn add<const FUSED: bool>(
        &mut self,
        weigh: impl Fn(T, T) -> T + Copy,
        number: T,
        from: &[T; D],
        chunk: &[[T; L]; D],
        lanes: Range<usize>,
    ) {
        let Self { weights, offsets } = self;
        for l in 0..L {
            let mut difference = [T::zero(); D];
            let mut squared = T::zero();
            for k in 0..D {
                difference[k] = chunk[k][l] - from[k];
                squared = difference[k].multiply_add::<FUSED>(difference[k], squared);
            }
            let weight = weigh(squared, number);
            let weight = if lanes.contains(&l) { weight } else { T::zero() };
            weights[l] += weight;
            for k in 0..D {
                offsets[k][l] = weight.multiply_add::<FUSED>(difference[k], offsets[k][l]);
            }
        }
    }
}

/// The sums of any number of coordinates, which stay in the cache.
#[inline(always)]
fn in_memory<T: SimdFloat, const L: usize, const FUSED: bool>(
    weigh: impl Fn(T, T) -> T + Copy,
    chunks: &[T],
    query: &Query<T>,
    offset: &mut [f64],
) -> f64 {
    let d = query.from.len();
    let chunks = chunks.as_chunks::<L>().0;
    let mut sums = ManySums { weights: [T::zero(); L], offsets: vec![[T::zero(); L]; d] };
    let (number, (edges, whole)) = (query.profile.number, split::<L>(&query.range));
    for chunk in chunks[whole.start * d..whole.end * d].chunks_exact(d) {
        sums.add::<FUSED>(weigh, number, query.from, chunk, 0..L);
    }
    for (chunk, lanes) in edges {
        if !lanes.is_empty() {
            sums.add::<FUSED>(
                weigh,
                number,
                query.from,
                &chunks[chunk * d..(chunk + 1) * d],
                lanes,
            );
        }
    }
    for (offset, sums) in offset.iter_mut().zip(&sums.offsets) {
        *offset += total(sums);
    }
    total(&sums.weights)
}

/// How many coordinates are taken at a time where there are many. The loop over lanes is then long
/// enough that the compiler makes vectors of lanes; with one coordinate at a time it makes vectors
/// of coordinates, which have to be gathered from all over a chunk.
const GROUP: usize = 4;

/// [`Sums`] of more coordinates than fit in registers.
struct ManySums<T, const L: usize> {
    weights: [T; L],
    offsets: Vec<[T; L]>,
}

impl<T: SimdFloat, const L: usize> ManySums<T, L> {
    /// Adds the points of a chunk that stand in `lanes`.
    #[inline(always)]
    fn add<const FUSED: bool>(
        &mut self,
        weigh: impl Fn(T, T) -> T + Copy,
        number: T,
        from: &[T],
        chunk: &[[T; L]],
        lanes: Range<usize>,
    ) {
        let Self { weights, offsets } = self;
        let mut weight = [T::zero(); L];
        let (groups, chunk) = chunk.as_chunks::<GROUP>();
        let (froms, from) = from.as_chunks::<GROUP>();
        for (group, from) in groups.iter().zip(froms) {
            add_squares::<T, GROUP, L, FUSED>(group, from, &mut weight);
        }
        for (lanes, &from) in chunk.iter().zip(from) {
            add_squares::<T, 1, L, FUSED>(array::from_ref(lanes), &[from], &mut weight);
        }
        for l in 0..L {
            let counted = weigh(weight[l], number);
            weight[l] = if lanes.contains(&l) { counted } else { T::zero() };
            weights[l] += weight[l];
        }
        let (many, few) = offsets.as_chunks_mut::<GROUP>();
        for ((group, from), sums) in groups.iter().zip(froms).zip(many) {
            add_offsets::<T, GROUP, L, FUSED>(group, from, &weight, sums);
        }
        for ((lanes, &from), sums) in chunk.iter().zip(from).zip(few) {
            let (lanes, sums) = (array::from_ref(lanes), array::from_mut(sums));
            add_offsets::<T, 1, L, FUSED>(lanes, &[from], &weight, sums);
        }
    }
}

/// Adds the squares of the differences in `K` coordinates.
#[inline(always)]
fn add_squares<T: SimdFloat, const K: usize, const L: usize, const FUSED: bool>(
    chunk: &[[T; L]; K],
    from: &[T; K],
    squared: &mut [T; L],
) {
    // Local sums stay in registers.
    let mut sums = [T::zero(); L];
    for l in 0..L {
        for k in 0..K {
            let difference = chunk[k][l] - from[k];
            sums[l] = difference.multiply_add::<FUSED>(difference, sums[l]);
        }
    }
    for l in 0..L {
        squared[l] += sums[l];
    }
}

/// Adds the weighted differences in `K` coordinates.
#[inline(always)]
fn add_offsets<T: SimdFloat, const K: usize, const L: usize, const FUSED: bool>(
    chunk: &[[T; L]; K],
    from: &[T; K],
    weight: &[T; L],
    sums: &mut [[T; L]; K],
) {
    for l in 0..L {
        for k in 0..K {
            let difference = chunk[k][l] - from[k];
            sums[k][l] = weight[l].multiply_add::<FUSED>(difference, sums[k][l]);
        }
    }
}

/// Splits a range of positions into two partial chunks, with the lanes that count, and the whole
/// chunks between them.
fn split<const L: usize>(range: &Range<usize>) -> ([(usize, Range<usize>); 2], Range<usize>) {
    let (first, last) = (range.start / L, range.end / L);
    let (from, to) = (range.start % L, range.end % L);
    if first == last {
        return ([(first, from..to), (last, 0..0)], 0..0);
    }
    let whole = range.start.div_ceil(L)..last;
    let head = if from == 0 { 0..0 } else { from..L };
    ([(first, head), (last, 0..to)], whole)
}

/// The sum of all lanes.
#[inline(always)]
fn total<T: SimdFloat, const L: usize>(lanes: &[T; L]) -> f64 {
    let mut sums = [0.0; 4];
    for (l, &lane) in lanes.iter().enumerate() {
        let lane: f64 = lane.into();
        sums[l % 4] += lane;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
