//! Mean shift: every point moves to the weighted mean of the points around it.

mod device;
mod weight;

pub use device::{KERNEL_VERSIONS, KernelVersion};
pub use weight::Weight;
