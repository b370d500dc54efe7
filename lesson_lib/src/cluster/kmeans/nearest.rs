//! The nearest centroid of each point, compiled for each set of vector instructions.
#![allow(unsafe_code)]

use super::packed::LANES;
use crate::cluster::Float;
use crate::instructions::{FUSED, simd_dispatch};
use std::array;

/// What the innermost loop is given: groups of points, and the centroids `(k, d)` row by row.
pub(super) struct Lookup<'a, T> {
    pub(super) groups: &'a [T],
    pub(super) centroids: &'a [T],
    pub(super) d: usize,
}

/// Writes for each point of the groups the number of the nearest centroid, and its squared distance.
/// Of equally near centroids the first counts.
#[derive(Clone, Copy)]
pub struct Nearest<T: 'static> {
    compiled: unsafe fn(&Lookup<'_, T>, &mut [u32], &mut [T]),
}

impl<T> Nearest<T> {
    pub(super) fn find(&self, lookup: &Lookup<'_, T>, labels: &mut [u32], squared: &mut [T]) {
        // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
        unsafe { (self.compiled)(lookup, labels, squared) }
    }
}

/// A number type for which the loop is compiled.
pub trait Lookups: Float {
    /// The loops that this CPU can run, fastest first.
    fn available() -> Vec<Nearest<Self>>;
}

/// The loop for each set of instructions, and of how many centroids it keeps the distances in
/// registers.
macro_rules! lookups {
    ($float:ty, $avx512:literal, $avx2:literal, $portable:literal) => {
        impl Lookups for $float {
            fn available() -> Vec<Nearest<Self>> {
                let versions = simd_dispatch! {
                    fn (lookup: &Lookup<'_, $float>, labels: &mut [u32], squared: &mut [$float]) -> () {
                        avx512 => by_dimension::<$float, $avx512, true>(lookup, labels, squared),
                        avx2 => by_dimension::<$float, $avx2, true>(lookup, labels, squared),
                        portable => by_dimension::<$float, $portable, FUSED>(lookup, labels, squared),
                    }
                };
                versions.map(|(_, compiled)| Nearest { compiled }).collect()
            }
        }
    };
}

lookups!(f32, 8, 4, 2);
lookups!(f64, 8, 2, 1);

/// With a number of coordinates that the compiler knows, the loops over them are unrolled.
///
/// Of few coordinates each square is rounded before it is added, so that distances with the same
/// squares in another order are equal. For many the sum is `FUSED` where there is an instruction.
#[inline(always)]
fn by_dimension<T: Float, const CENTROIDS: usize, const FUSED: bool>(
    lookup: &Lookup<'_, T>,
    labels: &mut [u32],
    squared: &mut [T],
) {
    match lookup.d {
        1 => look_up::<T, 1, false>(lookup, 1, labels, squared),
        2 => look_up::<T, 1, false>(lookup, 2, labels, squared),
        3 => look_up::<T, 1, false>(lookup, 3, labels, squared),
        4 => look_up::<T, 1, false>(lookup, 4, labels, squared),
        d => look_up::<T, CENTROIDS, FUSED>(lookup, d, labels, squared),
    }
}

#[inline(always)]
fn look_up<T: Float, const CENTROIDS: usize, const FUSED: bool>(
    lookup: &Lookup<'_, T>,
    d: usize,
    labels: &mut [u32],
    squared: &mut [T],
) {
    let groups = lookup.groups.chunks_exact(d * LANES);
    let results = labels.chunks_exact_mut(LANES).zip(squared.chunks_exact_mut(LANES));
    for (group, (labels, squared)) in groups.zip(results) {
        let (group, _) = group.as_chunks::<LANES>();
        let mut best = Best::new();
        let several = lookup.centroids.chunks_exact(d * CENTROIDS);
        let others = several.remainder().chunks_exact(d);
        let first = lookup.centroids.len() / d - others.len();
        for (turn, several) in several.enumerate() {
            compare::<T, CENTROIDS, FUSED>(&mut best, group, several, turn * CENTROIDS);
        }
        for (turn, other) in others.enumerate() {
            compare::<T, 1, FUSED>(&mut best, group, other, first + turn);
        }
        best.write(labels, squared);
    }
}

/// The distances of a group to several centroids at once: a coordinate that has been read serves all
/// of them, and their sums do not wait for each other.
#[inline(always)]
fn compare<T: Float, const CENTROIDS: usize, const FUSED: bool>(
    best: &mut Best<T>,
    group: &[[T; LANES]],
    centroids: &[T],
    first: usize,
) {
    let d = group.len();
    let centroids: [&[T]; CENTROIDS] = array::from_fn(|c| &centroids[c * d..][..d]);
    let mut distances = [[T::zero(); LANES]; CENTROIDS];
    for (j, values) in group.iter().enumerate() {
        for (distances, centroid) in distances.iter_mut().zip(&centroids) {
            add_squares::<T, FUSED>(distances, values, centroid[j]);
        }
    }
    for (c, distances) in distances.iter().enumerate() {
        best.compare(distances, (first + c) as u32);
    }
}

#[inline(always)]
fn add_squares<T: Float, const FUSED: bool>(
    distances: &mut [T; LANES],
    values: &[T; LANES],
    center: T,
) {
    for (distance, &value) in distances.iter_mut().zip(values) {
        let difference = value - center;
        *distance = match FUSED {
            true => difference.mul_add(difference, *distance),
            false => *distance + difference * difference,
        };
    }
}

/// The nearest centroids of a group so far.
struct Best<T> {
    squared: [T; LANES],
    labels: [u32; LANES],
}

impl<T: Float> Best<T> {
    #[inline(always)]
    fn new() -> Self {
        Self { squared: [T::infinity(); LANES], labels: [0; LANES] }
    }

    #[inline(always)]
    fn compare(&mut self, distances: &[T; LANES], number: u32) {
        for (lane, &distance) in distances.iter().enumerate() {
            let is_nearer = distance < self.squared[lane];
            self.squared[lane] = if is_nearer { distance } else { self.squared[lane] };
            self.labels[lane] = if is_nearer { number } else { self.labels[lane] };
        }
    }

    #[inline(always)]
    fn write(&self, labels: &mut [u32], squared: &mut [T]) {
        labels.copy_from_slice(&self.labels);
        squared.copy_from_slice(&self.squared);
    }
}
