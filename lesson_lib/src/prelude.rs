//! What a notebook imports: `use lesson_lib::prelude::*;`.

pub use crate::error::{Error, Result};
pub use crate::plot::{self, ColorMap, Figure};
pub use ndarray::prelude::*;
