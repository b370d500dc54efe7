//! Iteration after iteration.

use super::boxes::BoxEngine;
use super::cloud::Cloud;
use super::engine::FastEngine;
use super::interpolation::Interpolation;
use super::plan::FastPlan;
use super::settings::FastMeanShift;
use crate::cluster::Float;
use crate::cluster::mean_shift::run::{Shifted, left_the_range};
use crate::cluster::mean_shift::settings::NAME;
use crate::cluster::pairs::Unit;
use crate::points::mapped;
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView2};
use rayon::prelude::*;

/// The most coordinates for which boxes are cut.
const MOST_COORDINATES: usize = 3;

/// Points that one thread moves at a time.
const TASK: usize = 1 << 12;

/// Computes the steps of all points, which it may sort: `(m, d)`.
type Steps = dyn FnMut(&mut Cloud) -> Vec<f64>;

type Observer<'a> = dyn FnMut(usize, ArrayView2<f64>) + 'a;

impl FastMeanShift {
    /// Moves the rows of `x: (n, d)`, with `d` from 1 to 3, `f32` or `f64`.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is out of range, if rows are to move one after the other, in
    /// batches, or seeing only some, if the engine does not go with the weight, if a coordinate is
    /// not finite or if the points run away; [`Error::Shape`] if the points have no coordinates, or
    /// more than three. An empty `x` is not an error.
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, random::Generator};
    /// let x = Generator::new(1).randn((100_000, 2)) * 10.0;
    /// let run = MeanShift::new(Weight::Gaussian(2.0)).iterations(2).fast().run(&x)?;
    /// assert_eq!(run.points.dim(), (100_000, 2));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run<T: Float>(&self, x: &ArrayRef2<T>) -> Result<Shifted<T>> {
        Ok(rounded(self.shift_points(T::to_f64_array(x), None, None)?))
    }

    /// [`run`](Self::run) for rows that each count as often as `counts: (n)` says: 2 is as good as
    /// the row twice, 0.5 as every other row counting double.
    ///
    /// Rows that are there many times, such as the colours of a picture, move but once so.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Error::Shape`] if there are not as many counts as rows,
    /// [`Error::Argument`] if one is not above 0, or not finite.
    ///
    /// ```
    /// use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, ndarray::array};
    /// let shift = MeanShift::new(Weight::Gaussian(1.0)).iterations(1).fast();
    /// let counted = shift.run_counted(&array![[0.0_f64], [1.0]], &array![1.0, 3.0])?.points;
    /// let repeated = shift.run(&array![[0.0], [1.0], [1.0], [1.0]])?.points;
    /// assert!((counted[(0, 0)] - repeated[(0, 0)]).abs() < 1e-12);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_counted<T: Float>(
        &self,
        x: &ArrayRef2<T>,
        counts: &ArrayRef1<f64>,
    ) -> Result<Shifted<T>> {
        check_counts(x.shape(), counts)?;
        Ok(rounded(self.shift_points(T::to_f64_array(x), Some(counts.to_vec()), None)?))
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
    ///     .fast()
    ///     .observe(&array![[0.0, 0.0], [1.0, 1.0]], |_, points| frames.push(points.to_owned()))?;
    /// assert_eq!(frames.len(), 6);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn observe<T: Float>(
        &self,
        x: &ArrayRef2<T>,
        mut observer: impl FnMut(usize, ArrayView2<f64>),
    ) -> Result<Shifted<T>> {
        Ok(rounded(self.shift_points(T::to_f64_array(x), None, Some(&mut observer))?))
    }

    /// The engine that [`run`](Self::run) takes for these points, and why.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn plan<T: Float>(&self, x: &ArrayRef2<T>) -> Result<FastPlan> {
        let x = T::to_f64_array(x);
        let unit = self.checked(&x)?;
        let scaled = unit.apply(&x);
        self.plan_for(&scaled, self.shift.weight.width() * unit.scale, scaled.nrows() as f64)
    }

    /// The unit for points that can be moved.
    fn checked(&self, x: &Array2<f64>) -> Result<Unit> {
        self.check()?;
        let unit = Unit::new(NAME, x, self.shift.weight.width())?;
        if x.ncols() > MOST_COORDINATES {
            let help = "`fast` takes up to three coordinates: leave it away";
            return Err(Error::shape(NAME, [x.shape()], help));
        }
        if x.nrows() >= u32::MAX as usize {
            let problem = format!("{} points are more than 2³² − 2: move fewer", x.nrows());
            return Err(Error::argument(NAME, problem));
        }
        Ok(unit)
    }

    fn shift_points(
        &self,
        x: Array2<f64>,
        counts: Option<Vec<f64>>,
        mut observer: Option<&mut Observer>,
    ) -> Result<Shifted<f64>> {
        let unit = self.checked(&x)?;
        let scaled = unit.apply(&x);
        let counts = counts.unwrap_or_else(|| vec![1.0; scaled.nrows()]);
        let mut steps = self.steps(&scaled, &counts, unit.scale)?;
        let mut cloud = Cloud::new(scaled, counts);
        let (mut largest_moves, mut converged) = (Vec::new(), false);
        let points = |cloud: &Cloud| {
            let mut points = cloud.in_order();
            unit.undo(&mut points);
            points
        };
        let mut show = |number: usize, cloud: &Cloud| {
            if let Some(observer) = &mut observer {
                observer(number, points(cloud).view());
            }
        };
        show(0, &cloud);
        while largest_moves.len() < self.shift.limit() && !(converged && self.shift.stops_early()) {
            let step = steps(&mut cloud);
            let largest = move_by(&mut cloud, &step, self.shift.step);
            let number = largest_moves.len() + 1;
            let largest = largest.ok_or_else(|| left_the_range(&self.shift, number))? / unit.scale;
            converged = largest <= self.shift.convergence_distance();
            largest_moves.push(largest);
            show(number, &cloud);
        }
        let iterations = largest_moves.len();
        Ok(Shifted { points: points(&cloud), iterations, largest_moves, converged })
    }

    /// What computes the steps of points in a unit of `scale`, by the plan for them.
    fn steps(&self, x: &Array2<f64>, counts: &[f64], scale: f64) -> Result<Box<Steps>> {
        let weight = self.shift.weight.scaled(scale);
        let width = weight.width();
        let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
        let crowd = counts.iter().sum::<f64>() / least;
        let plan = self.plan_for(x, width, crowd)?;
        let (radius, merged) = (plan.reach * width, self.merged(x.ncols(), crowd) * width);
        Ok(match (plan.engine, plan.choice) {
            (FastEngine::Interpolation, Some(choice)) => {
                let engine = Interpolation::new(choice, width);
                Box::new(move |cloud| engine.steps(cloud))
            }
            (FastEngine::Moments, _) => {
                let mut engine = BoxEngine::moments(weight, merged);
                Box::new(move |cloud| engine.steps(cloud))
            }
            (FastEngine::Multipole, _) => {
                let mut engine = BoxEngine::multipole(weight, self.stand_in_share(), merged);
                Box::new(move |cloud| engine.steps(cloud))
            }
            _ => {
                let mut engine = BoxEngine::near_pairs(weight, radius, merged);
                Box::new(move |cloud| engine.steps(cloud))
            }
        })
    }
}

