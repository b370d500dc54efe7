//! Mean shift: every point moves to the weighted mean of the points around it.

mod weight;

pub use weight::Weight;
