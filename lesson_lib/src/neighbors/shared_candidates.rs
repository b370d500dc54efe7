//! Lists for queries that share their candidates.
//!
//! Queries in one cell have nearly the same candidates. These are gathered once, in the order of
//! their rows, so that each query only has to pick its neighbours, and its list needs no sorting.

use super::answers::NeighborLists;
use super::cell_list::CellList;
use super::columns::{Columns, LANES};
use super::list_writer::ListWriter;
use ndarray::{Array2, ArrayRef2};
use rayon::prelude::*;

/// The rows within `radius` of each query, from the lowest up.
pub(super) fn lists(cells: &CellList, queries: &Array2<f64>, radius: f64) -> NeighborLists {
    let standard = queries.as_standard_layout();
    let lattice = cells.lattice();
    let values = standard.as_slice().expect("rows one after another");
    let in_parallel = values.par_chunks_exact(queries.ncols()).enumerate();
    let mut of_cell: Vec<(u64, usize)> =
        in_parallel.map(|(query, from)| (lattice.number(lattice.cell(from)), query)).collect();
    of_cell.par_sort_unstable();
    let groups: Vec<&[(u64, usize)]> = of_cell.chunk_by(|a, b| a.0 == b.0).collect();
    let begin = || (Candidates::default(), ListWriter::default());
    let written = groups.into_par_iter().fold(begin, |(mut candidates, mut writer), group| {
        candidates.gather(cells, &standard, group, radius);
        for &(_, query) in group {
            let from = &values[query * queries.ncols()..][..queries.ncols()];
            writer.write(query, candidates.within(from, radius));
        }
        (candidates, writer)
    });
    NeighborLists::new(queries.nrows(), written.map(|(_, writer)| writer).collect())
}

/// Points that may be neighbours, from the lowest row up.
#[derive(Default)]
struct Candidates {
    /// The row of each, and in the lower half its position: one number is compared faster than two.
    sorted: Vec<u64>,
    points: Columns,
    picked: Vec<u32>,
}

impl Candidates {
    /// Takes all points within `radius` of some of these queries.
    fn gather(
        &mut self,
        cells: &CellList,
        queries: &ArrayRef2<f64>,
        members: &[(u64, usize)],
        radius: f64,
    ) {
        let end = |k: usize, start: f64, better: fn(f64, f64) -> f64| {
            members.iter().map(|&(_, query)| queries[[query, k]]).fold(start, better)
        };
        let d = queries.ncols();
        let low: Vec<f64> = (0..d).map(|k| end(k, f64::INFINITY, f64::min)).collect();
        let high: Vec<f64> = (0..d).map(|k| end(k, f64::NEG_INFINITY, f64::max)).collect();
        let (points, sorted) = (cells.points(), &mut self.sorted);
        sorted.clear();
        cells.near(&low, &high, radius, |positions| {
            let rows = &points.rows()[positions.clone()];
            let numbered = rows.iter().zip(positions);
            sorted.extend(numbered.map(|(&row, position)| u64::from(row) << 32 | position as u64));
        });
        sorted.sort_unstable();
        self.points.select(points, sorted.iter().map(|&both| both as u32 as usize));
        self.picked.resize(sorted.len() + LANES, 0);
    }

    /// The rows within `radius` of a query.
    fn within(&mut self, from: &[f64], radius: f64) -> &[u32] {
        let (rows, picked, mut count) = (self.points.rows(), &mut self.picked, 0);
        self.points.scan(0..rows.len(), from, |first, squared| {
            count += pick(&rows[first..], squared, radius * radius, &mut picked[count..]);
            true
        });
        &picked[..count]
    }
}

/// Copies the rows whose squared distance counts, without a branch: every row is written, and the
/// next one over it unless it counts.
#[inline(always)]
fn pick(rows: &[u32], squared: &[f64; LANES], radius: f64, picked: &mut [u32]) -> usize {
    let mut chunk = [0; LANES];
    match rows.first_chunk() {
        Some(whole) => chunk = *whole,
        None => chunk[..rows.len()].copy_from_slice(rows),
    }
    let mut counts = [0_u8; LANES];
    for (counts, &distance) in counts.iter_mut().zip(squared) {
        *counts = u8::from(distance <= radius);
    }
    let picked = picked.first_chunk_mut::<LANES>().expect("room behind the last");
    let mut count = 0;
    for (&row, &counts) in chunk.iter().zip(&counts) {
        // Never more than the lanes before, which the compiler cannot see without the remainder.
        picked[count % LANES] = row;
        count += usize::from(counts);
    }
    count
}
