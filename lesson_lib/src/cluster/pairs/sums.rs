//! The loops over pairs: sums of weights and of weighted differences.

use super::exp2::Lane;
use super::kernel::View;
use super::profile::{Distance, Epanechnikov, Flat, Gaussian, Profile, Triangular, Weigh};
use std::{array, ops::Range};

/// [`Kernel::add`](super::kernel::Kernel::add), for `L` lanes.
#[inline(always)]
pub(super) fn sums<T: Lane, const L: usize, const FUSED: bool>(
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    match view.profile {
        Profile::Gaussian(scale) => by_dimension::<T, _, L, FUSED>(Gaussian(scale), view, offset),
        Profile::Triangular(slope) => {
            by_dimension::<T, _, L, FUSED>(Triangular(slope), view, offset)
        }
        Profile::Flat(square) => by_dimension::<T, _, L, FUSED>(Flat(square), view, offset),
        Profile::Epanechnikov(scale) => {
            by_dimension::<T, _, L, FUSED>(Epanechnikov(scale), view, offset)
        }
        Profile::Distance => by_dimension::<T, _, L, FUSED>(Distance, view, offset),
    }
}

#[inline(always)]
fn by_dimension<T: Lane, W: Weigh<T>, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    match view.from.len() {
        1 => in_registers::<T, W, 1, L, FUSED>(weigh, view, offset),
        2 => in_registers::<T, W, 2, L, FUSED>(weigh, view, offset),
        3 => in_registers::<T, W, 3, L, FUSED>(weigh, view, offset),
        4 => in_registers::<T, W, 4, L, FUSED>(weigh, view, offset),
        _ => in_memory::<T, W, L, FUSED>(weigh, view, offset),
    }
}

/// The sums of a few coordinates, which stay in registers.
#[inline(always)]
fn in_registers<T: Lane, W: Weigh<T>, const D: usize, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    let from: &[T; D] = view.from.try_into().expect("D coordinates");
    let chunks = view.chunks.as_chunks::<L>().0.as_chunks::<D>().0;
    let mut sums = Sums { weights: [T::ZERO; L], offsets: [[T::ZERO; L]; D] };
    let (edges, whole) = split::<L>(&view.range);
    for chunk in &chunks[whole] {
        sums.add::<W, FUSED>(weigh, from, chunk, 0..L);
    }
    for (chunk, lanes) in edges {
        if !lanes.is_empty() {
            sums.add::<W, FUSED>(weigh, from, &chunks[chunk], lanes);
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

impl<T: Lane, const D: usize, const L: usize> Sums<T, D, L> {
    /// Adds the points of a chunk that stand in `lanes`.
    #[inline(always)]
    fn add<W: Weigh<T>, const FUSED: bool>(
        &mut self,
        weigh: W,
        from: &[T; D],
        chunk: &[[T; L]; D],
        lanes: Range<usize>,
    ) {
        let Self { weights, offsets } = self;
        for l in 0..L {
            let mut difference = [T::ZERO; D];
            let mut squared = T::ZERO;
            for k in 0..D {
                difference[k] = chunk[k][l].minus(from[k]);
                squared = difference[k].multiply_add::<FUSED>(difference[k], squared);
            }
            let weight = weigh.weigh::<FUSED>(squared);
            let weight = if lanes.contains(&l) { weight } else { T::ZERO };
            weights[l] = weights[l].plus(weight);
            for k in 0..D {
                offsets[k][l] = weight.multiply_add::<FUSED>(difference[k], offsets[k][l]);
            }
        }
    }
}

/// The sums of any number of coordinates, which stay in the cache.
#[inline(always)]
fn in_memory<T: Lane, W: Weigh<T>, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    let d = view.from.len();
    let chunks = view.chunks.as_chunks::<L>().0;
    let mut sums = ManySums { weights: [T::ZERO; L], offsets: vec![[T::ZERO; L]; d] };
    let (edges, whole) = split::<L>(&view.range);
    for chunk in chunks[whole.start * d..whole.end * d].chunks_exact(d) {
        sums.add::<W, FUSED>(weigh, view.from, chunk, 0..L);
    }
    for (chunk, lanes) in edges {
        if !lanes.is_empty() {
            sums.add::<W, FUSED>(weigh, view.from, &chunks[chunk * d..(chunk + 1) * d], lanes);
        }
    }
    for (offset, sums) in offset.iter_mut().zip(&sums.offsets) {
        *offset += total(sums);
    }
    total(&sums.weights)
}

/// Coordinates that are taken at a time where there are many. The loop over lanes is the inner one
/// and long enough that the compiler makes vectors of lanes; coordinate by coordinate it makes
/// vectors of coordinates, which have to be gathered from all over a chunk.
const GROUP: usize = 4;

/// [`Sums`] of so many coordinates that they cannot all stay in registers.
struct ManySums<T, const L: usize> {
    weights: [T; L],
    offsets: Vec<[T; L]>,
}

impl<T: Lane, const L: usize> ManySums<T, L> {
    /// Adds the points of a chunk that stand in `lanes`.
    #[inline(always)]
    fn add<W: Weigh<T>, const FUSED: bool>(
        &mut self,
        weigh: W,
        from: &[T],
        chunk: &[[T; L]],
        lanes: Range<usize>,
    ) {
        let Self { weights, offsets } = self;
        let mut weight = [T::ZERO; L];
        let (groups, chunk) = chunk.as_chunks::<GROUP>();
        let (froms, from) = from.as_chunks::<GROUP>();
        for (group, from) in groups.iter().zip(froms) {
            add_squares::<T, GROUP, L, FUSED>(group, from, &mut weight);
        }
        for (lanes, &from) in chunk.iter().zip(from) {
            add_squares::<T, 1, L, FUSED>(array::from_ref(lanes), &[from], &mut weight);
        }
        for l in 0..L {
            let counted = weigh.weigh::<FUSED>(weight[l]);
            weight[l] = if lanes.contains(&l) { counted } else { T::ZERO };
            weights[l] = weights[l].plus(weight[l]);
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
fn add_squares<T: Lane, const K: usize, const L: usize, const FUSED: bool>(
    chunk: &[[T; L]; K],
    from: &[T; K],
    squared: &mut [T; L],
) {
    // Sums of their own stay in registers.
    let mut sums = [T::ZERO; L];
    for l in 0..L {
        for k in 0..K {
            let difference = chunk[k][l].minus(from[k]);
            sums[l] = difference.multiply_add::<FUSED>(difference, sums[l]);
        }
    }
    for l in 0..L {
        squared[l] = squared[l].plus(sums[l]);
    }
}

/// Adds the weighted differences in `K` coordinates.
#[inline(always)]
fn add_offsets<T: Lane, const K: usize, const L: usize, const FUSED: bool>(
    chunk: &[[T; L]; K],
    from: &[T; K],
    weight: &[T; L],
    sums: &mut [[T; L]; K],
) {
    for l in 0..L {
        for k in 0..K {
            let difference = chunk[k][l].minus(from[k]);
            sums[k][l] = weight[l].multiply_add::<FUSED>(difference, sums[k][l]);
        }
    }
}

/// A range of positions as two chunks of which only some lanes count, and whole chunks.
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
fn total<T: Lane, const L: usize>(lanes: &[T; L]) -> f64 {
    let mut sums = [0.0; 4];
    for (l, &lane) in lanes.iter().enumerate() {
        let lane: f64 = lane.into();
        sums[l % 4] += lane;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
