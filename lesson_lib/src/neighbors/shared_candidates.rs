//! Lists for queries that share their candidates.
//!
//! Queries in one cell have nearly the same candidates. These are gathered once, in the order of
//! their rows, so that each query only has to pick its neighbours, and its list needs no sorting.

use super::cell_list::CellList;
use super::columns::{Columns, LANES};
use ndarray::Array2;
use rayon::prelude::*;

/// A query, the number of its cell, and the room for its list.
struct Request<'a> {
    cell: u64,
    query: usize,
    list: &'a mut [u32],
}

/// Fills the list of each query with the rows within `radius`, from the lowest up.
pub(super) fn fill_lists(
    cells: &CellList,
    queries: &Array2<f64>,
    radius: f64,
    lists: Vec<&mut [u32]>,
) {
    let lattice = cells.lattice();
    let numbered = lists.into_par_iter().enumerate().map(|(query, list)| {
        let cell = lattice.number(lattice.cell(&queries.row(query).to_vec()));
        Request { cell, query, list }
    });
    let mut requests: Vec<Request> = numbered.collect();
    requests.par_sort_unstable_by_key(|request| (request.cell, request.query));
    let groups: Vec<&mut [Request]> = requests.chunk_by_mut(|a, b| a.cell == b.cell).collect();
    groups.into_par_iter().for_each_init(Candidates::default, |candidates, group| {
        let members: Vec<usize> = group.iter().map(|request| request.query).collect();
        candidates.gather(cells, queries, &members, radius);
        for request in group {
            candidates.pick(&queries.row(request.query).to_vec(), radius, request.list);
        }
    });
}

/// Points that may be neighbours, from the lowest row up.
#[derive(Default)]
struct Candidates {
    /// The row and the position of each.
    sorted: Vec<(u32, u32)>,
    points: Columns,
    picked: Vec<u32>,
}

impl Candidates {
    /// Takes all points within `radius` of some of these queries.
    fn gather(&mut self, cells: &CellList, queries: &Array2<f64>, members: &[usize], radius: f64) {
        let end = |k: usize, start: f64, better: fn(f64, f64) -> f64| {
            members.iter().map(|&query| queries[[query, k]]).fold(start, better)
        };
        let d = queries.ncols();
        let low: Vec<f64> = (0..d).map(|k| end(k, f64::INFINITY, f64::min)).collect();
        let high: Vec<f64> = (0..d).map(|k| end(k, f64::NEG_INFINITY, f64::max)).collect();
        let (points, sorted) = (cells.points(), &mut self.sorted);
        sorted.clear();
        cells.near(&low, &high, radius, |positions| {
            let rows = &points.rows()[positions.clone()];
            sorted.extend(rows.iter().copied().zip(positions.map(|position| position as u32)));
        });
        sorted.sort_unstable();
        self.points.select(points, sorted);
        self.picked.resize(sorted.len() + LANES, 0);
    }

    /// Writes the rows within `radius` of a query to its list, which has just the room for them.
    fn pick(&mut self, from: &[f64], radius: f64, list: &mut [u32]) {
        let (rows, picked, mut count) = (self.points.rows(), &mut self.picked, 0);
        let last = rows.len().saturating_sub(1);
        self.points.scan(0..rows.len(), from, |first, squared| {
            // Every row is written, and the next one over it unless it counts: no branch.
            for (lane, &distance) in squared.iter().enumerate() {
                picked[count] = rows[(first + lane).min(last)];
                count += usize::from(distance <= radius * radius);
            }
            true
        });
        list.copy_from_slice(&picked[..count]);
    }
}
