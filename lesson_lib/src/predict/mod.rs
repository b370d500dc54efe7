//! Predictions: a bet on one of several answers before a cell runs, and which of them came true.
//!
//! A notebook asks a question whose answers have letters. In the cell below it the learner puts a
//! letter into [`bet`]; then a cell runs; then [`reveal`] tells which answer holds, computed from what
//! has just run, and why each of the others was tempting.
//!
//! | file of the learner's folder | holds |
//! |---|---|
//! | `predictions.txt` | a line for each prediction, the first bet on it: `2026-11-30 02-rows b, it was a` |
//!
//! Only a cell of a notebook that lies in that folder writes it. `tools/course/predictions.py` reads
//! it for `make progress` and the welcome page.

mod bet;
mod record;
mod reveal;

pub use bet::{Bet, bet};
pub(crate) use record::tally;
pub use reveal::{Revealed, reveal};
