//! Sums over all points as seen from one of them, with vector instructions.
//!
//! From a point `q`, every point `p` counts with a weight that depends on the distance alone. The
//! sums are `Σ w` and `Σ w·(p − q)`. The differences are summed and not the coordinates: far from
//! the origin they are small numbers, and so are their rounding errors.

mod inner_loop;
mod packed;
mod profile;
mod query;
mod simd_float;
mod sums;
mod unit;

#[cfg(test)]
mod tests;

pub(super) use inner_loop::InnerLoops;
pub(super) use packed::{ONE_THREAD, PackedPoints, Threads};
pub(super) use profile::Profile;
pub(super) use query::Query;
pub(super) use unit::Unit;
