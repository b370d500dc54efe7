//! DBSCAN by lists of neighbours, from any search.

use super::joined::Joined;
use super::settings::Dbscan;
use crate::cluster::sets::Sets;
use crate::neighbors::{NeighborLists, Neighbors};
use ndarray::{Array2, Axis};

/// Queries whose lists are kept at a time: those of all points might not fit into memory.
const BATCH: usize = 1 << 12;

pub(super) fn join(settings: &Dbscan, x: &Array2<f64>, search: &dyn Neighbors) -> Joined {
    let n = x.nrows();
    let counts = search.counts(x, settings.eps);
    let is_core: Vec<bool> = counts.iter().map(|&count| count >= settings.min_points).collect();
    let core: Vec<usize> = (0..n).filter(|&row| is_core[row]).collect();
    let mut sets = Sets::new(n);
    for (rows, lists) in lists_of(&core, x, search, settings.eps) {
        for (query, &row) in rows.iter().enumerate() {
            lists.of(query).filter(|&near| is_core[near]).for_each(|near| sets.join(row, near));
        }
    }
    let set_of = core.iter().map(|&row| sets.root(row)).collect();
    let mut joined = Joined::new(is_core, n, set_of);
    for (rows, lists) in lists_of(&joined.others(), x, search, settings.eps) {
        let labels = (0..rows.len()).map(|query| joined.border_label(lists.of(query))).collect();
        joined.label(rows, labels);
    }
    joined
}

/// The neighbours of `rows`, some rows at a time.
fn lists_of<'a>(
    rows: &'a [usize],
    x: &'a Array2<f64>,
    search: &'a dyn Neighbors,
    eps: f64,
) -> impl Iterator<Item = (&'a [usize], NeighborLists)> {
    rows.chunks(BATCH).map(move |rows| (rows, search.lists(&x.select(Axis(0), rows), eps)))
}
