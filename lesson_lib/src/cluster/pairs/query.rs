//! The question that the inner loops answer.

use super::profile::Profile;
use std::ops::Range;

/// From where to look, at which points, and what each of them counts.
#[derive(Clone)]
pub(in super::super) struct Query<'a, T> {
    pub(in super::super) profile: Profile<T>,
    /// The point from which distances are measured: `(d)`.
    pub(in super::super) from: &'a [T],
    /// The positions of the points that count.
    pub(in super::super) range: Range<usize>,
}
