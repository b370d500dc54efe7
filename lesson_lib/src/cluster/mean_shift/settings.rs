//! Which points a row sees, the order in which rows move, and when a run ends.

use crate::cluster::weight::Weight;
use crate::{Error, Result};

/// The limit where no number of iterations is given.
const MOST_ITERATIONS: usize = 100;

/// The tolerance where none is given, as a share of the weight's width.
const TOLERANCE: f64 = 1e-3;

/// Mean shift with all its settings; [`run`](Self::run) starts it.
///
/// By default all rows move at once, until an iteration moves none of them farther than a
/// thousandth of the weight's width, and for 100 iterations at most.
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
    pub(super) update: UpdateOrder,
    pub(super) step: f64,
    pub(super) neighborhood: Neighborhood,
}

/// How many rows move at the same time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum UpdateOrder {
    Simultaneous,
    InPlace,
    Batches(usize),
}

impl UpdateOrder {
    /// The rows of a batch, of `n` in all.
    pub(super) fn batch(self, n: usize) -> usize {
        match self {
            UpdateOrder::Simultaneous => n.max(1),
            UpdateOrder::InPlace => 1,
            UpdateOrder::Batches(size) => size,
        }
    }
}

/// Which points a row sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Neighborhood {
    All,
    Sample { k: usize, seed: u64 },
    Sorted { deviations: f64, bins: Bins },
}

/// How many bins the lengths of the points are counted in, for [`Neighborhood::Sorted`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bins {
    /// (max − min) / (2 · width · deviations).
    Meant,
    /// max − min / (2 · width · deviations).
    Posted,
}

impl MeanShift {
    /// Mean shift with this weight, and the defaults for all else.
    pub fn new(weight: Weight) -> Self {
        Self {
            weight,
            iterations: None,
            tolerance: None,
            update: UpdateOrder::Simultaneous,
            step: 1.0,
            neighborhood: Neighborhood::All,
        }
    }

    /// Exactly this many iterations; with a [`tolerance`](Self::tolerance) too, at most this many.
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
        Self { update: UpdateOrder::InPlace, ..self }
    }

    /// `size` rows at a time: they move together and see the batches before them moved already.
    ///
    /// This is the lesson's batched form; `batches(1)` is [`in_place`](Self::in_place), and a size
    /// of all rows is [`simultaneous`](Self::simultaneous).
    pub fn batches(self, size: usize) -> Self {
        Self { update: UpdateOrder::Batches(size), ..self }
    }

    /// All rows at once, from the old points into new ones. This is the default.
    pub fn simultaneous(self) -> Self {
        Self { update: UpdateOrder::Simultaneous, ..self }
    }

    /// Goes only this share of the way to the mean: 1 is all of it, 0.5 half.
    ///
    /// Above 1 a point overshoots the mean; from 2 on it ends up at least as far from it as it
    /// was, on the other side, and points never come to rest.
    pub fn step(self, step: f64) -> Self {
        Self { step, ..self }
    }

    /// Each row sees `k` points at random; in [`batches`](Self::batches) the rows of a batch see
    /// the same `k`.
    ///
    /// Every iteration shuffles the points, and a row sees `k` neighbours in that order, starting at
    /// a random place. No point is seen twice; the seed decides, whatever the number of threads.
    /// If all `k` lie too far away their weights are 0, so 0.0001 is added to every weight: such a
    /// row moves to the mean of what it sees.
    pub fn sample(self, k: usize, seed: u64) -> Self {
        Self { neighborhood: Neighborhood::Sample { k, seed }, ..self }
    }

    /// Each row sees only points that are about as far from the origin as itself.
    ///
    /// Every iteration sorts the rows by their distance to the origin and counts them in bins that
    /// are 2 · width · `deviations` wide. A row sees as many rows before and after it in that order
    /// as the standard deviation of those counts times `deviations`, rounded up. Rows also move in
    /// that order. This is an approximation: it depends on where the origin is, and clusters at the
    /// same distance from it still see each other. A few wide bins differ a lot in their counts: on
    /// the lesson's points seven deviations let every row see all rows, and with
    /// [`in_place`](Self::in_place) only the order in which rows move makes a difference; with two
    /// deviations a row sees about half of them at first. With a single bin it sees everything.
    ///
    /// [`sorted_as_posted`](Self::sorted_as_posted) is the program of the forum, letter by letter.
    pub fn sorted(self, deviations: f64) -> Self {
        Self { neighborhood: Neighborhood::Sorted { deviations, bins: Bins::Meant }, ..self }
    }

    /// [`sorted`](Self::sorted) as it was posted in the forum, with a slip that helps.
    ///
    /// The number of bins was meant to be (max − min) / (2 · width · `deviations`), but the
    /// parentheses around max − min are missing, so that only min is divided. On the lesson's points
    /// that makes 48 narrow bins, whatever the deviations, and windows far smaller than those of
    /// [`sorted`](Self::sorted). The formula depends on the unit: the same points in millimetres have
    /// other windows. A window also ends one row early, and the last row is in none; a row that sees
    /// nothing stays.
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, data};
    /// let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
    /// let shift = MeanShift::new(Weight::Gaussian(2.5)).in_place().iterations(5);
    /// let off = shift.sorted_as_posted(3.0).run(&x)?.points - shift.run(&x)?.points;
    /// let rmse = (&off * &off).mean().unwrap_or_default().sqrt();
    /// assert!((rmse - 0.5165).abs() < 5e-5);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn sorted_as_posted(self, deviations: f64) -> Self {
        Self { neighborhood: Neighborhood::Sorted { deviations, bins: Bins::Posted }, ..self }
    }

    /// Refuses settings that are out of range for `n` points.
    pub(super) fn check(&self, n: usize) -> Result<()> {
        let refuse = |problem: String| Err(Error::argument(NAME, problem));
        self.weight.check(NAME)?;
        if !(self.step.is_finite() && self.step > 0.0) {
            return refuse(format!("the step must be a number above 0, not {}", self.step));
        }
        if let Some(tolerance) = self.tolerance.filter(|t| !t.is_finite() || *t < 0.0) {
            return refuse(format!("the tolerance must be a distance, not {tolerance}"));
        }
        match (self.update, self.neighborhood) {
            (UpdateOrder::Batches(0), _) => refuse("a batch needs at least one row".into()),
            (_, Neighborhood::Sample { k, .. }) if n > 0 && !(1..=n).contains(&k) => {
                refuse(format!("a sample of {n} points can hold 1 to {n} of them, not {k}"))
            }
            (_, Neighborhood::Sorted { deviations, .. })
                if !(deviations.is_finite() && deviations > 0.0) =>
            {
                refuse(format!("sorted takes a number of deviations above 0, not {deviations}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether all rows move at once, and each of them sees all.
    pub(super) fn moves_all_at_once(&self) -> bool {
        self.update == UpdateOrder::Simultaneous && self.neighborhood == Neighborhood::All
    }

    /// Points have converged once none moves farther than this, in data units.
    pub(super) fn convergence_distance(&self) -> f64 {
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
