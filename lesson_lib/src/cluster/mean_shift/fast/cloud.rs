//! The points between iterations, in an order that changes.

use ndarray::{Array2, Axis};
use rayon::prelude::*;

/// Points that move, each of them in the place of one or more rows of the data.
///
/// An engine sorts them as it likes best, and they stay in that order: it is nearly right the next
/// time too.
pub(super) struct Cloud {
    /// `(m, d)`, row-major.
    pub(super) points: Array2<f64>,
    /// How many rows each of them stands for: `(m)`.
    pub(super) counts: Vec<f64>,
    /// Which of them stands for each row of the data: `(n)`.
    place_of: Vec<u32>,
}

impl Cloud {
    /// Every row of `x: (n, d)` by itself.
    pub(super) fn new(x: Array2<f64>) -> Self {
        let n = x.nrows();
        let points = x.as_standard_layout().into_owned();
        Self { points, counts: vec![1.0; n], place_of: (0..n as u32).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Puts the points into another order: `rows[place]` moves to `place`.
    pub(super) fn reorder(&mut self, rows: &[u32]) {
        if rows.iter().enumerate().all(|(place, &row)| place == row as usize) {
            return;
        }
        let d = self.points.ncols();
        let old = self.points.as_slice().expect("rows one after another");
        let mut points = vec![0.0; old.len()];
        points.par_chunks_exact_mut(d.max(1)).zip(rows).for_each(|(to, &row)| {
            to.copy_from_slice(&old[row as usize * d..][..d]);
        });
        self.points = Array2::from_shape_vec((rows.len(), d), points).expect("as many as before");
        self.counts = rows.par_iter().map(|&row| self.counts[row as usize]).collect();
        let mut place_of_old = vec![0; rows.len()];
        rows.iter().enumerate().for_each(|(place, &row)| place_of_old[row as usize] = place as u32);
        self.redirect(&place_of_old);
    }

    /// Replaces the points: those that were at `place` are now at `new_places[place]`.
    pub(super) fn redirect(&mut self, new_places: &[u32]) {
        self.place_of.par_iter_mut().for_each(|place| *place = new_places[*place as usize]);
    }

    /// The points in the order of the data: `(n, d)`.
    pub(super) fn in_order(&self) -> Array2<f64> {
        let places: Vec<usize> = self.place_of.iter().map(|&place| place as usize).collect();
        self.points.select(Axis(0), &places)
    }
}
