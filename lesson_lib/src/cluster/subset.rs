//! Some rows at random, where all pairs of all rows would be too many.

use crate::random::Generator;

/// All rows up to `most` of them; of more, `most` drawn at random, the same at every call.
pub(super) fn subset(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    Generator::new(0).randperm(n).to_vec()[..most].to_vec()
}
