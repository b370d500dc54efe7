//! What a notebook imports: `use lesson_lib::prelude::*;`.

pub use crate::device::{Buffer, Device, Launch, Source, launch_kernel, launch_kernel_parallel};
pub use crate::error::{Error, Result};
pub use crate::plot::{self, Animation, ColorMap, Figure, animate};
pub use crate::progress::progress;
pub use crate::random::{self, Generator, MultivariateNormal, WichmannHill};
pub use crate::show::{self, PrintOptions, Show, set_printoptions};
pub use crate::timing::{self, Ladder, Plan, Timing, compare};
pub use crate::trace::trace;
pub use crate::{check, data, einsum, matmul};
pub use crate::{show_cell, time, timeit};
pub use ndarray::{self, Zip, concatenate, prelude::*, s, stack};
