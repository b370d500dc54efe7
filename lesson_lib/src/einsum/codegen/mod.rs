//! An equation written out as a program: nested loops in Rust to read, a CUDA kernel to run.

mod cuda;
mod explain;

pub use cuda::{GeneratedKernel, codegen};
pub use explain::{Explanation, explain};
