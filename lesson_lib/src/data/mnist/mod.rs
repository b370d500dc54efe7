//! MNIST as the lesson has it: 50 000 digits to train on, 10 000 to validate with.

mod download;
mod idx;
mod locations;

pub use download::{Fetched, RemoteFile};
pub use locations::Locations;

use super::digit_set::Mnist;
use crate::Result;

/// The lesson's MNIST: the training set of 60 000 digits, the last 10 000 of which validate.
///
/// The first of these that there is:
/// 1. the folder that the environment variable `LESSON_MNIST_DIR` names: it, or a folder up to two
///    levels below it, holds the training images and labels as published, compressed or not;
/// 2. the course's cache folder (`LESSON_CACHE`, else `lesson12-rs` in the user's cache folder);
/// 3. a download into that folder, 10 MB, checked by SHA-256; not tried where `LESSON_OFFLINE` is
///    set, and not tried again in a process in which no mirror answered;
/// 4. [`drawn_digits`](super::drawn_digits) of the same shapes: real handwriting, but not the
///    lesson's numbers. Print `source` to see which it was.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) names a file that is not what it should be. A bad file in
/// the cache is renamed, so that the next call downloads it again; nothing is overwritten.
///
/// ```no_run
/// let mnist = lesson_lib::data::mnist()?;
/// println!("{}", mnist.source);
/// assert_eq!(mnist.x_train.dim(), (50_000, 784));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn mnist() -> Result<Mnist> {
    Locations::from_env().load()
}
