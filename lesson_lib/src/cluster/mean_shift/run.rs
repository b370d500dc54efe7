//! A run of mean shift, iteration after iteration.

use super::iterate::Iteration;
use super::settings::{MeanShift, NAME};
use crate::cluster::Float;
use crate::cluster::pairs::Unit;
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, ArrayView2};

/// Who is shown the points: the number of the iteration, and the points `(n, d)`.
pub type Observer<'a, T> = dyn FnMut(usize, ArrayView2<T>) + 'a;

/// What became of the points.
///
/// ```
/// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
/// let run = MeanShift::new(Weight::Flat(2.0)).run(&array![[0.0], [1.0], [9.0]])?;
/// assert_eq!((run.iterations, run.converged, run.moves), (2, true, vec![0.5, 0.0]));
/// assert_eq!(run.points, array![[0.5], [0.5], [9.0]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Run<T> {
    /// Where the points ended, in the order of the data: `(n, d)`.
    pub points: Array2<T>,
    /// How many iterations there were.
    pub iterations: usize,
    /// How far the point that moved farthest did so in each iteration, in data units.
    pub moves: Vec<f64>,
    /// Whether the last iteration moved nothing farther than the tolerance.
    pub converged: bool,
}

impl<T> Show for Run<T> {
    fn text(&self) -> String {
        let (n, d) = self.points.dim();
        let end = if self.converged { "converged" } else { "not converged" };
        let last = self.moves.last().map(|last| format!("; largest move of the last: {last:.3e}"));
        format!(
            "{n} points of {d} coordinates after {} iterations, {end}{}",
            self.iterations,
            last.unwrap_or_default()
        )
    }
}

/// Runs mean shift; see [`MeanShift::observe`].
pub(in crate::cluster) fn run<T: Float>(
    settings: &MeanShift,
    x: &ArrayRef2<T>,
    observer: Option<&mut Observer<T>>,
) -> Result<Run<T>> {
    settings.check(x.nrows())?;
    let unit = Unit::new(NAME, x, settings.weight.width())?;
    let mut iteration = Iteration::new(settings, unit.apply(x), unit.scale);
    let mut watch = Watch { observer, unit };
    let (mut moves, mut converged) = (Vec::new(), false);
    watch.show(0, &mut iteration);
    while moves.len() < settings.limit() && !(converged && settings.stops_early()) {
        let largest = iteration.advance() / unit.scale;
        if !largest.is_finite() {
            let problem = format!(
                "points left the range of the numbers in iteration {}: take a smaller step than {}",
                moves.len() + 1,
                settings.step
            );
            return Err(Error::argument(NAME, problem));
        }
        moves.push(largest);
        converged = largest <= settings.least_move();
        watch.show(moves.len(), &mut iteration);
    }
    let mut points = iteration.into_points();
    unit.undo(&mut points);
    Ok(Run { points, iterations: moves.len(), moves, converged })
}

/// The observer, if there is one.
struct Watch<'a, 'b, T> {
    observer: Option<&'a mut Observer<'b, T>>,
    unit: Unit,
}

impl<T: Float> Watch<'_, '_, T> {
    fn show(&mut self, number: usize, iteration: &mut Iteration<T>) {
        if let Some(observer) = &mut self.observer {
            let mut points = iteration.points().to_owned();
            self.unit.undo(&mut points);
            observer(number, points.view());
        }
    }
}
