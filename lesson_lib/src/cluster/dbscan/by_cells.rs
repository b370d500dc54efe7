//! DBSCAN by cells whose diagonal is `eps`.
//!
//! All points of a cell are neighbours of each other. So a cell with `min_points` points has core
//! points alone, and the core points of any cell are one set from the start: only cells need to be
//! joined, two of them if some core point of the one is near one of the other.

use super::joined::Joined;
use super::settings::Dbscan;
use crate::cluster::sets::Sets;
use crate::neighbors::CellList;
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use std::ops::Range;

/// A little less than 1, so that rounding puts no points into one cell that are not neighbours.
const WITHIN: f64 = 1.0 - 1e-5;

/// `None` if there would be too many cells.
pub(super) fn join(settings: &Dbscan, x: &Array2<f64>) -> Option<Joined> {
    let side = WITHIN * settings.eps / (x.ncols() as f64).sqrt();
    let is_core = core_points(settings, &CellList::new(x, side)?);
    let core: Vec<usize> = (0..x.nrows()).filter(|&row| is_core[row]).collect();
    let cells = CellList::new(&x.select(Axis(0), &core), side)?;
    let occupied: Vec<Range<usize>> = cells.occupied().collect();
    let mut sets = Sets::new(occupied.len());
    close_cells(settings, &cells, &occupied).into_iter().for_each(|(a, b)| sets.join(a, b));
    let mut set_of = vec![0; core.len()];
    for (cell, positions) in occupied.iter().enumerate() {
        let rows = &cells.points().rows()[positions.clone()];
        rows.iter().for_each(|&row| set_of[row as usize] = sets.root(cell));
    }
    let mut joined = Joined::new(is_core, occupied.len(), set_of);
    let others = joined.others();
    let labels = others.par_iter().map(|&row| {
        let mut near = Vec::new();
        let from = x.row(row).to_vec();
        rows_near(settings, &cells, &from, |row| near.push(core[row]));
        joined.border_label(near.into_iter())
    });
    let labels = labels.collect();
    joined.label(&others, labels);
    Some(joined)
}

/// Whether each row is a core point.
fn core_points(settings: &Dbscan, cells: &CellList) -> Vec<bool> {
    let points = cells.points();
    let occupied: Vec<Range<usize>> = cells.occupied().collect();
    let cores = occupied.par_iter().map(|cell| -> Vec<u32> {
        let rows = &points.rows()[cell.clone()];
        if cell.len() >= settings.min_points {
            return rows.to_vec();
        }
        let near = near_cell(settings, cells, cell);
        let positions = cell.clone().filter(|&position| {
            let from: Vec<f64> = points.point(position).collect();
            is_crowded(settings, cells, &near, &from)
        });
        positions.map(|position| points.rows()[position]).collect()
    });
    let mut is_core = vec![false; points.dim().0];
    for rows in cores.collect::<Vec<_>>() {
        rows.into_iter().for_each(|row| is_core[row as usize] = true);
    }
    is_core
}

/// Positions of points, among them all that are near some point of a cell.
fn near_cell(settings: &Dbscan, cells: &CellList, cell: &Range<usize>) -> Vec<Range<usize>> {
    let points = cells.points();
    let end = |k: usize, start: f64, better: fn(f64, f64) -> f64| {
        points.column(k)[cell.clone()].iter().copied().fold(start, better)
    };
    let d = points.dim().1;
    let low: Vec<f64> = (0..d).map(|k| end(k, f64::INFINITY, f64::min)).collect();
    let high: Vec<f64> = (0..d).map(|k| end(k, f64::NEG_INFINITY, f64::max)).collect();
    let mut near = Vec::new();
    cells.near(&low, &high, settings.eps, |positions| near.push(positions));
    near
}

/// Whether `min_points` of the points at these positions are near; counts no further.
fn is_crowded(settings: &Dbscan, cells: &CellList, near: &[Range<usize>], from: &[f64]) -> bool {
    let squared_eps = settings.eps * settings.eps;
    let mut count = 0;
    for positions in near {
        cells.points().scan(positions.clone(), from, |_, squared| {
            count += squared.iter().filter(|&&distance| distance <= squared_eps).count();
            count < settings.min_points
        });
    }
    count >= settings.min_points
}

/// The pairs of cells of which some points are near each other.
fn close_cells(
    settings: &Dbscan,
    cells: &CellList,
    occupied: &[Range<usize>],
) -> Vec<(usize, usize)> {
    let mut cell_at = vec![0; cells.points().dim().0];
    for (cell, positions) in occupied.iter().enumerate() {
        cell_at[positions.clone()].fill(cell);
    }
    let pairs = occupied.par_iter().enumerate().flat_map_iter(|(cell, positions)| {
        let near = near_cell(settings, cells, positions).into_iter();
        let near = near.filter(|near| !near.is_empty());
        let others = near.flat_map(|near| cell_at[near.start]..=cell_at[near.end - 1]);
        // Each pair once.
        let others = others.filter(move |&other| other > cell);
        others
            .filter(move |&other| touch(settings, cells, positions, &occupied[other]))
            .map(move |other| (cell, other))
            .collect::<Vec<_>>()
    });
    pairs.collect()
}

/// Whether some points of two cells are near each other.
fn touch(settings: &Dbscan, cells: &CellList, a: &Range<usize>, b: &Range<usize>) -> bool {
    let (squared_eps, points) = (settings.eps * settings.eps, cells.points());
    a.clone().any(|position| {
        let from: Vec<f64> = points.point(position).collect();
        let mut found = false;
        points.scan(b.clone(), &from, |_, squared| {
            found = squared.iter().any(|&distance| distance <= squared_eps);
            !found
        });
        found
    })
}

/// Shows to `visit` the rows of all points near `from`.
fn rows_near(settings: &Dbscan, cells: &CellList, from: &[f64], mut visit: impl FnMut(usize)) {
    let (squared_eps, points) = (settings.eps * settings.eps, cells.points());
    cells.near(from, from, settings.eps, |positions| {
        points.scan(positions, from, |first, squared| {
            for (lane, &distance) in squared.iter().enumerate() {
                if distance <= squared_eps {
                    visit(points.rows()[first + lane] as usize);
                }
            }
            true
        });
    });
}
