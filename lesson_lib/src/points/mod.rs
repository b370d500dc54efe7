//! What all algorithms on points share: the numbers that they are made of, and the box around them.

mod bounding_box;
mod finite;
mod float;
mod mapped;

pub(crate) use bounding_box::{BoundingBox, side, sides};
pub(crate) use finite::not_finite;
pub use float::Float;
pub(crate) use mapped::mapped;
