//! Where kernels run.

mod launch_kernel;

pub use launch_kernel::{launch_kernel, launch_kernel_parallel};
