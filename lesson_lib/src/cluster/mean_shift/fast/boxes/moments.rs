//! The moments of a set of points, and the sums that they stand for.

use std::array;
use std::ops::AddAssign;

/// Sums over points `p`, with `u = p − c` for some place `c`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PointMoments<const D: usize> {
    /// Σ 1
    count: f64,
    /// Σ u
    first: [f64; D],
    /// Σ u uᵀ
    second: [[f64; D]; D],
    /// Σ |u|² u
    third: [f64; D],
}

/// Seen from a place: Σ w, and Σ w (p − q).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WeightedSums<const D: usize> {
    pub(super) weights: f64,
    pub(super) offsets: [f64; D],
}

impl<const D: usize> AddAssign for WeightedSums<D> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.weights += other.weights;
        for (sum, offset) in self.offsets.iter_mut().zip(other.offsets) {
            *sum += offset;
        }
    }
}

impl<const D: usize> PointMoments<D> {
    pub(super) const NONE: Self =
        Self { count: 0.0, first: [0.0; D], second: [[0.0; D]; D], third: [0.0; D] };

    /// Adds a point that counts `count` times.
    #[inline(always)]
    pub(super) fn add_point(&mut self, u: &[f64; D], count: f64) {
        let squared = dot(u, u);
        self.count += count;
        for a in 0..D {
            let counted = count * u[a];
            self.first[a] += counted;
            self.third[a] += squared * counted;
            for (sum, u) in self.second[a].iter_mut().zip(u) {
                *sum += counted * u;
            }
        }
    }

    /// Adds the moments of other points about a place that is `shift` away: theirs minus ours.
    #[inline(always)]
    pub(super) fn add(&mut self, other: &Self, shift: &[f64; D]) {
        let squared = dot(shift, shift);
        let trace: f64 = (0..D).map(|a| other.second[a][a]).sum();
        let outer = trace + 2.0 * dot(&other.first, shift) + squared * other.count;
        for a in 0..D {
            let product = dot(&other.second[a], shift);
            self.third[a] +=
                other.third[a] + 2.0 * product + squared * other.first[a] + shift[a] * outer;
            self.first[a] += other.first[a] + other.count * shift[a];
            for b in 0..D {
                self.second[a][b] += other.second[a][b]
                    + other.first[a] * shift[b]
                    + shift[a] * (other.first[b] + other.count * shift[b]);
            }
        }
        self.count += other.count;
    }

    /// The moments about another place: `shift` leads there from ours, backwards.
    pub(super) fn moved(&self, shift: &[f64; D]) -> Self {
        let mut moved = Self::NONE;
        moved.add(self, shift);
        moved
    }

    /// The sums seen from `v`, measured from the same place as the points, where each of them weighs
    /// `1 − fall · |u − v|²`.
    #[inline(always)]
    pub(super) fn sums_from(&self, v: &[f64; D], fall: f64) -> WeightedSums<D> {
        let trace: f64 = (0..D).map(|a| self.second[a][a]).sum();
        let (squared, along) = (dot(v, v), dot(v, &self.first));
        let squares = trace - 2.0 * along + squared * self.count;
        let offsets = array::from_fn(|a| {
            let offset = self.first[a] - v[a] * self.count;
            let cubes = self.third[a] - 2.0 * dot(&self.second[a], v) + squared * self.first[a]
                - v[a] * squares;
            offset - fall * cubes
        });
        WeightedSums { weights: self.count - fall * squares, offsets }
    }
}

#[inline(always)]
pub(super) fn dot<const D: usize>(a: &[f64; D], b: &[f64; D]) -> f64 {
    (0..D).map(|k| a[k] * b[k]).sum()
}
