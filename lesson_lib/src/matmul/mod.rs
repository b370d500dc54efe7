//! Matrix multiplication, one function for each step of the lesson on the host, then on a device.
//!
//! Every function takes `a: (m, k)` and `b: (k, n)`, whether owned arrays or views with any
//! strides, and returns `c: (m, n)` with `c[i, j] = Σ_k a[i, k] · b[k, j]`.
//!
//! | step of the lesson | function |
//! |---|---|
//! | three nested loops | [`loops`] |
//! | two loops around a dot product | [`row_dot_column`] |
//! | one loop, a row broadcast over the whole of `b` | [`broadcast_rows`] |
//! | no loop: every product at once, then a sum | [`broadcast_all`] |
//! | the array library's own product | [`library`] |
//! | vector instructions on every core | [`parallel`](fn@parallel) |
//!
//! [`Version`] lists them, and tests, benchmark and notebook all show that list;
//! [`KernelVersion`] lists the kernels that continue it on a [`device`](crate::device).

mod device;
mod ladder;
mod operands;
mod parallel;
#[cfg(test)]
mod tests;
mod version;

pub use device::{KERNEL_VERSIONS, KernelVersion};
pub use ladder::{broadcast_all, broadcast_rows, library, loops, row_dot_column};
pub use parallel::{Real, parallel};
pub use version::{VERSIONS, Version};
