//! Which points look at which, in what order, and for how long.

use super::{Run, Weight};
use crate::cluster::Float;
use crate::{Error, Result};
use ndarray::{ArrayRef2, ArrayView2};

/// Iterations after which a run without a number of its own gives up.
const MOST_ITERATIONS: usize = 100;

/// The tolerance of a run without one of its own, as a share of the weight's width.
const TOLERANCE: f64 = 1e-3;

/// Mean shift with all its settings; [`run`](Self::run) starts it.
///
/// By default all rows move at once, until an iteration moves none of them farther than a
/// thousandth of the weight's width, or for 100 iterations.
///
/// ```
/// use lesson_lib::{cluster::{self, mean_shift::{MeanShift, Weight}}, data};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let run = MeanShift::new(Weight::Gaussian(2.5)).run(&x)?;
/// assert!(run.converged);
/// let labels = cluster::labels(&run.points, 1.0)?; // (1500)
/// assert_eq!(labels[1499], 5); // six clusters, numbered from 0
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "settings do nothing until `run`"]
pub struct MeanShift {
    pub(super) weight: Weight,
    iterations: Option<usize>,
    tolerance: Option<f64>,
    pub(super) order: Order,
    pub(super) step: f64,
    pub(super) sight: Sight,
}

/// Which rows an update sees moved already.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Order {
    Simultaneous,
    InPlace,
    Batches(usize),
}

/// Which points a row sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sight {
    All,
    Sample { k: usize, seed: u64 },
    Sorted { deviations: f64 },
}

impl MeanShift {
    /// Mean shift with this weight, and the defaults for all else.
    pub fn new(weight: Weight) -> Self {
        Self {
            weight,
            iterations: None,
            tolerance: None,
            order: Order::Simultaneous,
            step: 1.0,
            sight: Sight::All,
        }
    }

    /// Exactly so many iterations; with a [`tolerance`](Self::tolerance) too, at most so many.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations: Some(iterations), ..self }
    }

    /// Stops after an iteration in which no point moved farther than this, in data units.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance: Some(tolerance), ..self }
    }

    /// One row after another: each sees the rows before it where they have moved to.
    ///
    /// This is the lesson's `one_update`. Rows depend on the rows before them, so they cannot
    /// share the work among threads, and the result depends on their order.
    pub fn in_place(self) -> Self {
        Self { order: Order::InPlace, ..self }
    }

    /// `size` rows at a time: they move together and see the batches before them moved already.
    ///
    /// This is the lesson's batched form; `batches(1)` is [`in_place`](Self::in_place), and a size
    /// of all rows is [`simultaneous`](Self::simultaneous).
    pub fn batches(self, size: usize) -> Self {
        Self { order: Order::Batches(size), ..self }
    }

    /// All rows at once, from the old points into new ones. This is the default.
    pub fn simultaneous(self) -> Self {
        Self { order: Order::Simultaneous, ..self }
    }

    /// Goes only this share of the way to the mean: 1 all of it, 0.5 half of it.
    ///
    /// Above 1 a point overshoots the mean; from 2 on it ends up at least as far from it as it
    /// was, on the other side, and points never come to rest.
    pub fn step(self, step: f64) -> Self {
        Self { step, ..self }
    }

    /// Each row sees `k` points at random; in [`batches`](Self::batches) the rows of a batch see
    /// the same `k`.
    ///
    /// Every iteration shuffles the points, and a row sees `k` that then stand side by side, from a
    /// random place on. No point is seen twice; the seed decides, whatever the number of threads.
    /// If all `k` lie too far away their weights are 0, so 0.0001 is added to every weight: such a
    /// row moves to the mean of what it sees.
    pub fn sample(self, k: usize, seed: u64) -> Self {
        Self { sight: Sight::Sample { k, seed }, ..self }
    }

    /// Each row sees only points that are about as far from the origin as itself.
    ///
    /// Every iteration sorts the rows by their distance to the origin and counts them in bins that
    /// are 2 · width · `deviations` wide. A row sees as many rows before and after it in that order
    /// as the standard deviation of those counts times `deviations`, rounded up. Rows take turns in
    /// that order, too. This is an approximation: it depends on where the origin is, and clusters
    /// at the same distance from it still see each other. Few wide bins differ a lot in their
    /// counts: on the lesson's points seven deviations let every row see all rows, so that
    /// [`in_place`](Self::in_place) only the order of the turns makes a difference; with two, a row
    /// sees about half of them at first. With a single bin everything is seen.
    pub fn sorted(self, deviations: f64) -> Self {
        Self { sight: Sight::Sorted { deviations }, ..self }
    }

    /// Moves the rows of `x: (n, d)`, `f32` or `f64`.
    ///
    /// The result does not depend on the number of threads. Weights below 2⁻¹²⁵ (in `f64` 2⁻¹⁰²¹)
    /// of the largest count as 0.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is out of range, a coordinate is not finite or the points
    /// run away; [`Error::Shape`] if the points have no coordinates. No points are no error.
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
    /// let x = array![[0.0], [1.0], [9.0]];
    /// let run = MeanShift::new(Weight::Flat(2.0)).iterations(1).run(&x)?;
    /// assert_eq!(run.points, array![[0.5], [0.5], [9.0]]);
    /// assert_eq!(run.moves, [0.5]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run<T: Float>(&self, x: &ArrayRef2<T>) -> Result<Run<T>> {
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
    pub fn observe<T: Float>(
        &self,
        x: &ArrayRef2<T>,
        mut observer: impl FnMut(usize, ArrayView2<T>),
    ) -> Result<Run<T>> {
        T::mean_shift(self, x, Some(&mut observer))
    }

    /// Refuses settings that make no sense for `n` points.
    pub(super) fn check(&self, n: usize) -> Result<()> {
        let refuse = |problem: String| Err(Error::argument(NAME, problem));
        self.weight.check(NAME)?;
        if !(self.step.is_finite() && self.step > 0.0) {
            return refuse(format!("the step must be a number above 0, not {}", self.step));
        }
        if let Some(tolerance) = self.tolerance.filter(|t| !t.is_finite() || *t < 0.0) {
            return refuse(format!("the tolerance must be a distance, not {tolerance}"));
        }
        match (self.order, self.sight) {
            (Order::Batches(0), _) => refuse("a batch needs at least one row".into()),
            (_, Sight::Sample { k, .. }) if n > 0 && !(1..=n).contains(&k) => {
                refuse(format!("a sample of {n} points can hold 1 to {n} of them, not {k}"))
            }
            (_, Sight::Sorted { deviations }) if !(deviations.is_finite() && deviations > 0.0) => {
                refuse(format!("sorted takes a number of deviations above 0, not {deviations}"))
            }
            _ => Ok(()),
        }
    }

    /// The distance from which on a move counts as one.
    pub(super) fn least_move(&self) -> f64 {
        self.tolerance.unwrap_or(TOLERANCE * self.weight.width())
    }

    /// The most iterations.
    pub(super) fn limit(&self) -> usize {
        self.iterations.unwrap_or(MOST_ITERATIONS)
    }

    /// Whether a run ends as soon as nothing moves.
    pub(super) fn stops_early(&self) -> bool {
        self.tolerance.is_some() || self.iterations.is_none()
    }
}

/// The operation in messages.
pub(super) const NAME: &str = "mean shift";
