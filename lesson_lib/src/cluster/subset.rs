//! A random sample of the rows, where the pairs of all rows would be too many.

use crate::random::Generator;

/// Up to this many rows, all pairs are compared.
pub(super) const EXACT: usize = 20_000;

/// All of `n` rows, or [`EXACT`] of them drawn at random where there are more; the same at every
/// call.
pub(super) fn subset(n: usize) -> Vec<usize> {
    if n <= EXACT {
        return (0..n).collect();
    }
    Generator::new(0).randperm(n).to_vec()[..EXACT].to_vec()
}
