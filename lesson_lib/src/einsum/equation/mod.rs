//! What an equation says: its letters, read from the text, and the size of each, from the shapes
//! of the operands.

mod bind;
mod errors;
mod label;
mod parse;

pub(super) use bind::Binding;
pub(super) use label::{Label, LabelSet, MAX_LABELS, Name};
pub use parse::{Equation, Subscript, Symbol, Term};
