//! Sums over points one by one, with vector instructions.
#![allow(unsafe_code)]

use super::moments::WeightedSums;
use crate::cluster::mean_shift::Weight;
use crate::cluster::pairs::{Profile, SimdFloat};
use crate::instructions::{FUSED, simd_dispatch};
use rayon::prelude::*;
use std::ops::Range;

/// The points of a chunk: two vectors of the widest instructions. Loops over one are so short that
/// the compiler unrolls them before it thinks of vectors, and then makes some of coordinates.
pub(super) const LANES: usize = 16;

/// Chunks that one thread fills at a time.
const TASK: usize = 256;

/// Points in chunks: the first coordinates of sixteen points, then their second ones, and so on, and
/// at last how often each of them counts.
pub(super) struct Chunks {
    values: Vec<f64>,
}

impl Chunks {
    pub(super) fn new<const D: usize>(points: &[[f64; D]], counts: &[f64]) -> Self {
        let size = LANES * (D + 1);
        let mut values = vec![0.0; points.len().div_ceil(LANES) * size];
        let sixteens = points.par_chunks(LANES).zip(counts.par_chunks(LANES));
        let chunks = values.par_chunks_exact_mut(size).with_min_len(TASK);
        chunks.zip(sixteens).for_each(|(chunk, (points, counts))| {
            for (lane, (point, &count)) in points.iter().zip(counts).enumerate() {
                (0..D).for_each(|k| chunk[k * LANES + lane] = point[k]);
                chunk[D * LANES + lane] = count;
            }
        });
        Self { values }
    }

    /// Chunks that somebody has filled.
    pub(super) fn filled(values: Vec<f64>) -> Self {
        Self { values }
    }
}

/// What a point weighs, as a share of its weight at distance 0; nothing beyond its reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// The square of the largest distance that counts.
    pub(super) limit: f64,
    /// What the formula multiplies with.
    pub(super) number: f64,
    formula: Formula,
}

#[derive(Clone, Copy, Debug)]
enum Formula {
    /// 1
    Disc,
    /// 1 − number · |p − q|², where that is not negative
    Parabola,
    /// (1 − number · |p − q|²)², where that is not squared from below 0
    Biweight,
    /// 1 − number · |p − q|, where that is not negative
    Cone,
    /// 2 to the power of number · |p − q|²
    Power,
}

impl Reach {
    /// The reach of a weight; a Gaussian is cut off at `radius`.
    pub(super) fn new(weight: Weight, radius: f64) -> Self {
        let limit = Profile::<f64>::new(Weight::Flat(radius), 1.0).number;
        let number = Profile::<f64>::new(weight, 1.0).number;
        let (number, formula) = match weight {
            Weight::Gaussian(_) => (number, Formula::Power),
            Weight::Triangular(_) => (number, Formula::Cone),
            Weight::Flat(_) => (0.0, Formula::Disc),
            Weight::Epanechnikov(_) => (number, Formula::Parabola),
            Weight::Biweight(_) => (number, Formula::Biweight),
        };
        Self { limit, number, formula }
    }
}

/// Returns `Σ w` over some ranges of chunks, and writes `Σ w·(p − q)`: `(d)`.
type Compiled = unsafe fn(&[f64], &[f64], &[Range<u32>], Reach, &mut [f64]) -> f64;

/// The loop, compiled for a set of vector instructions.
#[derive(Clone, Copy)]
pub(super) struct PairLoop {
    compiled: Compiled,
}

impl PairLoop {
    /// The fastest that this processor can run.
    pub(super) fn fastest() -> Self {
        let mut compiled = simd_dispatch! {
            fn (chunks: &[f64], from: &[f64], near: &[Range<u32>], reach: Reach, to: &mut [f64]) -> f64 {
                avx512 => by_formula::<true>(chunks, from, near, reach, to),
                avx2 => by_formula::<true>(chunks, from, near, reach, to),
                portable => by_formula::<FUSED>(chunks, from, near, reach, to),
            }
        };
        let (_, compiled) = compiled.next().expect("a portable loop is always there");
        Self { compiled }
    }

    /// The sums over the points of some chunks, seen from one place.
    #[inline]
    pub(super) fn sums<const D: usize>(
        &self,
        chunks: &Chunks,
        from: &[f64; D],
        near: &[Range<u32>],
        reach: Reach,
    ) -> WeightedSums<D> {
        let mut offsets = [0.0; D];
        // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
        let weights = unsafe { (self.compiled)(&chunks.values, from, near, reach, &mut offsets) };
        WeightedSums { weights, offsets }
    }
}

