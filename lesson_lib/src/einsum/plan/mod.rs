//! Which arrays are contracted, and in what order.
//!
//! | file | what it holds |
//! |---|---|
//! | `order` | which pairs meet, by a [`Strategy`] |
//! | `contraction` | for each pair the axes of its result, the role of every label, and so the method that suits it |
//! | `path` | all of this as a table, with the work of each step |
//!
//! `execute` takes another method for very thin matrices and for integers.

mod contraction;
mod order;
mod path;

pub(super) use contraction::{Contraction, Method, Roles, contractions};
pub use order::Strategy;
pub use path::{Path, PathStep, path, path_with};
