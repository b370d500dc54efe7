//! The search that misses some.

use super::buckets::Buckets;
use super::checks::checked_points;
use super::collector::Collector;
use super::columns::Columns;
use super::random_projections::RandomProjections;
use super::search::Neighbors;
use crate::Result;
use crate::points::Float;
use ndarray::{Array2, ArrayRef2, s};
use std::hash::{DefaultHasher, Hash, Hasher};

const NAME: &str = "Lsh";

/// Locality-sensitive hashing: a query looks only at points that share a bucket with it.
///
/// The hashes are dealt to some tables. Two points share a bucket of a table if all hashes of that
/// table agree, and are looked at if they share a bucket of any table. So more hashes in a table
/// mean fewer candidates, and more tables mean fewer neighbours that are missed. Distances of
/// candidates are computed, so what is found is right, but not always all of it:
/// [`recall`](super::NeighborLists::recall) says how much, and
/// [`candidate_fraction`](Neighbors::candidate_fraction) at what price. Indyk and Motwani,
/// *Approximate nearest neighbors: towards removing the curse of dimensionality*, 1998.
///
/// ```
/// use lesson_lib::{data, neighbors::{KdTree, Lsh, Neighbors, RandomProjections}, random::Generator};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let hashes = RandomProjections::normal(2, 20, 4.0, &mut Generator::new(1))?;
/// let lsh = Lsh::new(&x, &hashes, 10)?; // 10 tables of 2 hashes
/// let (found, exact) = (lsh.within(&x, 1.0)?, KdTree::new(&x)?.within(&x, 1.0)?);
/// assert!(found.recall(&exact)? > 0.95);
/// assert!(lsh.candidate_fraction(&x, 1.0)? < 0.3);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lsh {
    points: Columns,
    hashes: RandomProjections,
    tables: Vec<Buckets>,
}

impl Lsh {
    /// Puts the rows of `x: (n, d)` into the buckets of `tables` tables, each with its equal share of
    /// the hashes.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if there are no tables, or the hashes cannot be
    /// dealt evenly, or as [`RandomProjections::hash`].
    pub fn new<T: Float>(
        x: &ArrayRef2<T>,
        hashes: &RandomProjections,
        tables: usize,
    ) -> Result<Self> {
        hashes.deal(NAME, x.shape(), tables)?;
        Self::of_checked(&checked_points(NAME, x)?, hashes.clone(), tables)
    }

    fn of_checked(x: &Array2<f64>, hashes: RandomProjections, tables: usize) -> Result<Self> {
        let values = hashes.hash_checked(x)?; // (n, hashes)
        let share = values.ncols() / tables;
        let table = |table: usize| {
            let values = values.slice(s![.., table * share..(table + 1) * share]);
            let keys: Vec<u64> = values.rows().into_iter().map(|row| key(row.iter())).collect();
            Buckets::new(&keys)
        };
        let tables = (0..tables).map(table).collect();
        let points = Columns::new(x, (0..x.nrows() as u32).collect());
        Ok(Self { points, hashes, tables })
    }

    /// The rows that share a bucket with a point, each once.
    fn candidates(&self, from: &[f64]) -> Vec<(u32, u32)> {
        let from = Array2::from_shape_vec((1, from.len()), from.to_vec()).expect("one row");
        // A query beyond all buckets that can be numbered shares none.
        let Ok(values) = self.hashes.hash_checked(&from) else { return Vec::new() };
        let values = values.into_raw_vec_and_offset().0;
        let parts = values.chunks(values.len() / self.tables.len());
        let found = self.tables.iter().zip(parts).flat_map(|(table, part)| {
            table.rows_of(key(part.iter())).iter().map(|&row| (row, row))
        });
        let mut candidates: Vec<(u32, u32)> = found.collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

impl Neighbors for Lsh {
    fn dim(&self) -> (usize, usize) {
        self.points.dim()
    }

    fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        let mut near = Columns::default();
        let candidates = self.candidates(from);
        near.select(&self.points, candidates.iter().map(|&(_, position)| position as usize));
        collector.look(&near, 0..near.dim().0, from);
    }
}

/// One number for the values of a table's hashes. That two lists of values have the same one is so
/// unlikely that it may cost a look in vain.
fn key<'a>(values: impl Iterator<Item = &'a i64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.for_each(|value| value.hash(&mut hasher));
    hasher.finish()
}
