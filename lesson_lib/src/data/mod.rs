//! The lesson's data: its points, and handwritten digits.

mod blobs;

pub use blobs::{Blobs, blobs, lesson_blobs};
