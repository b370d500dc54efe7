//! Clustering: finding the groups in a cloud of points.

mod float;
pub mod mean_shift;

pub use float::Float;
