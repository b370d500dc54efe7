//! k-means in which a search says which centroid is near.

use super::engine::Engine;
use super::ladder::means_of_lists;
use super::settings::NAME;
use crate::cluster::Float;
use crate::cluster::pairs::Unit;
use crate::neighbors::{AllPairs, Neighbors};
use crate::random::Generator;
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis};

/// Makes a search among the centroids `(k, d)`, which are in the units of the data.
pub type CentroidSearch<'a> = dyn FnMut(&Array2<f64>) -> Result<Box<dyn Neighbors>> + 'a;

/// The points, and the centroid that the last search found for each.
pub(super) struct Searched<'a, 'b, T> {
    x: &'a ArrayRef2<T>,
    unit: Unit,
    /// The points in the units of the data.
    queries: Array2<f64>,
    search: &'a mut CentroidSearch<'b>,
    labels: Array1<usize>,
}

impl<'a, 'b, T: Float> Searched<'a, 'b, T> {
    /// The coordinates of `x: (n, d)` are in this unit.
    pub(super) fn new(x: &'a ArrayRef2<T>, unit: Unit, search: &'a mut CentroidSearch<'b>) -> Self {
        let mut queries = T::to_f64_array(x);
        unit.undo(&mut queries);
        Self { x, unit, queries, search, labels: Array1::zeros(x.nrows()) }
    }
}

impl<T: Float> Engine<T> for Searched<'_, '_, T> {
    fn assign(&mut self, centroids: &Array2<T>) -> Result<f64> {
        let mut centroids = T::to_f64_array(centroids);
        self.unit.undo(&mut centroids);
        let search = (self.search)(&centroids)?;
        if search.dim() != centroids.dim() {
            let (k, d) = search.dim();
            let help = "the search must be built from the centroids that it is given";
            return Err(Error::shape(NAME, [centroids.shape(), &[k, d]], help));
        }
        self.labels = nearest(search, &centroids, &self.queries)?;
        let pairs = self.queries.rows().into_iter().zip(&self.labels);
        let squared = pairs.map(|(row, &label)| squared_distance(&row, &centroids.row(label)));
        Ok(squared.sum::<f64>() * self.unit.scale * self.unit.scale)
    }

    fn means(&self, centroids: &Array2<T>, generator: &mut Generator) -> Array2<T> {
        means_of_lists(self.x, &self.labels, centroids.nrows(), generator)
    }

    fn labels(&self) -> Array1<usize> {
        self.labels.clone()
    }
}

/// The nearest centroid that the search finds for each point; of all of them, where it finds none.
fn nearest(
    search: Box<dyn Neighbors>,
    centroids: &Array2<f64>,
    queries: &Array2<f64>,
) -> Result<Array1<usize>> {
    let mut labels = search.nearest(queries, 1)?.rows.column(0).to_owned();
    let none = centroids.nrows();
    let missed: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == none).collect();
    let found = AllPairs::new(centroids)?.nearest(&queries.select(Axis(0), &missed), 1)?;
    missed.into_iter().zip(&found.rows).for_each(|(row, &label)| labels[row] = label);
    Ok(labels)
}

fn squared_distance(a: &ArrayRef1<f64>, b: &ArrayRef1<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
