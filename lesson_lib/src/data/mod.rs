//! The lesson's data: its points and others of known groups, handwritten digits, and pictures; and
//! tables and pictures of the learner's own.

mod blobs;
mod breast_cancer;
mod digit_set;
mod digits;
mod drawn;
mod labelled;
mod landscape;
mod mnist;
mod own_file;
mod picture;
mod shapes;
mod sheet;
mod table;

pub use blobs::{Blobs, blobs, lesson_blobs};
pub use breast_cancer::breast_cancer;
pub use digit_set::{DigitSource, Mnist};
pub use digits::{Digits, handwritten_digits};
pub use drawn::drawn_digits;
pub use labelled::Labelled;
pub use landscape::landscape;
pub use mnist::{Fetched, Locations, RemoteFile, mnist};
pub use picture::{coffee, image};
pub use shapes::{Spread, anisotropic, blobs_about, moons, rings};
pub use table::{Table, csv};
