//! The numbers that the fast step multiplies.

use super::microkernel::Microkernels;

/// A number with vector instructions of its own: `f32` or `f64`.
pub trait Real: Microkernels + Send + Sync {}

impl Real for f32 {}
impl Real for f64 {}
