//! What a notebook imports: `use lesson_lib::prelude::*;`.

pub use crate::cluster::mean_shift::{MeanShift, Weight};
pub use crate::device::{Buffer, Device, Launch, Source, launch_kernel, launch_kernel_parallel};
pub use crate::einsum::DeviceEinsum;
pub use crate::error::{Error, Result};
pub use crate::neighbors::{self, Neighbors};
pub use crate::plot::{self, Animation, ColorMap, Figure, animate};
pub use crate::progress::progress;
pub use crate::random::{self, Generator, MultivariateNormal, WichmannHill};
pub use crate::show::{self, PrintOptions, Show, set_printoptions};
pub use crate::timing::{self, Ladder, Plan, Timing, compare};
pub use crate::trace::trace;
pub use crate::uiua::Uiua;
pub use crate::{check, cluster, data, einsum, exercises, linalg, matmul, predict};
pub use crate::{compare, show_cell, time, timeit, vmap};
pub use ndarray::{self, Zip, concatenate, prelude::*, s, stack};
