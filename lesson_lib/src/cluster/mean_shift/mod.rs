//! Mean shift: every point moves to the weighted mean of the points around it.
//!
//! Points that climb the same hill of density meet at its top: they are a cluster. The number of
//! clusters comes out and does not go in; what goes in is the width of the [`Weight`].
//!
//! The data itself moves here, as in the lesson: an iteration sees the points where the last one
//! left them (*blurring* mean shift). From every row `x[i]: (d)`,
//!
//! ```text
//! x[i] ← x[i] + step · (Σⱼ w(‖x[j] − x[i]‖) x[j] / Σⱼ w(‖x[j] − x[i]‖) − x[i])
//! ```
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
//! | only points about as far from the origin | [`MeanShift::sorted`] | the course's forum |
//!
//! [`MeanShift::run_on`] moves the points on a [`device`](crate::device); [`KernelVersion`] lists the
//! kernels. All of them look at pairs of points, n² of them in an iteration but for the last two.

mod arrangement;
mod device;
mod iterate;
mod run;
mod sample;
mod settings;
mod sorted;
#[cfg(test)]
mod tests;
mod weight;

pub use device::{KERNEL_VERSIONS, KernelVersion};
pub(super) use run::run;
pub use run::{Observer, Run};
pub use settings::MeanShift;
pub use weight::Weight;
