//! Mean shift, iteration after iteration.

use super::iteration::Iteration;
use super::settings::{MeanShift, NAME};
use crate::cluster::pairs::{InnerLoops, Unit};
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2, ArrayView2};

/// Called with the number of the iteration and the points `(n, d)`.
pub type Observer<'a, T> = dyn FnMut(usize, ArrayView2<T>) + 'a;

/// What became of the points.
///
/// ```
/// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
/// let run = MeanShift::new(Weight::Flat(2.0)).run(&array![[0.0], [1.0], [9.0]])?;
/// assert_eq!((run.iterations, run.converged, run.largest_moves), (2, true, vec![0.5, 0.0]));
/// assert_eq!(run.points, array![[0.5], [0.5], [9.0]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted<T> {
    /// Where the points ended, in the order of the data: `(n, d)`.
    pub points: Array2<T>,
    /// How many iterations there were.
    pub iterations: usize,
    /// The largest move of each iteration, in data units.
    pub largest_moves: Vec<f64>,
    /// Whether the last iteration moved no point farther than the tolerance.
    pub converged: bool,
}

impl<T> Show for Shifted<T> {
    fn text(&self) -> String {
        let (n, d) = self.points.dim();
        let end = if self.converged { "converged" } else { "not converged" };
        let last = self.largest_moves.last();
        let last = last.map(|last| format!("; largest move of the last: {last:.3e}"));
        format!(
            "{n} points of {d} coordinates after {} iterations, {end}{}",
            self.iterations,
            last.unwrap_or_default()
        )
    }
}

impl MeanShift {
    /// Moves the rows of `x: (n, d)`, `f32` or `f64`.
    ///
    /// The result does not depend on the number of threads. Weights below 2⁻¹²⁵ (in `f64` 2⁻¹⁰²¹)
    /// of the largest count as 0.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is out of range, a coordinate is not finite or the points
    /// run away; [`Error::Shape`] if the points have no coordinates. An empty `x` is not an error.
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
    /// let x = array![[0.0], [1.0], [9.0]];
    /// let run = MeanShift::new(Weight::Flat(2.0)).iterations(1).run(&x)?;
    /// assert_eq!(run.points, array![[0.5], [0.5], [9.0]]);
    /// assert_eq!(run.largest_moves, [0.5]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run<T: Precompiled>(&self, x: &ArrayRef2<T>) -> Result<Shifted<T>> {
        T::mean_shift(self, x, None)
    }

    /// [`run`](Self::run), showing the points to `observer` before the first iteration, as number
    /// 0, and after each: `(n, d)`, in the order of `x`.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
    /// let mut frames = vec![];
    /// MeanShift::new(Weight::Gaussian(1.0))
    ///     .iterations(5)
    ///     .observe(&array![[0.0, 0.0], [1.0, 1.0]], |_, points| frames.push(points.to_owned()))?;
    /// assert_eq!(frames.len(), 6);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn observe<T: Precompiled>(
        &self,
        x: &ArrayRef2<T>,
        mut observer: impl FnMut(usize, ArrayView2<T>),
    ) -> Result<Shifted<T>> {
        T::mean_shift(self, x, Some(&mut observer))
    }
}

/// `f32` and `f64`, for which mean shift is compiled here.
///
/// The loop stands in the macro below and not in a generic function, which every notebook cell that
/// calls it would compile anew.
pub trait Precompiled: InnerLoops {
    /// Runs mean shift; see [`MeanShift::observe`].
    #[doc(hidden)]
    fn mean_shift(
        settings: &MeanShift,
        x: &ArrayRef2<Self>,
        observer: Option<&mut Observer<Self>>,
    ) -> Result<Shifted<Self>>;
}

macro_rules! precompiled {
    ($float:ty) => {
        impl Precompiled for $float {
            fn mean_shift(
                settings: &MeanShift,
                x: &ArrayRef2<Self>,
                observer: Option<&mut Observer<Self>>,
            ) -> Result<Shifted<Self>> {
                settings.check(x.nrows())?;
                let unit = Unit::new(NAME, x, settings.weight.width())?;
                let mut iteration = Iteration::new(settings, unit.apply(x), unit.scale);
                let mut shown = ScaledObserver { observer, unit };
                let (mut largest_moves, mut converged) = (Vec::new(), false);
                shown.show(0, &mut iteration);
                while largest_moves.len() < settings.limit()
                    && !(converged && settings.stops_early())
                {
                    let number = largest_moves.len() + 1;
                    let largest = iteration.advance();
                    let largest =
                        largest.ok_or_else(|| left_the_range(settings, number))? / unit.scale;
                    converged = largest <= settings.convergence_distance();
                    largest_moves.push(largest);
                    shown.show(number, &mut iteration);
                }
                let mut points = iteration.into_points();
                unit.undo(&mut points);
                Ok(Shifted { points, iterations: largest_moves.len(), largest_moves, converged })
            }
        }
    };
}

precompiled!(f32);
precompiled!(f64);

pub(super) fn left_the_range(settings: &MeanShift, iteration: usize) -> Error {
    let problem = format!(
        "points left the range of the numbers in iteration {iteration}: take a smaller step than {}",
        settings.step
    );
    Error::argument(NAME, problem)
}

/// The observer, if there is one, which sees points as the caller gave them.
struct ScaledObserver<'a, 'b, T> {
    observer: Option<&'a mut Observer<'b, T>>,
    unit: Unit,
}

impl<T: InnerLoops> ScaledObserver<'_, '_, T> {
    fn show(&mut self, number: usize, iteration: &mut Iteration<T>) {
        if let Some(observer) = &mut self.observer {
            let mut points = iteration.points().to_owned();
            self.unit.undo(&mut points);
            observer(number, points.view());
        }
    }
}
