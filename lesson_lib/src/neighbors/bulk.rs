//! Many queries at once, on all threads.
//!
//! Nothing here is generic over the way of searching, so that it is compiled once.

use super::answers::{NearestNeighbors, NeighborLists};
use super::collector::{ClosestRows, Collector, LookCount, NeighborCount, NeighborRows};
use super::list_writer::ListWriter;
use crate::tasks::task_size;
use ndarray::{Array1, Array2};
use rayon::prelude::*;

/// A search from one point, `(d)`.
pub(super) type Search<'a> = dyn Fn(&[f64], &mut dyn Collector) + Sync + 'a;

/// How many points lie within the radius of each query.
pub(super) fn counts(search: &Search, queries: &Array2<f64>, radius: f64) -> Array1<usize> {
    let squared_radius = radius * radius;
    let counts = in_parallel(queries, |query| {
        let mut within = NeighborCount { squared_radius, count: 0 };
        search(query, &mut within);
        within.count
    });
    counts.into()
}

/// How many pairs of a query and a point are looked at for the points within the radius.
pub(super) fn looks(search: &Search, queries: &Array2<f64>, radius: f64) -> usize {
    let looks = in_parallel(queries, |query| {
        let mut looks = LookCount { squared_radius: radius * radius, count: 0 };
        search(query, &mut looks);
        looks.count
    });
    looks.into_iter().sum()
}

/// Which points lie within the radius of each query.
pub(super) fn lists(search: &Search, queries: &Array2<f64>, radius: f64) -> NeighborLists {
    let begin = || {
        let within = NeighborRows { squared_radius: radius * radius, rows: Vec::new() };
        (within, ListWriter::default())
    };
    let standard = queries.as_standard_layout();
    let values = standard.as_slice().expect("rows one after another");
    let rows = values.par_chunks_exact(queries.ncols()).enumerate();
    let written = rows.fold(begin, |(mut within, mut writer), (query, from)| {
        within.rows.clear();
        search(from, &mut within);
        within.rows.sort_unstable();
        writer.write(query, &within.rows);
        (within, writer)
    });
    NeighborLists::new(queries.nrows(), written.map(|(_, writer)| writer).collect())
}

/// The `k` nearest of `n` points to each query.
pub(super) fn nearest(
    search: &Search,
    queries: &Array2<f64>,
    k: usize,
    n: usize,
) -> NearestNeighbors {
    let best = in_parallel(queries, |query| {
        let mut closest = ClosestRows::new(k);
        search(query, &mut closest);
        closest.best.resize(k, (f64::INFINITY, n as u32));
        closest.best
    });
    let shape = (queries.nrows(), k);
    NearestNeighbors {
        rows: Array2::from_shape_fn(shape, |(query, place)| best[query][place].1 as usize),
        distances: Array2::from_shape_fn(shape, |(query, place)| best[query][place].0.sqrt()),
    }
}

/// What `answer` says of each query, whatever the number of threads.
fn in_parallel<A: Send>(
    queries: &Array2<f64>,
    answer: impl Fn(&[f64]) -> A + Sync + Send,
) -> Vec<A> {
    let task = task_size(queries.nrows(), rayon::current_num_threads()).max(1);
    let standard = queries.as_standard_layout();
    let queries = standard.as_slice().expect("rows one after another");
    queries.par_chunks(standard.ncols()).with_min_len(task).map(answer).collect()
}
