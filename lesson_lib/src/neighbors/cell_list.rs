//! Points sorted into cells, so that those of neighbouring cells are found without a search.

use super::buckets::Buckets;
use super::columns::Columns;
use super::lattice::{AXES, CellBlock, CellReach, Lattice, extents, side_for};
use ndarray::Array2;
use rayon::prelude::*;
use std::ops::Range;

/// The most cells for each point that may be numbered one by one, empty ones too.
const CELLS_PER_POINT: u64 = 4;

/// The rows of `x: (n, d)`, cell after cell; within a cell from the lowest row up.
#[derive(Clone, Debug)]
pub(crate) struct CellList {
    lattice: Lattice,
    cells: CellPositions,
    points: Columns,
}

/// The positions of each cell's points.
#[derive(Clone, Debug)]
struct CellPositions {
    /// The numbers of the cells that have points; `None` if all cells are listed.
    numbers: Option<Vec<u64>>,
    /// Where the points of each listed cell begin, and where those of the last one end.
    starts: Vec<u32>,
}

impl CellList {
    /// Sorts the points into cells of this side; `None` where there would be more than 2⁶².
    pub(crate) fn new(x: &Array2<f64>, side: f64) -> Option<Self> {
        let lattice = Lattice::new(x, side)?;
        let standard = x.as_standard_layout();
        let values = standard.as_slice().unwrap_or_default();
        let in_parallel = values.par_chunks_exact(x.ncols());
        let numbers: Vec<u64> = in_parallel.map(|row| lattice.number(lattice.cell(row))).collect();
        let most = CELLS_PER_POINT * x.nrows() as u64 + 1;
        let (cells, rows) = match lattice.len() {
            cells if cells <= most => all_cells(&numbers, cells as usize),
            _ => {
                let Buckets { keys, starts, rows } = Buckets::new(&numbers);
                (CellPositions { numbers: Some(keys), starts }, rows)
            }
        };
        Some(Self { lattice, cells, points: Columns::new(x, rows) })
    }

    /// The shortest side with which cells are at most half as many as points.
    pub(super) fn side_for(x: &Array2<f64>) -> f64 {
        side_for(&extents(x), x.nrows())
    }

    /// The points, in the order of their cells.
    pub(crate) fn points(&self) -> &Columns {
        &self.points
    }

    pub(super) fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// The positions of the points of each cell that has some.
    pub(crate) fn occupied(&self) -> impl Iterator<Item = Range<usize>> {
        let cells = self.cells.starts.windows(2).map(|ends| ends[0] as usize..ends[1] as usize);
        cells.filter(|positions| !positions.is_empty())
    }

    /// The places along the axes of each cell that has points, and the positions of these: in the
    /// order of the positions.
    pub(crate) fn occupied_cells(&self) -> impl Iterator<Item = (Vec<u32>, Range<usize>)> {
        let starts = self.cells.starts.windows(2).enumerate();
        let occupied = starts.filter(|(_, ends)| ends[0] < ends[1]);
        occupied.map(|(at, ends)| {
            let number = self.cells.numbers.as_ref().map_or(at as u64, |numbers| numbers[at]);
            let places = self.lattice.places(self.lattice.cell_of(number));
            (places, ends[0] as usize..ends[1] as usize)
        })
    }

    /// How many cells there are along each axis that is cut.
    pub(crate) fn counts(&self) -> Vec<u32> {
        self.lattice.places(self.lattice.counts())
    }

    /// The middle of the cell at these places, along each axis that is cut.
    pub(crate) fn center(&self, places: &[u32]) -> Vec<f64> {
        self.lattice.center(places)
    }

