//! Mean shift: every point moves to the weighted mean of the points around it.
//!
//! Points that climb the same hill of density meet at its top: they are a cluster. The number of
//! clusters is a result, not a setting; the setting is the width of the [`Weight`].
//!
//! The data itself moves here, as in the lesson: an iteration sees the points where the last one
//! left them (*blurring* mean shift). From every row `x[i]: (d)`,
//!
//! ```text
//! x[i] ← x[i] + step · (Σⱼ w(‖x[j] − x[i]‖) x[j] / Σⱼ w(‖x[j] − x[i]‖) − x[i])
//! ```
//!
//! This is all of it. All else in this module computes the same, only faster, but for `sample` and
//! `sorted`, which are approximations:
//!
//! ```
//! # use lesson_lib::cluster::mean_shift::{MeanShift, Weight};
//! # use lesson_lib::{data, ndarray::{Array1, Array2}};
#![doc = include_str!("plain.rs")]
//! let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
//! let mut expected = x.clone();
//! plain_iteration(&mut expected, Weight::Gaussian(2.5), 500, 1.0);
//! let run = MeanShift::new(Weight::Gaussian(2.5)).batches(500).iterations(1).run(&x)?;
//! assert!((run.points - expected).iter().all(|error| error.abs() < 1e-9));
//! # Ok::<(), lesson_lib::Error>(())
//! ```
//!
//! | above | in the library |
//! |---|---|
//! | `batch`, `step` | [`MeanShift::batches`], [`MeanShift::step`] |
//! | the loop over batches | `Iteration::advance` |
//! | one batch, which sees only what stood there before | `Iteration::move_batch` |
//! | one row: `mean − x[i]`, times `step` | `Iteration::move_row` |
//! | `seen` | `pairs::PackedPoints`, where a batch is written when all of it has moved |
//! | `sum`, and `weighted − sum · x[i]` | `PackedPoints::weighted_sums` |
//! | `weight.at` | `pairs::Profile`, a formula in the square of the distance |
//!
//! `settings` holds what a caller chooses, `run` the loop over iterations, `iteration` one of them.
//! `schedule` says in which order rows move and which rows each of them sees; `sample` and `sorted`
//! choose fewer than all. `device` does the same with kernels.
//!
//! | what | how | source |
//! |---|---|---|
//! | the first mean shift, flat weights | `Weight::Flat` | Fukunaga and Hostetler, *The estimation of the gradient of a density function*, 1975 |
//! | other weights; the data moves (blurring) or its copies climb | [`Weight`] | Cheng, *Mean shift, mode seeking, and clustering*, 1995 |
//! | copies climb over data that stays; proof that they arrive | scikit-learn's `MeanShift` | Comaniciu and Meer, *Mean shift: a robust approach toward feature space analysis*, 2002 |
//! | blurring with a Gaussian: cubic convergence; when to stop | [`MeanShift::simultaneous`], [`MeanShift::tolerance`] | Carreira-Perpiñán, *Fast nonparametric clustering with Gaussian blurring mean-shift*, 2006 |
//! | one row after another, each sees the rows already moved | [`MeanShift::in_place`] | the lesson's `one_update` |
//! | batches, each sees those already moved | [`MeanShift::batches`] | the lesson's batched `meanshift` |
//! | a slower step | [`MeanShift::step`] | the course's forum |
//! | only some points, at random | [`MeanShift::sample`] | the course's forum |
//! | only points about as far from the origin | [`MeanShift::sorted`], [`MeanShift::sorted_as_posted`] | the course's forum |
//!
//! [`MeanShift::run_on`] moves the points on a [`device`](crate::device); [`KernelVersion`] lists the
//! kernels. An iteration looks at all n² pairs of points, except with `sample` and `sorted`; and
//! except with [`MeanShift::fast`], which comes to the same result without.

mod device;
pub mod fast;
mod iteration;
mod near;
mod run;
mod sample;
mod schedule;
mod settings;
mod sorted;
#[cfg(test)]
mod tests;

pub use super::weight::Weight;
pub use device::{KERNEL_VERSIONS, KernelVersion};
pub use run::{Observer, Precompiled, Shifted};
pub use settings::MeanShift;
