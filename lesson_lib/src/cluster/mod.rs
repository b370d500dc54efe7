//! Clustering: finding the groups in a cloud of points.
//!
//! Points are the rows of `x: (n, d)`, in `f32` or `f64`.
//!
//! | question | answer |
//! |---|---|
//! | where does every point climb to? | [`mean_shift`] |
//! | which of `k` centres is nearest, and where do these belong? | [`kmeans`] |
//! | which points are crowded together, and which are noise? | [`dbscan`] |
//! | which points ended in the same place? | [`labels`] |
//! | how wide should the weight be? | [`bandwidth`] |
//! | how far apart are two points? | [`norm`] of their difference |
//! | are the clusters well separated? | [`silhouette`] |
//! | are they the true ones? | [`accuracy`], [`adjusted_rand_index`] |

mod agreement;
pub mod bandwidth;
pub mod dbscan;
pub mod kmeans;
mod labels;
mod matching;
pub mod mean_shift;
mod moves;
mod norm;
mod pairs;
mod sets;
mod silhouette;
mod subset;
mod weight;

pub use crate::points::Float;
pub use agreement::{accuracy, adjusted_rand_index};
pub use labels::labels;
pub use norm::norm;
pub use silhouette::silhouette;