    /// Shows to `visit` positions of points, among them all points within `radius` of some point
    /// between the corners `low` and `high`: `(d)`.
    pub(crate) fn near(
        &self,
        low: &[f64],
        high: &[f64],
        radius: f64,
        mut visit: impl FnMut(Range<usize>),
    ) {
        let reach = CellReach::new(&self.lattice, low, high, radius);
        let planes = reach.cells(0, reach.squared());
        let rows = planes.len() as u64 * reach.cells(1, reach.squared()).len() as u64;
        if let Some(numbers) = self.cells.numbers.as_ref().filter(|cells| rows > cells.len() as u64)
        {
            return self.near_among(numbers, &reach, visit);
        }
        for i in planes {
            let squared = reach.left(0, i, reach.squared());
            for j in reach.cells(1, squared) {
                let squared = reach.left(1, j, squared);
                if squared < 0.0 {
                    continue;
                }
                let cells = reach.cells(2, squared);
                visit(self.positions([i, j], cells));
            }
        }
    }

    /// [`near`](Self::near) by a look at every cell: where most cells are empty, a wide radius
    /// reaches more of them than there are points.
    fn near_among(&self, numbers: &[u64], reach: &CellReach, mut visit: impl FnMut(Range<usize>)) {
        for &number in numbers {
            let cell = self.lattice.cell_of(number);
            let left = (0..AXES).fold(reach.squared(), |left, k| reach.left(k, cell[k], left));
            if left >= 0.0 {
                visit(self.positions_in(cell));
            }
        }
    }

    /// Shows to `visit` the positions of the points of a block of cells that are not in `inner`;
    /// or of all points not in `inner`, where that is less work. Says whether it was all.
    pub(super) fn between(
        &self,
        outer: &CellBlock,
        inner: Option<&CellBlock>,
        mut visit: impl FnMut(Range<usize>),
    ) -> bool {
        let [planes, lines, cells] = outer.clone();
        let rows = planes.len() as u64 * lines.len() as u64;
        if let Some(numbers) = self.cells.numbers.as_ref().filter(|cells| rows > cells.len() as u64)
        {
            let is_inner = |cell: &[u32; AXES]| {
                inner.is_some_and(|inner| (0..AXES).all(|k| inner[k].contains(&cell[k])))
            };
            let others = numbers.iter().map(|&number| self.lattice.cell_of(number));
            others.filter(|cell| !is_inner(cell)).for_each(|cell| visit(self.positions_in(cell)));
            return true;
        }
        for i in planes {
            for j in lines.clone() {
                let hole = inner.filter(|inner| inner[0].contains(&i) && inner[1].contains(&j));
                let hole = hole.map_or(cells.end..cells.end, |inner| inner[2].clone());
                visit(self.positions([i, j], cells.start..hole.start));
                visit(self.positions([i, j], hole.end..cells.end));
            }
        }
        false
    }

    /// The positions of the points in some cells of a line along the last axis.
    fn positions(&self, [i, j]: [u32; 2], cells: Range<u32>) -> Range<usize> {
        if cells.is_empty() {
            return 0..0;
        }
        let first = self.lattice.number([i, j, cells.start]);
        let end = first + u64::from(cells.end - cells.start);
        let [first, end] = match &self.cells.numbers {
            None => [first as usize, end as usize],
            Some(numbers) => {
                let begin = numbers.partition_point(|&cell| cell < first);
                // Each of these cells is about to be looked at, so that counting costs nothing.
                let cells = numbers[begin..].iter().take_while(|&&cell| cell < end).count();
                [begin, begin + cells]
            }
        };
        self.cells.starts[first] as usize..self.cells.starts[end] as usize
    }

    fn positions_in(&self, [i, j, k]: [u32; AXES]) -> Range<usize> {
        self.positions([i, j], k..k + 1)
    }
}

/// Counts the points of every cell, then puts each row where its cell's begin.
fn all_cells(numbers: &[u64], cells: usize) -> (CellPositions, Vec<u32>) {
    let mut starts = vec![0; cells + 1];
    numbers.iter().for_each(|&number| starts[number as usize + 1] += 1);
    (0..cells).for_each(|cell| starts[cell + 1] += starts[cell]);
    let (mut next, mut rows) = (starts.clone(), vec![0; numbers.len()]);
    for (row, &number) in numbers.iter().enumerate() {
        let place = &mut next[number as usize];
        rows[*place as usize] = row as u32;
        *place += 1;
    }
    (CellPositions { numbers: None, starts }, rows)
}
