//! What an equation says: its letters, and the size of each.
//!
//! | file | what it holds |
//! |---|---|
//! | `parse` | the text as terms, each letter with its position |
//! | `label` | a number for each letter and for each axis that `...` stands for; sets of them |
//! | `binding` | the equation with the sizes of its labels, taken from the operands' shapes |
//! | `errors` | the messages of both |

mod binding;
mod errors;
mod label;
mod parse;

pub(super) use binding::Binding;
pub(super) use label::{Label, LabelSet, MAX_LABELS, Name};
pub use parse::{Equation, Subscript, Symbol, Term};
