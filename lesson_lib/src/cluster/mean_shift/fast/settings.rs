//! What a caller chooses.

use super::engine::FastEngine;
use crate::cluster::mean_shift::settings::{MeanShift, NAME};
use crate::{Error, Result};

/// The accuracy where none is given, as a share of the weight's width.
const ACCURACY: f64 = 1e-6;

/// The range of accuracies that an engine can keep.
const ACCURACIES: std::ops::RangeInclusive<f64> = 1e-12..=0.1;

/// Mean shift without a look at all pairs of points, for `d` up to 3; from [`MeanShift::fast`].
///
/// All rows move at once. Everything is computed in double precision, for `f32` too, and does not
/// depend on the number of threads.
///
/// ```
/// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, data};
/// let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
/// let shift = MeanShift::new(Weight::Gaussian(2.5)).iterations(5);
/// let apart = shift.fast().run(&x)?.points - shift.run(&x)?.points;
/// assert!(apart.iter().all(|difference| difference.abs() < 1e-8));
/// println!("{}", shift.fast().plan(&x)?);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "settings do nothing until `run`"]
pub struct FastMeanShift {
    pub(super) shift: MeanShift,
    pub(super) engine: Option<FastEngine>,
    pub(super) accuracy: f64,
}

impl MeanShift {
    /// The same mean shift, by an algorithm that does not look at all pairs of points.
    pub fn fast(self) -> FastMeanShift {
        FastMeanShift { shift: self, engine: None, accuracy: ACCURACY }
    }
}

impl FastMeanShift {
    /// Computes with this engine; [`plan`](Self::plan) chooses one otherwise.
    pub fn engine(self, engine: FastEngine) -> Self {
        Self { engine: Some(engine), ..self }
    }

    /// In each iteration no point is farther than this from where [`MeanShift`] would move it, as a
    /// share of the weight's width, and but for rounding; 10⁻⁶ where nothing else is said.
    ///
    /// It is a bound, and errors are usually far smaller. A Gaussian needs one, because it never is 0
    /// and has to end somewhere. Other weights make use of it once points have met: those that are so
    /// close that nobody's step is off by more than a quarter of it may then move as one.
    pub fn accuracy(self, accuracy: f64) -> Self {
        Self { accuracy, ..self }
    }

    /// Refuses settings that are out of range, or that do not go together.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |problem: String| Err(Error::argument(NAME, problem));
        if !self.shift.moves_all_at_once() {
            return refuse(
                "`fast` goes with `simultaneous`, and with neither sample nor sorted".into(),
            );
        }
        self.shift.check(0)?;
        if !ACCURACIES.contains(&self.accuracy) {
            let (least, most) = (ACCURACIES.start(), ACCURACIES.end());
            let accuracy = self.accuracy;
            return refuse(format!(
                "the accuracy must be a share of the width from {least:e} to {most}, not {accuracy}"
            ));
        }
        match self.engine {
            Some(engine) => engine.check(self.shift.weight),
            None => Ok(()),
        }
    }
}
