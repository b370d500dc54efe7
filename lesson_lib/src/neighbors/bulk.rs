//! Many queries at once, on all threads.
//!
//! Nothing here is generic over the way of searching, so that it is compiled once.

use super::answers::{NearestNeighbors, NeighborLists};
use super::collector::{ClosestRows, Collector, LookCount, NeighborCount, NeighborRows};
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
    let squared_radius = radius * radius;
    let lists = in_parallel(queries, |query| {
        let mut within = NeighborRows { squared_radius, rows: Vec::new() };
        search(query, &mut within);
        within.rows.sort_unstable();
        within.rows
    });
    let starts = starts(lists.iter().map(Vec::len));
    let mut rows = vec![0; starts[lists.len()]];
    let places = disjoint(&mut rows, &starts);
    places.into_par_iter().zip(lists).for_each(|(place, list)| place.copy_from_slice(&list));
    NeighborLists::new(starts, rows)
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

/// Where each list begins, and where the last ends.
pub(super) fn starts(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(lengths.scan(0, |end, length| {
        *end += length;
        Some(*end)
    }));
    starts
}

/// The rows of each list, which may be written at the same time.
pub(super) fn disjoint<'a>(rows: &'a mut [u32], starts: &[usize]) -> Vec<&'a mut [u32]> {
    let mut rest = rows;
    let place = |ends: &[usize]| {
        let (list, behind) = std::mem::take(&mut rest).split_at_mut(ends[1] - ends[0]);
        rest = behind;
        list
    };
    starts.windows(2).map(place).collect()
}
