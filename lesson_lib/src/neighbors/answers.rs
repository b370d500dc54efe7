//! What a search finds.

use super::checks::check_pairs;
use super::list_writer::{ListPlace, ListWriter};
use crate::show::Show;
use crate::{Error, Result, text};
use ndarray::{Array1, Array2};
use std::collections::BTreeSet;

/// The neighbours of each of `m` queries, by their rows.
///
/// ```
/// use lesson_lib::{ndarray::array, neighbors::{AllPairs, Neighbors}};
/// let x = array![[0.0], [1.0], [9.0]];
/// let lists = AllPairs::new(&x)?.within(&x, 2.0)?;
/// assert_eq!(lists.of(0).collect::<Vec<_>>(), [0, 1]);
/// assert_eq!((lists.len(), lists.pairs()), (3, 5));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NeighborLists {
    /// The rows, four bytes each, because there may be hundreds of millions.
    blocks: Vec<Vec<u32>>,
    /// Where each list stands: `(m)`.
    places: Vec<ListPlace>,
}

impl NeighborLists {
    /// The lists of `len` queries, each of which one of the writers has written.
    pub(super) fn new(len: usize, written: Vec<ListWriter>) -> Self {
        let mut lists = Self { blocks: Vec::new(), places: vec![ListPlace::default(); len] };
        for ListWriter { blocks, places } in written {
            let before = lists.blocks.len() as u32;
            lists.blocks.extend(blocks);
            for (query, place) in places {
                lists.places[query] = ListPlace { block: before + place.block, ..place };
            }
        }
        lists
    }

    /// Lists of these lengths, one behind the other.
    pub(super) fn in_a_row(lengths: &Array1<usize>, rows: Vec<u32>) -> Self {
        let places = lengths.iter().scan(0, |end, &len| {
            let start = *end;
            *end += len;
            Some(ListPlace { block: 0, len: len as u32, start })
        });
        Self { places: places.collect(), blocks: vec![rows] }
    }

    /// The number of lists: that of the queries.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there were no queries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of one query's neighbours, from the lowest up.
    ///
    /// # Panics
    /// If there is no such query.
    pub fn of(&self, query: usize) -> impl ExactSizeIterator<Item = usize> {
        self.rows_of(query).iter().map(|&row| row as usize)
    }

    /// How many neighbours each query has: `(m)`.
    pub fn counts(&self) -> Array1<usize> {
        self.places.iter().map(|place| place.len as usize).collect()
    }

    /// How many pairs of a query and a neighbour there are.
    pub fn pairs(&self) -> usize {
        self.places.iter().map(|place| place.len as usize).sum()
    }

    /// The share of the neighbours of `exact` that are in these lists too: 1 for an exact search.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many lists; [`Error::Argument`] if `exact` has no
    /// neighbours.
    pub fn recall(&self, exact: &Self) -> Result<f64> {
        const NAME: &str = "recall";
        if self.len() != exact.len() {
            let help = "both must answer the same queries";
            return Err(Error::shape(NAME, [&[self.len()][..], &[exact.len()]], help));
        }
        let pairs = check_pairs(NAME, exact.pairs() as f64)?;
        let found = |query: usize| {
            let rows = self.rows_of(query);
            exact.rows_of(query).iter().filter(|row| rows.binary_search(row).is_ok()).count()
        };
        Ok((0..self.len()).map(found).sum::<usize>() as f64 / pairs)
    }

    fn rows_of(&self, query: usize) -> &[u32] {
        let ListPlace { block, len, start } = self.places[query];
        &self.blocks[block as usize][start..][..len as usize]
    }
}

impl PartialEq for NeighborLists {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && (0..self.len()).all(|query| self.rows_of(query) == other.rows_of(query))
    }
}

impl Show for NeighborLists {
    fn text(&self) -> String {
        let (points, pairs) = (text::counted(self.len(), "point"), text::count(self.pairs()));
        let mean = self.pairs() as f64 / self.len().max(1) as f64;
        format!("{points} with {pairs} neighbours, {mean:.1} each")
    }
}

/// The `k` nearest neighbours of each of `m` queries, the nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct NearestNeighbors {
    /// Their rows: `(m, k)`. Where a search that may miss some has found fewer, the rest is `n`,
    /// which is no row.
    pub rows: Array2<usize>,
    /// Their distances: `(m, k)`, infinite for the rest.
    pub distances: Array2<f64>,
}

impl NearestNeighbors {
    /// The share of the neighbours of `exact` that are among these too, query by query: 1 for an
    /// exact search.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many of them; [`Error::Argument`] if there are none.
    pub fn recall(&self, exact: &Self) -> Result<f64> {
        const NAME: &str = "recall";
        if self.rows.dim() != exact.rows.dim() {
            let help = "both must answer the same queries";
            return Err(Error::shape(NAME, [self.rows.shape(), exact.rows.shape()], help));
        }
        let pairs = check_pairs(NAME, exact.rows.len() as f64)?;
        let found = self.rows.rows().into_iter().zip(exact.rows.rows()).map(|(rows, exact)| {
            let rows: BTreeSet<&usize> = rows.iter().collect();
            exact.iter().filter(|row| rows.contains(row)).count()
        });
        Ok(found.sum::<usize>() as f64 / pairs)
    }
}

impl Show for NearestNeighbors {
    fn text(&self) -> String {
        format!("rows: {}\ndistances: {}", self.rows.text(), self.distances.text())
    }
}
