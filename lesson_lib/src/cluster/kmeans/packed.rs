//! The points, laid out for vectors.

use crate::cluster::Float;
use ndarray::ArrayRef2;

/// Points in groups of [`LANES`]; of each group first all first coordinates, then all second ones.
pub(super) const LANES: usize = 16;

/// The points of `x: (n, d)` in groups. Room behind the last point repeats it.
pub(super) struct Packed<T> {
    values: Vec<T>,
    pub(super) n: usize,
    pub(super) d: usize,
}

impl<T: Float> Packed<T> {
    pub(super) fn new(x: &ArrayRef2<T>) -> Self {
        let (n, d) = x.dim();
        let mut values = vec![T::zero(); n.div_ceil(LANES) * LANES * d];
        for (number, group) in values.chunks_exact_mut((LANES * d).max(1)).enumerate() {
            for lane in 0..LANES {
                let row = x.row((number * LANES + lane).min(n - 1));
                for (j, &value) in row.iter().enumerate() {
                    group[j * LANES + lane] = value;
                }
            }
        }
        Self { values, n, d }
    }

    /// The groups from `first` on, `count` at most.
    pub(super) fn groups(&self, first: usize, count: usize) -> &[T] {
        let size = LANES * self.d;
        let end = self.values.len().min((first + count) * size);
        &self.values[first * size..end]
    }
}
