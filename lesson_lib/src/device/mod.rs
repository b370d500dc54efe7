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
//! | [`device_struct!`](crate::device_struct) | a structure that host and kernels share |
//! | [`nvrtc`] | what resources a kernel needs on a GPU, even where there is none |
//!
//! A source is read before it is compiled: `lexer`, `markers`, `host_words` and `outline` find what it declares, `refusals` and
//! `cub_thrust` what cannot run here, `kernel_text` what its kernels are called, and `headers` and `translation_unit` make
//! the text for a compiler, without the code of the host. The compiler tells the types (`value_type`), and
//! `doubts` which of its warnings are about faults.
//!
//! Then `argument` checks a launch against the kernel's `signature`, `launch` against the device's
//! limits, and each backend (`cpu`, `cuda`, both behind `backend`) what only it can know.
//! The methods of [`Device`] stand with what they make: `buffer`, `kernel`, `kernel_file`, `product`.

mod argument;
mod backend;
mod buffer;
mod compiled;
mod cpu;
mod cub_thrust;
mod cuda;
mod device_struct;
mod doubts;
mod element;
mod handle;
mod headers;
mod host_words;
mod kernel;
mod kernel_file;
mod kernel_text;
mod launch;
mod launch_kernel;
mod lexer;
mod markers;
mod module;
mod outer_variables;
mod outline;
mod product;
mod properties;
mod record;
mod refusals;
mod signature;
mod source;
mod source_place;
mod translation_unit;
mod value_type;

pub use argument::{Argument, Arguments, IntoArgument};
pub use backend::{MemoryInfo, Resources};
pub use buffer::{Buffer, BufferView};
pub use cuda::nvrtc;
pub use device_struct::PlainField;
pub use element::{DeviceValue, Element, Scalar, ValueLayout};
pub use handle::Device;
pub use kernel::Kernel;
pub use kernel_text::Size;
pub use launch::{Extent, Launch};
pub use launch_kernel::{launch_kernel, launch_kernel_parallel};
pub use module::Module;
pub use properties::{Kind, Properties};
pub use record::{Event, Recording, Step};
pub use signature::{Parameter, Passing, Signature};
pub use source::Source;
pub use value_type::ValueType;

use launch::Grid;
