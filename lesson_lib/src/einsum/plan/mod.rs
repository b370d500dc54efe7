//! Which arrays meet when: the order of the contractions, and what each one does.

mod contraction;
mod order;
mod path;

pub(super) use contraction::{Contraction, Method, Roles, contractions};
pub use order::Strategy;
pub use path::{Path, PathStep, path, path_with};
