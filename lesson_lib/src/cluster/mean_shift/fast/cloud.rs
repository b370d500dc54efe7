//! The points between iterations, in an order that changes.

use ndarray::Array2;
use rayon::prelude::*;

/// Points that move, each of them in the place of one or more rows of the data.
///
/// An engine sorts them as it likes best, and they stay in that order: it is nearly right the next
/// time too.
pub(super) struct Cloud {
    /// `(m, d)`, row-major.
    pub(super) points: Array2<f64>,
    /// How often each of them counts, all its rows together: `(m)`.
    pub(super) counts: Vec<f64>,
    /// Which of them stands for each row of the data: `(n)`.
    place_of: Vec<u32>,
}

impl Cloud {
    /// Every row of `x: (n, d)` by itself, counting so many times: `(n)`.
    pub(super) fn new(x: Array2<f64>, counts: Vec<f64>) -> Self {
        let place_of = (0..x.nrows() as u32).collect();
        Self { points: x.as_standard_layout().into_owned(), counts, place_of }
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Puts the points into another order: `rows[place]` moves to `place`.
    pub(super) fn reorder(&mut self, rows: &[u32]) {
        if rows.iter().enumerate().all(|(place, &row)| place == row as usize) {
            return;
        }
        self.points = gathered(&self.points, rows);
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
        gathered(&self.points, &self.place_of)
    }
}

/// The rows of row-major `points: (m, d)` that `places` names: `(n, d)`.
fn gathered(points: &Array2<f64>, places: &[u32]) -> Array2<f64> {
    let d = points.ncols();
    let from = points.as_slice().expect("rows one after another");
    let mut to = vec![0.0; places.len() * d];
    to.par_chunks_exact_mut(d.max(1)).zip(places).for_each(|(to, &place)| {
        to.copy_from_slice(&from[place as usize * d..][..d]);
    });
    Array2::from_shape_vec((places.len(), d), to).expect("d for each place")
}
