//! Tensors of cells, and how they reach each other along one axis after the other.

use super::loops::{Loops, TensorShape};
use super::series::coefficients;
use crate::tasks::task_size;
use rayon::prelude::*;

/// Where cells are on a lattice: the numbers of those that matter, ascending, and their tensors.
pub(super) struct Tensors {
    pub(super) cells: Vec<u64>,
    /// One tensor after another.
    pub(super) values: Vec<f64>,
}

/// How the numbers of cells change along each axis, with room on every line for cells that are
/// beyond its ends, so that these have the number of no other cell.
#[derive(Clone, Debug)]
pub(super) struct Strides {
    by_axis: Vec<u64>,
}

impl Strides {
    /// For cells whose places along each axis are below `counts: (d)`; `None` if there are too many.
    pub(super) fn new(counts: &[u32], reach: usize) -> Option<Self> {
        let mut by_axis = vec![1; counts.len()];
        for axis in (1..counts.len()).rev() {
            let room = u64::from(counts[axis]) + 2 * reach as u64;
            by_axis[axis - 1] = room.checked_mul(by_axis[axis])?;
        }
        let room = u64::from(counts[0]) + 2 * reach as u64;
        room.checked_mul(by_axis[0]).filter(|&all| all < 1 << 62)?;
        Some(Self { by_axis })
    }

    /// The number of the cell at these places.
    pub(super) fn number(&self, places: &[u32]) -> u64 {
        places.iter().zip(&self.by_axis).map(|(&place, stride)| u64::from(place) * stride).sum()
    }

    /// The cells that are at most `reach` away along an axis from some of these: ascending.
    fn around(&self, cells: &[u64], axis: usize, reach: usize) -> Vec<u64> {
        let stride = self.by_axis[axis];
        let (first, count) = (reach as u64 * stride, 2 * reach as u64 + 1);
        // Numbers below 0 stand for no cell.
        let near = cells.par_iter().flat_map_iter(|&cell| {
            (0..count).filter_map(move |i| (cell + i * stride).checked_sub(first))
        });
        let mut near: Vec<u64> = near.collect();
        near.par_sort_unstable();
        near.dedup();
        near
    }
}

/// The sums over all cells, seen from each.
pub(super) struct Convolution<'a> {
    pub(super) shape: TensorShape,
    pub(super) strides: &'a Strides,
    pub(super) reach: usize,
    pub(super) loops: Loops,
    /// The series for cells that are −`reach` to `reach` apart, each `(terms, terms)`.
    matrices: Vec<f64>,
}

impl<'a> Convolution<'a> {
    /// Between cells of this side, in widths of the Gaussian.
    pub(super) fn new(
        shape: TensorShape,
        strides: &'a Strides,
        (reach, side): (usize, f64),
        loops: Loops,
    ) -> Self {
        let offsets = (0..=2 * reach).map(|i| i as f64 - reach as f64);
        let matrices = offsets.flat_map(|offset| coefficients(offset, side, shape.terms)).collect();
        Self { shape, strides, reach, loops, matrices }
    }

    /// What reaches the cells from all of them.
    ///
    /// Along one axis after the other, each cell passes on to the cells before and behind it. On
    /// the way there it also passes cells without points. Those that no way leads through are left
    /// out, so space may be as wide and as empty as it likes.
    pub(super) fn run(&self, sources: Tensors) -> Tensors {
        let d = self.shape.d;
        // Cells from which targets can be reached along the axes that are left.
        let mut useful = vec![sources.cells.clone()];
        for axis in 0..d - 1 {
            let next = self.strides.around(&useful[axis], axis, self.reach);
            useful.push(next);
        }
        let mut tensors = sources;
        for axis in (0..d).rev() {
            let useful = useful.pop().expect("one for each axis");
            let cells = if axis == 0 {
                useful // the targets, each of which reaches itself
            } else {
                common(&self.strides.around(&tensors.cells, axis, self.reach), &useful)
            };
            tensors = self.along(axis, &tensors, cells);
        }
        tensors
    }

    fn along(&self, axis: usize, from: &Tensors, cells: Vec<u64>) -> Tensors {
        let size = self.shape.len();
        let mut values = vec![0.0; cells.len() * size];
        let task = task_size(cells.len(), rayon::current_num_threads()).max(1);
        let tasks = values.par_chunks_mut(task * size).zip(cells.par_chunks(task));
        tasks.for_each(|(to, cells)| self.gather(axis, from, cells, to));
        Tensors { cells, values }
    }

    /// Adds what reaches each of some cells along an axis.
    fn gather(&self, axis: usize, from: &Tensors, cells: &[u64], to: &mut [f64]) {
        let (size, terms) = (self.shape.len(), self.shape.terms);
        let behind = terms.pow((self.shape.d - 1 - axis) as u32);
        let stride = self.strides.by_axis[axis];
        for i in 0..=2 * self.reach {
            // The cell of a target is i − reach beyond that of its source.
            let source_of =
                |cell: u64| (cell + self.reach as u64 * stride).checked_sub(i as u64 * stride);
            // A Gaussian looks the same from both ends: the transposed matrix is that of −offset.
            let transposed = if behind == 1 { 2 * self.reach - i } else { i };
            let matrix = &self.matrices[transposed * terms * terms..][..terms * terms];
            let mut at = cells
                .first()
                .and_then(|&cell| source_of(cell))
                .map_or(0, |first| from.cells.partition_point(|&cell| cell < first));
            for (&cell, to) in cells.iter().zip(to.chunks_exact_mut(size)) {
                let Some(source) = source_of(cell) else { continue };
                while from.cells.get(at).is_some_and(|&cell| cell < source) {
                    at += 1;
                }
                if from.cells.get(at) == Some(&source) {
                    let tensor = &from.values[at * size..][..size];
                    self.loops.multiply(terms, matrix, tensor, behind, to);
                }
            }
        }
    }
}

/// What is in both of two ascending lists.
fn common(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut b = b.iter().peekable();
    let is_in_b = |cell: &u64| {
        while b.next_if(|&other| other < cell).is_some() {}
        b.peek() == Some(&cell)
    };
    a.iter()
        .copied()
        .filter({
            let mut is_in_b = is_in_b;
            move |cell| is_in_b(cell)
        })
        .collect()
}
