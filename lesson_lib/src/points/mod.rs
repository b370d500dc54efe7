//! What all algorithms on points share: the numbers that they are made of, and the box around them.

mod bounding_box;
mod finite;
mod float;

pub(crate) use bounding_box::{BoundingBox, side, sides};
pub(crate) use finite::not_finite;
pub use float::Float;
