//! Which engine computes, and why.

use super::engine::FastEngine;
use super::interpolation::{Choice, choose, longest_step, radius};
use super::settings::FastMeanShift;
use crate::cluster::mean_shift::Weight;
use crate::cluster::mean_shift::settings::NAME;
use crate::neighbors::{CellList, KdTree, Neighbors};
use crate::random::Generator;
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{Array2, Axis, s};
use std::fmt;

/// Points at which the plan looks.
const SAMPLE: usize = 1 << 14;

/// Points of the sample whose neighbours are counted.
const COUNTED: usize = 256;

/// Nanoseconds on one thread for a pair of points, and for each point besides, where pairs are looked
/// at one by one. Measured; only their proportion to those of `Interpolation` matters much.
const EACH_PAIR: f64 = 0.4;
const EACH_GAUSSIAN_PAIR: f64 = 1.4;
const EACH_POINT: f64 = 300.0;

/// The same for the square root of the points within reach, where others stand in for most of them.
const EACH_ROOT: f64 = 25.0;

/// Nanoseconds that it takes to choose a series: less work than that is not worth it.
const CHOOSING: f64 = 2e7;

/// In widths, what rounding may do to points about a hundred widths from the origin.
const ROUNDING: f64 = 1e-13;

/// How a [`FastMeanShift`] will compute.
///
/// ```
/// use lesson_lib::cluster::mean_shift::{MeanShift, Weight, fast::FastEngine};
/// use lesson_lib::data;
/// let x = data::lesson_blobs().data;
/// let plan = MeanShift::new(Weight::Epanechnikov(8.0)).fast().plan(&x)?;
/// assert_eq!(plan.engine, FastEngine::Moments);
/// println!("{plan}"); // Moments, because …
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FastPlan {
    /// The engine.
    pub engine: FastEngine,
    /// Why it was chosen.
    pub reason: String,
    /// How many points are within reach of a point in the first iteration, itself among them: the
    /// mean, estimated from a sample.
    pub points_within_reach: f64,
    /// In widths, the distance beyond which nothing counts.
    pub reach: f64,
    /// In widths, how far an iteration may move a point from where it should go, but for rounding.
    pub bound: f64,
    pub(super) choice: Option<Choice>,
}

impl fmt::Display for FastPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, reason, points_within_reach, reach, bound, choice } = self;
        write!(f, "{engine:?}, because {reason}; about {points_within_reach:.0} points")?;
        write!(f, " within {reach:.1} widths of each")?;
        if let Some(Choice { side, terms, .. }) = choice {
            write!(f, "; series of {terms} terms in cells of {side} widths")?;
        }
        write!(f, "; a step is off by at most {bound:.1e} widths")
    }
}

impl Show for FastPlan {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl FastMeanShift {
    /// The plan for points in a unit in which the weight has this width, and that count `crowd` times
    /// as much as any of them.
    pub(super) fn plan_for(&self, x: &Array2<f64>, width: f64, crowd: f64) -> Result<FastPlan> {
        let (n, d) = x.dim();
        let sample = Sample::new(x, width);
        let weight = self.shift.weight;
        let reach = match weight {
            Weight::Gaussian(_) => radius(crowd, self.off_by_cut()),
            _ => 1.0,
        };
        let points_within_reach = sample.points_within(reach)?;
        let each = |rest: f64| n as f64 * (EACH_POINT + rest);
        let is_gaussian = matches!(weight, Weight::Gaussian(_));
        let each_pair = if is_gaussian { EACH_GAUSSIAN_PAIR } else { EACH_PAIR };
        let pairs = each(each_pair * points_within_reach);
        let multipole = each(EACH_ROOT * points_within_reach.sqrt());
        let choice = (is_gaussian && self.may_interpolate(pairs))
            .then(|| choose([n, d], crowd, self.step_accuracy(), |side| sample.occupied(side)))
            .flatten();
        let (engine, reason) = self.chosen(pairs, multipole, choice.as_ref())?;
        let choice = choice.filter(|_| engine == FastEngine::Interpolation);
        let bound = match (engine, choice) {
            (FastEngine::Interpolation, Some(choice)) => choice.bound,
            (FastEngine::Multipole, _) => self.off_by_merging() + self.off_by_stand_ins(),
            _ => self.off_by_merging() + self.off_by_cut(),
        };
        let bound = bound * self.shift.step.max(1.0);
        Ok(FastPlan { engine, reason, points_within_reach, reach, bound, choice })
    }

    /// Whether series are worth a thought, where an iteration over near pairs costs so much.
    fn may_interpolate(&self, pairs: f64) -> bool {
        match self.engine {
            Some(engine) => engine == FastEngine::Interpolation,
            None => pairs * self.shift.limit() as f64 > CHOOSING,
        }
    }

