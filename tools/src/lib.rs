//! The notebook tool: notebooks as programs that are read, checked, compiled and run without Jupyter.
//!
//! | what | module |
//! |---|---|
//! | a notebook file and its cells | [`notebook`], [`lesson`], [`output`] |
//! | the Rust text of one cell | [`cell_code`] |
//! | notebooks as one Cargo package | [`extract`], [`compile`], [`runner`], [`verify`] |
//! | the learner's edition of a notebook | [`student`] |
//! | a bet, and the cell that reveals it | [`prediction`] |
//! | exercises for nbgrader, a notebook each | [`assignment`] |
//! | a copy of a lesson to change | [`copy`] |
//! | a notebook as text, for `git diff` | [`plain`] |
//! | committed against fresh outputs | [`mod@compare`] |
//! | how a run's output is judged | `runner/printed.rs` has the rule; [`runner::problems`] asks it of a compiled run, [`hygiene::judge`] of a run in the kernel |
//! | rules that every notebook keeps | [`hygiene`] |
//! | where things are, what went wrong, the command line | [`course`], [`error`], [`cli`] |
//!
//! This crate knows nothing of the library that the notebooks use, so it builds in seconds and
//! runs anywhere.

pub mod assignment;
pub mod cell_code;
pub mod cli;
pub mod compare;
pub mod compile;
pub mod copy;
pub mod course;
pub mod error;
pub mod extract;
pub mod hygiene;
pub mod lesson;
pub mod notebook;
pub mod output;
pub mod plain;
pub mod prediction;
pub mod runner;
pub mod student;
pub mod verify;

pub use error::{Error, Result};
