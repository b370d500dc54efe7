//! What a notebook imports: `use lesson_lib::prelude::*;`.

pub use crate::einsum;
pub use crate::error::{Error, Result};
pub use ndarray::prelude::*;
