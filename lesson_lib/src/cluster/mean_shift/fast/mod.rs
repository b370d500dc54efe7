//! Mean shift that does not look at all pairs of points, and comes to the same result.
//!
//! [`MeanShift::fast`](super::MeanShift::fast) is the way in:
//!
//! ```
//! use lesson_lib::{cluster::mean_shift::{MeanShift, Weight}, data};
//! let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
//! let shift = MeanShift::new(Weight::Epanechnikov(8.0)).iterations(5);
//! let apart = shift.fast().run(&x)?.points - shift.run(&x)?.points;
//! assert!(apart.iter().all(|difference| difference.abs() < 8e-6)); // a millionth of the radius
//! # Ok::<(), lesson_lib::Error>(())
//! ```
//!
//! "Only the closest points" is not enough: with a weight of a given width, a share of all points is
//! within reach of each, so that ten times as many points are still a hundred times as much work.
//! What helps is to know the sum over many points at once. How that can be known depends on the
//! weight, and so does the [`FastEngine`]; a [`FastPlan`] says which one is taken, and why.
//!
//! | file | what it holds |
//! |---|---|
//! | `settings` | what a caller chooses |
//! | `engine` | the engines, by name |
//! | `plan` | which of them, and why |
//! | `run` | the loop over iterations |
//! | `cloud` | the points between iterations |
//! | `boxes` | `NearPairs`, `Moments` and `Multipole`: boxes of points that ask boxes of points |
//! | `interpolation` | `Interpolation`: a Gaussian as Chebyshev series |
//!
//! In many dimensions no such speed-up can exist (Alman and Guan, *Finer-grained hardness of kernel
//! density estimation*, 2024): this is for one to three coordinates.

mod boxes;
mod cloud;
mod device;
mod engine;
mod interpolation;
mod plan;
mod run;
mod settings;
#[cfg(test)]
mod tests;

pub use engine::FastEngine;
pub use plan::FastPlan;
pub use settings::FastMeanShift;
