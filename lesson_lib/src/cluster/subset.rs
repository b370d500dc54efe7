//! Some rows at random, where all pairs of all rows would be too many.

use crate::random::Generator;

/// The most rows of which every pair is compared.
pub(super) const EXACT: usize = 20_000;

/// All of `n` rows up to [`EXACT`]; of more, so many drawn at random, the same at every call.
pub(super) fn subset(n: usize) -> Vec<usize> {
    if n <= EXACT {
        return (0..n).collect();
    }
    Generator::new(0).randperm(n).to_vec()[..EXACT].to_vec()
}
