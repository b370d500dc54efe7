//! Mean shift in which a search says which points are near.

use super::run::Shifted;
use super::settings::{MeanShift, NAME, Neighborhood, UpdateOrder};
use crate::cluster::Float;
use crate::cluster::moves::largest_move;
use crate::cluster::weight::Weight;
use crate::neighbors::{NeighborLists, Neighbors, checked_points};
use crate::tasks::task_size;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2};
use rayon::prelude::*;

/// Lists the points `(n, d)` that lie within a radius of each of them.
type Lister<'a> = dyn FnMut(&Array2<f64>, f64) -> Result<NeighborLists> + 'a;

impl MeanShift {
    /// [`run`](Self::run), where each row sees only the points that a search finds within the
    /// weight's radius: `search` is called with the points, `(n, d)`, before each iteration.
    ///
    /// Beyond its radius a weight is 0, so that an exact search makes no difference but for rounding.
    /// With one that misses some, as [`Lsh`](crate::neighbors::Lsh) does, the result is an
    /// approximation. All is computed in double precision, for `f32` too.
    ///
    /// # Errors
    /// As [`run`](Self::run), those of `search`, [`Error::Shape`] if it was not built from the points,
    /// and [`Error::Argument`] unless the weight has a radius and all rows, and all of them at once,
    /// are to move.
    ///
    /// ```
    /// use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
    /// use lesson_lib::{data, neighbors::UniformGrid};
    /// let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
    /// let shift = MeanShift::new(Weight::Triangular(8.0)).iterations(5);
    /// let apart = shift.run_with(&x, |x| UniformGrid::new(x))?.points - shift.run(&x)?.points;
    /// assert!(apart.iter().all(|difference| difference.abs() < 1e-9));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_with<T: Float, N: Neighbors>(
        &self,
        x: &ArrayRef2<T>,
        mut search: impl FnMut(&Array2<f64>) -> Result<N>,
    ) -> Result<Shifted<T>> {
        let mut lists = |points: &Array2<f64>, radius: f64| {
            let search = search(points)?;
            check_size(search.dim(), points)?;
            search.within(points, radius)
        };
        let points = checked_points(NAME, x)?;
        let Shifted { points, iterations, largest_moves, converged } =
            shift(self, points, &mut lists)?;
        Ok(Shifted { points: points.mapv(T::from_f64), iterations, largest_moves, converged })
    }

    /// The radius of a search for all that count.
    fn radius(&self) -> Result<f64> {
        self.check(1)?;
        let refuse = |problem: &str| Err(Error::argument(NAME, problem));
        match (self.weight, self.update, self.neighborhood) {
            (Weight::Gaussian(_), ..) => refuse(
                "a Gaussian has no radius beyond which it is 0: search with another weight, e.g. \
                 `Weight::Epanechnikov`",
            ),
            (weight, UpdateOrder::Simultaneous, Neighborhood::All) => Ok(weight.width()),
            _ => refuse("a search goes with `simultaneous`, and with neither sample nor sorted"),
        }
    }
}

fn check_size((n, d): (usize, usize), points: &Array2<f64>) -> Result<()> {
    if points.dim() == (n, d) {
        return Ok(());
    }
    let help = "the search must be built from the points that it is given";
    Err(Error::shape(NAME, [points.shape(), &[n, d]], help))
}

fn shift(settings: &MeanShift, x: Array2<f64>, lists: &mut Lister) -> Result<Shifted<f64>> {
    let radius = settings.radius()?;
    let (mut points, mut largest_moves, mut converged) = (x, Vec::new(), false);
    while largest_moves.len() < settings.limit() && !(converged && settings.stops_early()) {
        let moved = moved(settings, &points, &lists(&points, radius)?);
        let largest = largest_move(&points, &moved);
        converged = largest <= settings.convergence_distance();
        largest_moves.push(largest);
        points = moved;
    }
    Ok(Shifted { points, iterations: largest_moves.len(), largest_moves, converged })
}

/// Where each point moves that sees its neighbours.
fn moved(settings: &MeanShift, points: &Array2<f64>, lists: &NeighborLists) -> Array2<f64> {
    let mut moved = points.as_standard_layout().into_owned();
    let (n, d) = moved.dim();
    let values = moved.as_slice_mut().expect("rows one after another");
    let rows = values.par_chunks_exact_mut(d).enumerate();
    let task = task_size(n, rayon::current_num_threads()).max(1);
    rows.with_max_len(task).for_each(|(i, row)| {
        for (value, by) in row.iter_mut().zip(step(settings, points, i, lists.of(i))) {
            *value += by;
        }
    });
    moved
}

/// By how much a point moves, `(d)`, that sees these; one that sees nothing stays.
fn step(
    settings: &MeanShift,
    points: &Array2<f64>,
    i: usize,
    near: impl Iterator<Item = usize>,
) -> Vec<f64> {
    let from = points.row(i);
    let (mut sum, mut weights) = (vec![0.0; points.ncols()], 0.0);
    for j in near {
        let to = points.row(j);
        let squared: f64 = from.iter().zip(to).map(|(a, b)| (b - a) * (b - a)).sum();
        let weight: f64 = settings.weight.at(squared.sqrt());
        weights += weight;
        for ((sum, a), b) in sum.iter_mut().zip(from).zip(to) {
            *sum += weight * (b - a);
        }
    }
    let share = if weights == 0.0 { 0.0 } else { settings.step / weights };
    sum.into_iter().map(|sum| share * sum).collect()
}
