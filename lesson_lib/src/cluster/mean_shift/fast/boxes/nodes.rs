//! Chebyshev nodes of a box, and the polynomials through them.

use super::point_box::PointBox;
use std::array;
use std::f64::consts::PI;

/// The most nodes along a side.
const MOST: usize = 8;

/// Lagrange's polynomials at one place along a side: each is 1 at its own node and 0 at the others.
pub(super) type Basis = [f64; MOST];

/// Places in a box: a grid of Chebyshev's nodes, the last coordinate fastest.
///
/// Through the values at them goes one polynomial whose degree, in each coordinate, is below the
/// number of nodes along a side.
#[derive(Clone, Copy)]
pub(super) struct Nodes<const D: usize> {
    /// From −1 to 1.
    places: Basis,
    /// Row `i`: what Tₖ adds to the polynomial of node `i`.
    terms: [Basis; MOST],
}

impl<const D: usize> Nodes<D> {
    /// How many there are along each side. In space the same eight would be 512 in all.
    pub(super) const ALONG: usize = if D < 3 { 8 } else { 6 };

    /// How many there are in all.
    pub(super) const IN_ALL: usize = Self::ALONG.pow(D as u32);

    /// The most that the absolute values of Lagrange's polynomials add up to on a line, rounded up:
    /// by so much errors at the nodes may grow between them.
    pub(super) const GROWTH: f64 = if Self::ALONG == 8 { 2.3 } else { 2.2 };

    pub(super) fn new() -> Self {
        let along = Self::ALONG as f64;
        let angle = |i: usize| PI * (i as f64 + 0.5) / along;
        let term = |i: usize, k: usize| match k {
            _ if i >= Self::ALONG || k >= Self::ALONG => 0.0,
            0 => 1.0 / along,
            _ => 2.0 / along * (k as f64 * angle(i)).cos(),
        };
        Self {
            places: array::from_fn(|i| if i < Self::ALONG { angle(i).cos() } else { 0.0 }),
            terms: array::from_fn(|i| array::from_fn(|k| term(i, k))),
        }
    }

    /// The nodes of a box.
    pub(super) fn of<'a>(&'a self, of: &'a PointBox<D>) -> impl Iterator<Item = [f64; D]> + 'a {
        (0..Self::IN_ALL).map(|node| {
            array::from_fn(|k| of.middle[k] + of.half_side(k) * self.places[Self::along(k, node)])
        })
    }

    /// The polynomials of a box at a place, coordinate by coordinate.
    pub(super) fn basis(&self, of: &PointBox<D>, place: &[f64; D]) -> [Basis; D] {
        array::from_fn(|k| {
            let half = of.half_side(k);
            // All nodes of a flat side are one, and any polynomials that add up to 1 will do.
            let along = if half > 0.0 { (place[k] - of.middle[k]) / half } else { 0.0 };
            // Where sides are rounding, so is this; and outside the box polynomials grow fast.
            self.at(along.clamp(-1.0, 1.0))
        })
    }

    /// For each coordinate, the polynomials of a box at the nodes of a box within it: row `i` is the
    /// `i`-th node.
    pub(super) fn bases_within(
        &self,
        of: &PointBox<D>,
        within: &PointBox<D>,
    ) -> [[Basis; MOST]; D] {
        let mut rows = [[[0.0; MOST]; MOST]; D];
        for i in 0..Self::ALONG {
            let place = array::from_fn(|k| within.middle[k] + within.half_side(k) * self.places[i]);
            for (rows, basis) in rows.iter_mut().zip(self.basis(of, &place)) {
                rows[i] = basis;
            }
        }
        rows
    }

    /// The polynomial through one of the nodes, where those along the sides are such.
    #[inline(always)]
    pub(super) fn polynomial(bases: &[Basis; D], node: usize) -> f64 {
        (0..D).map(|k| bases[k][Self::along(k, node)]).product()
    }

    /// Which node along a side it is.
    #[inline(always)]
    fn along(k: usize, node: usize) -> usize {
        node / Self::ALONG.pow((D - 1 - k) as u32) % Self::ALONG
    }

    /// At `x`, from −1 to 1.
    #[inline(always)]
    fn at(&self, x: f64) -> Basis {
        let mut chebyshev = [1.0, x, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        for k in 2..MOST {
            chebyshev[k] = 2.0 * x * chebyshev[k - 1] - chebyshev[k - 2];
        }
        array::from_fn(|i| (0..MOST).map(|k| self.terms[i][k] * chebyshev[k]).sum())
    }

    /// `Σ matrices[0][i][a] matrices[1][j][b] … values[a, b, …]` for all `i`, `j`, …
    pub(super) fn along_all(values: &[f64], matrices: &[[Basis; MOST]; D]) -> Vec<f64> {
        let mut values = values.to_vec();
        for matrix in matrices {
            values = Self::along_first(&values, matrix);
        }
        values
    }

    /// `Σ matrix[i][a] values[a, …]` as `[…, i]`: after each coordinate has been the first once, they
    /// are in order again.
    fn along_first(values: &[f64], matrix: &[Basis; MOST]) -> Vec<f64> {
        let rest = Self::IN_ALL / Self::ALONG;
        let mut sums = vec![0.0; Self::IN_ALL];
        for (place, sums) in sums.chunks_exact_mut(Self::ALONG).enumerate() {
            for (a, row) in values.chunks_exact(rest).enumerate() {
                for (i, sum) in sums.iter_mut().enumerate() {
                    *sum += matrix[i][a] * row[place];
                }
            }
        }
        sums
    }
}

/// Rows become columns.
pub(super) fn transposed(matrix: &[Basis; MOST]) -> [Basis; MOST] {
    array::from_fn(|i| array::from_fn(|k| matrix[k][i]))
}
