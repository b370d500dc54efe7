//! Linear algebra beyond products: the singular value decomposition.
//!
//! | to do | write |
//! |---|---|
//! | take a matrix apart | `let svd = linalg::svd(&a)?` |
//! | keep its `k` strongest parts | `let small = svd.rank(k)?` |
//! | put it together again | `small.product()` |

mod decompose;
mod factors;
mod solver;

#[cfg(test)]
mod tests;

pub use decompose::{Decomposable, svd};
pub use factors::Svd;