#[inline(always)]
fn by_formula<const FUSED: bool>(
    chunks: &[f64],
    from: &[f64],
    near: &[Range<u32>],
    reach: Reach,
    to: &mut [f64],
) -> f64 {
    match reach.formula {
        Formula::Disc => by_dimension::<FUSED>(disc, chunks, from, near, reach, to),
        Formula::Parabola => {
            by_dimension::<FUSED>(parabola::<FUSED>, chunks, from, near, reach, to)
        }
        Formula::Biweight => {
            by_dimension::<FUSED>(biweight::<FUSED>, chunks, from, near, reach, to)
        }
        Formula::Cone => by_dimension::<FUSED>(cone::<FUSED>, chunks, from, near, reach, to),
        Formula::Power => by_dimension::<FUSED>(power::<FUSED>, chunks, from, near, reach, to),
    }
}

// Functions and not closures, because a closure cannot be marked `#[inline(always)]`.

#[inline(always)]
fn disc(squared: f64, reach: Reach) -> f64 {
    // A choice between constants: one between what has to be loaded or computed would become a
    // branch, and there would be no vectors.
    if squared <= reach.limit { 1.0 } else { 0.0 }
}

#[inline(always)]
fn parabola<const FUSED: bool>(squared: f64, reach: Reach) -> f64 {
    not_negative((-reach.number).multiply_add::<FUSED>(squared, 1.0))
}

#[inline(always)]
fn biweight<const FUSED: bool>(squared: f64, reach: Reach) -> f64 {
    let share = parabola::<FUSED>(squared, reach);
    share * share
}

#[inline(always)]
fn cone<const FUSED: bool>(squared: f64, reach: Reach) -> f64 {
    not_negative((-reach.number).multiply_add::<FUSED>(squared.sqrt(), 1.0))
}

#[inline(always)]
fn power<const FUSED: bool>(squared: f64, reach: Reach) -> f64 {
    (squared * reach.number).fast_exp2::<FUSED>() * disc(squared, reach)
}

/// One instruction; `f64::max` takes three, for the sake of NaN.
#[inline(always)]
fn not_negative(weight: f64) -> f64 {
    if weight > 0.0 { weight } else { 0.0 }
}

#[inline(always)]
fn by_dimension<const FUSED: bool>(
    weigh: impl Fn(f64, Reach) -> f64,
    chunks: &[f64],
    from: &[f64],
    near: &[Range<u32>],
    reach: Reach,
    to: &mut [f64],
) -> f64 {
    match from.len() {
        1 => over_chunks::<1, 2, FUSED>(weigh, chunks, from, near, reach, to),
        2 => over_chunks::<2, 3, FUSED>(weigh, chunks, from, near, reach, to),
        3 => over_chunks::<3, 4, FUSED>(weigh, chunks, from, near, reach, to),
        d => unreachable!("no loops for {d} coordinates"),
    }
}

#[inline(always)]
fn over_chunks<const D: usize, const ROWS: usize, const FUSED: bool>(
    weigh: impl Fn(f64, Reach) -> f64,
    chunks: &[f64],
    from: &[f64],
    near: &[Range<u32>],
    reach: Reach,
    to: &mut [f64],
) -> f64 {
    let chunks = chunks.as_chunks::<LANES>().0.as_chunks::<ROWS>().0;
    let from: &[f64; D] = from.try_into().expect("D coordinates");
    let mut sums = Sums { weights: [0.0; LANES], offsets: [[0.0; LANES]; D] };
    // Two loops: of one over a flattened iterator the compiler makes no vectors.
    for range in near {
        for chunk in &chunks[range.start as usize..range.end as usize] {
            let (coordinates, counts) = chunk.split_first_chunk::<D>().expect("D coordinates");
            sums.add::<FUSED>(&weigh, coordinates, &counts[0], from, reach);
        }
    }
    for (to, offsets) in to.iter_mut().zip(&sums.offsets) {
        *to = offsets.iter().sum();
    }
    sums.weights.iter().sum()
}

/// The sums of each lane.
struct Sums<const D: usize> {
    weights: [f64; LANES],
    offsets: [[f64; LANES]; D],
}

impl<const D: usize> Sums<D> {
    /// Adds a chunk.
    #[inline(always)]
    fn add<const FUSED: bool>(
        &mut self,
        weigh: impl Fn(f64, Reach) -> f64,
        chunk: &[[f64; LANES]; D],
        counts: &[f64; LANES],
        from: &[f64; D],
        reach: Reach,
    ) {
        for l in 0..LANES {
            let (mut difference, mut squared) = ([0.0; D], 0.0);
            for k in 0..D {
                difference[k] = chunk[k][l] - from[k];
                squared = difference[k].multiply_add::<FUSED>(difference[k], squared);
            }
            let weight = weigh(squared, reach) * counts[l];
            self.weights[l] += weight;
            for (offsets, difference) in self.offsets.iter_mut().zip(difference) {
                offsets[l] = weight.multiply_add::<FUSED>(difference, offsets[l]);
            }
        }
    }
}
