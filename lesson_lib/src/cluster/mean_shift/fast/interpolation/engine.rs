//! An iteration: spread, convolve, read.

use super::choice::Choice;
use super::closing::closed_up;
use super::loops::{CellPlace, Loops, TensorShape};
use super::tensors::{Convolution, Strides, Tensors};
use crate::cluster::mean_shift::fast::cloud::Cloud;
use crate::neighbors::CellList;
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use std::ops::Range;

/// Points of a cell that one thread spreads or reads at a time.
const PIECE: usize = 1 << 12;

/// The engine, for a Gaussian of a width.
pub(in super::super) struct Interpolation {
    choice: Choice,
    width: f64,
    loops: Loops,
}

/// The cells that have points: which, where, and whose.
struct Occupied {
    cells: Vec<u64>,
    centers: Vec<f64>,
    points: Vec<Range<usize>>,
}

impl Interpolation {
    pub(in super::super) fn new(choice: Choice, width: f64) -> Self {
        Self { choice, width, loops: Loops::fastest() }
    }

    /// The steps to the means: `(m, d)`. The cloud is sorted by cells.
    pub(in super::super) fn steps(&self, cloud: &mut Cloud) -> Vec<f64> {
        let side = self.choice.side * self.width;
        if let Some(steps) = self.steps_at(cloud, None, side) {
            return steps;
        }
        // Empty space is closed up as far as no cell reaches across it.
        let gap = (self.choice.reach + 1) as f64 * side;
        let close = Some(closed_up(&cloud.points, gap));
        self.steps_at(cloud, close, side).expect("gaps that no cell reaches across are closed")
    }

    /// The steps of points that are at other places for now; `None` if these are too far apart for
    /// cells to be numbered.
    fn steps_at(
        &self,
        cloud: &mut Cloud,
        places: Option<Array2<f64>>,
        side: f64,
    ) -> Option<Vec<f64>> {
        let list = CellList::new(places.as_ref().unwrap_or(&cloud.points), side)?;
        let d = cloud.points.ncols();
        let strides = Strides::new(&list.counts(), self.choice.reach)?;
        let rows = list.points().rows();
        cloud.reorder(rows);
        let places = places.map(|places| {
            let rows: Vec<usize> = rows.iter().map(|&row| row as usize).collect();
            places.select(Axis(0), &rows)
        });
        let seen = Seen {
            points: places.as_ref().unwrap_or(&cloud.points).as_slice().expect("row-major"),
            counts: &cloud.counts,
            occupied: Occupied::new(&list, &strides),
            side,
            shape: TensorShape { terms: self.choice.terms, d },
        };
        let size = (self.choice.reach, self.choice.side);
        let convolution = Convolution::new(seen.shape, &strides, size, self.loops);
        let tensors = convolution.run(self.spread(&seen));
        Some(self.read(&seen, &tensors))
    }

    fn spread(&self, seen: &Seen) -> Tensors {
        let size = seen.shape.len();
        let mut values = vec![0.0; seen.occupied.cells.len() * size];
        values.par_chunks_exact_mut(size).enumerate().for_each(|(i, tensor)| {
            let spread = |piece: Range<usize>, tensor: &mut [f64]| {
                let (points, counts) = (seen.points_at(&piece), &seen.counts[piece]);
                self.loops.spread(seen.shape, points, counts, &seen.cell(i), tensor);
            };
            let mut pieces = seen.pieces(i);
            if pieces.len() == 1 {
                return spread(pieces.remove(0), tensor);
            }
            // Partial sums in a fixed order: the same for any number of threads.
            let parts = pieces.into_par_iter().map(|piece| {
                let mut part = vec![0.0; size];
                spread(piece, &mut part);
                part
            });
            for part in parts.collect::<Vec<_>>() {
                tensor.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
        });
        Tensors { cells: seen.occupied.cells.clone(), values }
    }

    fn read(&self, seen: &Seen, tensors: &Tensors) -> Vec<f64> {
        let (d, size) = (seen.shape.d, seen.shape.len());
        let mut steps = vec![0.0; seen.points.len()];
        let cells = 0..seen.occupied.cells.len();
        let pieces: Vec<(usize, Range<usize>)> =
            cells.flat_map(|i| seen.pieces(i).into_iter().map(move |piece| (i, piece))).collect();
        let parts = split(&mut steps, pieces.iter().map(|(_, piece)| piece.len() * d));
        let unit = self.width * self.width * 2.0 / seen.side;
        pieces.par_iter().zip(parts).for_each(|((i, piece), steps)| {
            let (cell, tensor) = (seen.cell(*i), &tensors.values[i * size..][..size]);
            self.loops.read(seen.shape, seen.points_at(piece), &cell, tensor, steps);
            steps.iter_mut().for_each(|step| *step *= unit);
        });
        steps
    }
}

/// Points in their cells.
struct Seen<'a> {
    points: &'a [f64],
    counts: &'a [f64],
    occupied: Occupied,
    side: f64,
    shape: TensorShape,
}

impl Seen<'_> {
    fn cell(&self, i: usize) -> CellPlace<'_> {
        let d = self.shape.d;
        CellPlace { center: &self.occupied.centers[i * d..][..d], scale: 2.0 / self.side }
    }

    /// The positions of a cell's points, some at a time.
    fn pieces(&self, i: usize) -> Vec<Range<usize>> {
        let Range { start, end } = self.occupied.points[i];
        (start..end).step_by(PIECE).map(|start| start..end.min(start + PIECE)).collect()
    }

    fn points_at(&self, positions: &Range<usize>) -> &[f64] {
        let d = self.shape.d;
        &self.points[positions.start * d..positions.end * d]
    }
}

impl Occupied {
    fn new(list: &CellList, strides: &Strides) -> Self {
        let (mut cells, mut centers, mut points) = (vec![], vec![], vec![]);
        for (places, positions) in list.occupied_cells() {
            cells.push(strides.number(&places));
            centers.extend(list.center(&places));
            points.push(positions);
        }
        Self { cells, centers, points }
    }
}

/// Cuts a list into pieces of these lengths.
fn split(mut list: &mut [f64], lengths: impl Iterator<Item = usize>) -> Vec<&mut [f64]> {
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, rest) = list.split_at_mut(length);
        pieces.push(piece);
        list = rest;
    }
    pieces
}
