//! Sums over all points as seen from one of them, with vector instructions.
//!
//! From a point `q`, every point `p` counts with a weight that depends on the distance alone. What
//! comes back is `Σ w` and `Σ w·(p − q)`. The differences are summed and not the coordinates: far
//! from the origin they are small numbers, and what they lose to rounding is small too.

mod exp2;
mod kernel;
mod points;
mod profile;
mod sums;
mod unit;

#[cfg(test)]
mod tests;

pub(super) use kernel::Kernels;
pub(super) use points::Points;
pub(super) use profile::Profile;
pub(super) use unit::{Unit, sides};