    /// The engine, by what each would cost.
    fn chosen(
        &self,
        pairs: f64,
        multipole: f64,
        choice: Option<&Choice>,
    ) -> Result<(FastEngine, String)> {
        let weight = self.shift.weight;
        if let Some(engine) = self.engine {
            if engine == FastEngine::Interpolation && choice.is_none() {
                let accuracy = self.accuracy;
                let problem = format!(
                    "no series is short enough to compute with and off by less than {accuracy:e}: take `NearPairs` or a larger accuracy"
                );
                return Err(Error::argument(NAME, problem));
            }
            return Ok((engine, "it was asked for".into()));
        }
        Ok(match (weight, choice) {
            (Weight::Flat(_) | Weight::Epanechnikov(_), _) => {
                (FastEngine::Moments, format!("{weight:?} is a polynomial in the squared distance"))
            }
            (Weight::Gaussian(_), Some(choice)) if choice.cost < pairs => (
                FastEngine::Interpolation,
                format!("{weight:?} is smooth, and so many points are within reach"),
            ),
            (Weight::Gaussian(_), _) => (
                FastEngine::NearPairs,
                "so few points are within reach that looking at them is faster".into(),
            ),
            (Weight::Triangular(_) | Weight::Biweight(_), _) if multipole < pairs => (
                FastEngine::Multipole,
                "so many points are within reach that a few can stand in for most of them".into(),
            ),
            (Weight::Triangular(_) | Weight::Biweight(_), _) => (
                FastEngine::NearPairs,
                "so few points are within reach that looking at them is faster".into(),
            ),
        })
    }

    /// In widths, how far a step may be off. A move is [`step`](MeanShift::step) times as long.
    fn step_accuracy(&self) -> f64 {
        self.accuracy / self.shift.step.max(1.0)
    }

    /// In widths, how far merging may put a step off: nothing but rounding with a flat weight, with
    /// which a point at the edge counts fully or not at all.
    fn off_by_merging(&self) -> f64 {
        match self.shift.weight {
            Weight::Flat(_) => 0.0,
            _ => self.step_accuracy() / 4.0,
        }
    }

    /// In widths, how close points of `d` coordinates have met that move as one.
    ///
    /// The mean of points in a box of side δ is at most ε = √d δ from each of them. Differences of two
    /// points change by 2 ε, their weights w by at most 4 ε, and so do the w (p − q). A point's own
    /// weight is 1, and a step is at most so long. So it is off by 4 n ε (1 + longest), and the place
    /// from which it is made by ε. As in [`radius`], n is the crowd.
    pub(super) fn merged(&self, d: usize, crowd: f64) -> f64 {
        let longest = match self.shift.weight {
            Weight::Flat(_) => return ROUNDING,
            Weight::Gaussian(_) => longest_step(crowd),
            Weight::Triangular(_) | Weight::Epanechnikov(_) | Weight::Biweight(_) => 1.0,
        };
        self.off_by_merging() / ((d as f64).sqrt() * (1.0 + 4.0 * crowd * (1.0 + longest)))
    }

    /// In widths, how far stand-ins may put a step off: nothing but rounding where the weight is a
    /// polynomial up to its edge.
    fn off_by_stand_ins(&self) -> f64 {
        match self.shift.weight {
            Weight::Triangular(_) => self.step_accuracy() / 2.0,
            _ => 0.0,
        }
    }

    /// What polynomials may be off by, as a share of the weights that they stand for.
    ///
    /// Where the sum of the weights and, in widths, each coordinate of that of the weighted offsets
    /// are off by a share ε of the weights, a step of at most 1 is off by (1 + √d) ε / (1 − ε).
    pub(super) fn stand_in_share(&self) -> f64 {
        self.off_by_stand_ins() / 3.0
    }

    /// In widths, what is lost where a Gaussian is cut off.
    fn off_by_cut(&self) -> f64 {
        match self.shift.weight {
            Weight::Gaussian(_) => self.step_accuracy() / 2.0,
            _ => 0.0,
        }
    }
}

/// Points at random, of `n` in all, in widths.
struct Sample {
    points: Array2<f64>,
    n: usize,
}

impl Sample {
    fn new(x: &Array2<f64>, width: f64) -> Self {
        let n = x.nrows();
        let points = if n <= SAMPLE {
            x / width
        } else {
            let rows = Generator::new(0).rand_f64(SAMPLE).mapv(|u| (u * n as f64) as usize);
            x.select(Axis(0), &rows.to_vec()) / width
        };
        Self { points, n }
    }

    /// How many of all points are within a radius of one, in the mean.
    fn points_within(&self, radius: f64) -> Result<f64> {
        let others = (self.points.nrows().max(2) - 1) as f64;
        let asked = self.points.slice(s![..COUNTED.min(self.points.nrows()), ..]).to_owned();
        if asked.is_empty() {
            return Ok(0.0);
        }
        let counts = KdTree::new(&self.points)?.count_within(&asked, radius)?;
        let mean = counts.mapv(|count| (count - 1) as f64).mean().unwrap_or_default();
        Ok(1.0 + mean / others * (self.n - 1) as f64)
    }

    /// How many cells of a side have points, by Chao's estimate (1984) from those that one and those
    /// that two points of the sample are in.
    fn occupied(&self, side: f64) -> f64 {
        let Some(cells) = CellList::new(&self.points, side) else { return self.n as f64 };
        let sizes: Vec<usize> = cells.occupied().map(|points| points.len()).collect();
        let of_size = |size: usize| sizes.iter().filter(|&&other| other == size).count() as f64;
        if self.points.nrows() == self.n {
            return sizes.len() as f64;
        }
        let unseen = of_size(1).powi(2) / (2.0 * of_size(2).max(0.5));
        (sizes.len() as f64 + unseen).min(self.n as f64)
    }
}
