//! Rows sorted by a key, where most keys do not occur.

use rayon::prelude::*;

/// The rows of each key that occurs, from the lowest up.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    /// The keys that occur, in their order.
    pub(super) keys: Vec<u64>,
    /// Where the rows of each key begin, and where those of the last one end.
    pub(super) starts: Vec<u32>,
    pub(super) rows: Vec<u32>,
}

impl Buckets {
    /// Sorts the rows by their keys: `(n)`.
    pub(super) fn new(keys: &[u64]) -> Self {
        let numbered = keys.par_iter().enumerate().map(|(row, &key)| (key, row as u32));
        let mut sorted: Vec<(u64, u32)> = numbered.collect();
        sorted.par_sort_unstable();
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        for (position, &(key, _)) in sorted.iter().enumerate() {
            if keys.last() != Some(&key) {
                keys.push(key);
                starts.push(position as u32);
            }
        }
        starts.push(sorted.len() as u32);
        Self { keys, starts, rows: sorted.into_iter().map(|(_, row)| row).collect() }
    }

    /// The rows of a key; none if it does not occur.
    pub(super) fn rows_of(&self, key: u64) -> &[u32] {
        match self.keys.binary_search(&key) {
            Ok(place) => &self.rows[self.starts[place] as usize..self.starts[place + 1] as usize],
            Err(_) => &[],
        }
    }
}
