//! Where kernels run: NVIDIA GPUs, and the CPU from the same source.
//!
//! | part | what it does |
//! |---|---|
//! | [`launch_kernel`] | the idea, before any CUDA: a function called for every cell |
//! | [`Device`] | a GPU or the processor; compiles kernels, holds buffers |
//! | [`Buffer`] | an array in the device's memory |
//! | [`Source`] | CUDA C, from a string or a file |
//! | [`Module`], [`Kernel`] | what was compiled; a kernel knows its [`Signature`] |
//! | [`Launch`] | how many threads, in what blocks |
//! | [`nvrtc`] | what resources a kernel needs on a GPU, even where there is none |
//!
//! Behind them: `signature` and `argument` check a launch against the kernel's text, `launch` against
//! the device's limits, and each backend (`cpu`, `cuda`, both behind `backend`) what only it can know.
//! The methods of [`Device`] stand with what they make: `buffer`, `kernel`, `kernel_file`, `product`.

mod argument;
mod backend;
mod buffer;
mod compiled;
mod cpu;
mod cuda;
mod element;
mod handle;
mod kernel;
mod kernel_file;
mod launch;
mod launch_kernel;
mod lexer;
mod product;
mod properties;
mod record;
mod signature;
mod source;

pub use argument::{Argument, Arguments, IntoArgument};
pub use backend::{MemoryInfo, Resources};
pub use buffer::{Buffer, BufferView};
pub use cuda::nvrtc;
pub use element::{Element, Scalar};
pub use handle::Device;
pub use kernel::{Kernel, Module};
pub use launch::{Extent, Launch};
pub use launch_kernel::{launch_kernel, launch_kernel_parallel};
pub use properties::{Kind, Properties};
pub use record::{Event, Recording, Step};
pub use signature::{Parameter, Passing, Signature, Size};
pub use source::Source;

use launch::Grid;
