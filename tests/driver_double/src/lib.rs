//! A double of NVIDIA's libraries for tests: no GPU, but the documented rules.
//!
//! The library is loaded under the names of the driver (`libcuda`), the run-time compiler (`libnvrtc`)
//! and cuBLAS. It has the functions that the course calls and no others, with the host's memory behind
//! them, and notes every rule that a call breaks: its order, its thread's context, its handles, sizes,
//! alignments and lifetimes. Work that is put on a stream is done as late as it may be. A test asks
//! for the notes through [`Double`], and for answers that a sound driver seldom gives.
//!
//! | part | what it does |
//! |---|---|
//! | `rules` | what is known of the calls so far: memory, streams, modules |
//! | `device`, `memory`, `stream`, `module` | the driver's functions |
//! | `nvrtc`, `cublas` | those of the two other libraries |
//! | `codes`, `host`, `interface` | the driver's error codes; the host's memory; who runs kernels |
//! | `control` | the test's side |

#![cfg(target_os = "linux")]

mod codes;
mod control;
mod cublas;
mod device;
mod host;
mod interface;
mod memory;
mod module;
mod nvrtc;
mod rules;
mod stream;
#[cfg(test)]
mod tests;

pub use codes::{documented, is_sticky};
pub use control::{Double, Report};
pub use interface::KernelLaunch;
