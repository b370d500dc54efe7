//! Sums over all points as seen from one of them, with vector instructions.
//!
//! From a point `q`, every point `p` counts with a weight that depends on the distance alone. The
//! sums are `Σ w` and `Σ w·(p − q)`. The differences are summed and not the coordinates: far from
//! the origin they are small numbers, and so are their rounding errors.
//!
//! | file | what it holds |
//! |---|---|
//! | `query` | from where to look, at which points, and what each of them counts |
//! | `profile` | what a point counts, as a formula in the square of its distance |
//! | `packed` | the points, laid out for vectors; cuts a query into blocks, for one thread or all |
//! | `inner_loop` | a block's sums, compiled for each set of vector instructions |
//! | `sums` | those sums: a loop for each weight and each small number of coordinates |
//! | `simd_float` | arithmetic that the compiler turns into vector instructions |
//! | `unit` | the unit of length in which squares neither overflow nor vanish |

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
pub(super) use simd_float::SimdFloat;
pub(super) use unit::Unit;
