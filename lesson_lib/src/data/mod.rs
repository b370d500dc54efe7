//! The lesson's data: its points, and handwritten digits.

mod blobs;
mod digits;
mod drawn;
mod mnist;
mod sheet;

pub use blobs::{Blobs, blobs, lesson_blobs};
pub use digits::{Digits, handwritten_digits};
pub use drawn::drawn_digits;
pub use mnist::{Fetched, Locations, Mnist, RemoteFile, Source, mnist};
