//! The library behind the course's notebooks.
//!
//! Each module has the name of one idea of the lesson; a notebook imports them all with
//! `use lesson_lib::prelude::*;`.

pub mod check;
pub mod data;
pub mod device;
pub mod einsum;
pub mod error;
pub mod matmul;
pub mod plot;
pub mod prelude;
pub mod random;
mod setup;
pub mod show;
pub mod timing;

pub use error::{Error, Result};
pub use ndarray;
pub use setup::{Setup, setup};
