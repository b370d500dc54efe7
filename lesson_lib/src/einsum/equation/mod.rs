//! What an equation says: its letters, and the size of each.
//!
//! `parse` reads the terms from the text, each letter with its place. `bind` numbers the letters,
//! and the axes that `...` stands for, as `label`s, and gives each label its size from the shapes
//! of the operands. `errors` phrases the error messages of both.

mod bind;
mod errors;
mod label;
mod parse;

pub(super) use bind::Binding;
pub(super) use label::{Label, LabelSet, MAX_LABELS, Name};
pub use parse::{Equation, Subscript, Symbol, Term};
