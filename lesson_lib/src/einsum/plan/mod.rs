//! Which arrays are contracted, and in what order.
//!
//! `order` chooses the pairs, by a [`Strategy`]. `contraction` says for each pair which axes its
//! result has, what happens to every label, and so which method suits it; `execute` takes another for very thin
//! matrices, and for integers. `path` shows all of
//! this as a table, with the work of each step.

mod contraction;
mod order;
mod path;

pub(super) use contraction::{Contraction, Method, Roles, contractions};
pub use order::Strategy;
pub use path::{Path, PathStep, path, path_with};