/// Refuses counts that points cannot have.
fn check_counts(shape: &[usize], counts: &ArrayRef1<f64>) -> Result<()> {
    if counts.len() != shape[0] {
        let help = "a row counts as often as its count says: give as many counts as rows";
        return Err(Error::shape(NAME, [shape, counts.shape()], help));
    }
    let wrong = |count: f64| !(count > 0.0 && count.is_finite());
    match counts.iter().position(|&count| wrong(count)) {
        Some(row) => {
            let count = counts[row];
            let problem = format!(
                "row {row} cannot count {count} times: counts are finite and above 0; leave rows away that do not count"
            );
            Err(Error::argument(NAME, problem))
        }
        None => Ok(()),
    }
}

/// In the type of the data.
fn rounded<T: Float>(shifted: Shifted<f64>) -> Shifted<T> {
    let Shifted { points, iterations, largest_moves, converged } = shifted;
    Shifted { points: mapped(&points, T::from_f64), iterations, largest_moves, converged }
}

/// Moves each point by a share of its step; returns the largest move, or `None` if a point left the
/// range of the numbers.
fn move_by(cloud: &mut Cloud, steps: &[f64], share: f64) -> Option<f64> {
    let d = cloud.points.ncols();
    let points = cloud.points.as_slice_mut().expect("rows one after another");
    let tasks = points.par_chunks_mut(TASK * d).zip(steps.par_chunks(TASK * d));
    let largest = tasks.map(|(points, steps)| {
        let points = points.chunks_exact_mut(d).zip(steps.chunks_exact(d));
        points
            .map(|(point, step)| move_point(point, step, share))
            .try_fold(0.0_f64, |a, b| b.is_finite().then_some(a.max(b)))
    });
    largest.try_reduce(|| 0.0, |a, b| Some(a.max(b))).map(f64::sqrt)
}

/// Moves a point; returns the square of the distance.
fn move_point(point: &mut [f64], step: &[f64], share: f64) -> f64 {
    let mut squared = 0.0;
    for (coordinate, step) in point.iter_mut().zip(step) {
        let (before, by) = (*coordinate, share * step);
        *coordinate += by;
        // Far from the origin, rounding swallows small steps: nothing has moved then.
        if *coordinate != before {
            squared += by * by;
        }
    }
    if point.iter().all(|coordinate| coordinate.is_finite()) { squared } else { f64::INFINITY }
}
