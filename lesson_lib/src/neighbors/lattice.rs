//! Equal cells along up to three axes, and the numbers of the cell that a point is in.

use crate::points::{BoundingBox, side};
use ndarray::Array2;
use std::ops::Range;

/// How many axes are cut into cells. Points of more coordinates are sorted by three of them.
pub(super) const AXES: usize = 3;

/// The most cells along an axis: places on it are then right to [`SLACK`].
const MOST_CELLS: f64 = (1 << 30) as f64;

/// Cells where the side is not given: this many points share one, in the mean.
const POINTS_PER_CELL: usize = 2;

/// More than rounding can move a place on an axis, in cells.
const SLACK: f64 = 1e-6;

/// More than rounding can change a length, as a share of it.
const ROUNDING: f64 = 1e-9;

/// A block of cells: which of them along each axis.
pub(super) type CellBlock = [Range<u32>; AXES];

/// How space is cut. Along an axis without extent, or that does not exist, there is one cell.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    /// The coordinates that are cut. Those of fewer than three are the last ones, along which cells
    /// follow each other.
    axes: [Option<usize>; AXES],
    /// Where the first cell begins.
    lowest: [f64; AXES],
    side: f64,
    /// Cells along each axis.
    counts: [u32; AXES],
}

impl Lattice {
    /// Cells with sides of this length around `x: (n, d)`; `None` where they would be too many to
    /// be numbered.
    pub(super) fn new(x: &Array2<f64>, side: f64) -> Option<Self> {
        let mut axes = [None; AXES];
        axes.iter_mut().rev().zip(axes_of(x).into_iter().rev()).for_each(|(a, k)| *a = Some(k));
        let mut lattice = Self { axes, lowest: [0.0; AXES], side, counts: [1; AXES] };
        for (axis, k) in axes.into_iter().enumerate() {
            let column = || k.into_iter().flat_map(|k| x.column(k)).copied();
            let Some(lowest) = column().reduce(f64::min) else { continue };
            let highest = column().fold(lowest, f64::max);
            lattice.lowest[axis] = lowest;
            let cells = lattice.place(axis, highest).floor() + 1.0;
            lattice.counts[axis] = if cells <= MOST_CELLS { cells as u32 } else { return None };
        }
        let all = lattice.counts.iter().map(|&count| f64::from(count)).product::<f64>();
        (all < 2.0_f64.powi(62)).then_some(lattice)
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).product()
    }

    /// Where a coordinate lies along an axis, in cells.
    fn place(&self, axis: usize, value: f64) -> f64 {
        (value - self.lowest[axis]) / self.side
    }

    fn place_of(&self, from: &[f64], axis: usize) -> f64 {
        self.axes[axis].map_or(0.5, |k| self.place(axis, from[k]))
    }

    /// The cell of a point, or the nearest one of a point that is outside.
    pub(super) fn cell(&self, from: &[f64]) -> [u32; AXES] {
        std::array::from_fn(|axis| self.clamp(axis, self.place_of(from, axis)))
    }

    fn clamp(&self, axis: usize, place: f64) -> u32 {
        place.clamp(0.0, f64::from(self.counts[axis] - 1)) as u32
    }

    /// The number of a cell: those along the last axis follow each other.
    pub(super) fn number(&self, cell: [u32; AXES]) -> u64 {
        let [i, j, k] = cell.map(u64::from);
        (i * u64::from(self.counts[1]) + j) * u64::from(self.counts[2]) + k
    }

    /// The cell of a number.
    pub(super) fn cell_of(&self, number: u64) -> [u32; AXES] {
        let [_, j, k] = self.counts.map(u64::from);
        [number / k / j, number / k % j, number % k].map(|index| index as u32)
    }

    /// Of a number for every axis, those of the axes that are cut.
    pub(super) fn places(&self, of: [u32; AXES]) -> Vec<u32> {
        let cut = self.axes.iter().zip(of).filter(|(axis, _)| axis.is_some());
        cut.map(|(_, place)| place).collect()
    }

    /// How many cells there are along each axis.
    pub(super) fn counts(&self) -> [u32; AXES] {
        self.counts
    }

    /// The middle of a cell, given and returned for the axes that are cut.
    pub(super) fn center(&self, places: &[u32]) -> Vec<f64> {
        let cut = (0..AXES).filter(|&axis| self.axes[axis].is_some());
        let middle = |(axis, &place): (usize, &u32)| {
            self.lowest[axis] + (f64::from(place) + 0.5) * self.side
        };
        cut.zip(places).map(middle).collect()
    }

    /// The block of cells at most `width` cells away from one.
    pub(super) fn around(&self, cell: [u32; AXES], width: u32) -> CellBlock {
        std::array::from_fn(|axis| {
            let end = (cell[axis] + 1).saturating_add(width).min(self.counts[axis]);
            cell[axis].saturating_sub(width)..end
        })
    }

    /// The square of a distance that no point outside of a block is nearer than; infinite if there
    /// is none.
    pub(super) fn squared_distance_out_of(&self, block: &CellBlock, from: &[f64]) -> f64 {
        let mut gap = f64::INFINITY;
        for (axis, cells) in block.iter().enumerate() {
            let place = self.place_of(from, axis);
            if cells.start > 0 {
                gap = gap.min(place - f64::from(cells.start));
            }
            if cells.end < self.counts[axis] {
                gap = gap.min(f64::from(cells.end) - place);
            }
        }
        let distance = (gap - SLACK).max(0.0) * self.side * (1.0 - ROUNDING);
        distance * distance
    }
}

/// The sides of the box around `x: (n, d)` that are cut into cells.
pub(super) fn extents(x: &Array2<f64>) -> Vec<f64> {
    axes_of(x).iter().map(|&k| side(x.column(k).iter().copied())).collect()
}

/// The shortest side of cells over these extents with which they are at most half as many as `n`
/// points, empty ones among them; 1 for a place without extent.
pub(super) fn side_for(extents: &[f64], n: usize) -> f64 {
    let longest = extents.iter().copied().fold(0.0, f64::max);
    if longest == 0.0 {
        return 1.0;
    }
    let most = n.div_ceil(POINTS_PER_CELL) as f64;
    let needed = |side: f64| extents.iter().map(|e| (e / side).floor() + 1.0).product::<f64>();
    // Halves the interval of exponents, because sides may be of any size.
    let (mut short, mut long) = (-40.0, 1.0);
    for _ in 0..40 {
        let middle = (short + long) / 2.0;
        let fits = needed(longest * f64::exp2(middle)) <= most;
        if fits { long = middle } else { short = middle }
    }
    longest * f64::exp2(long)
}

/// The axes that are cut: all, or the three along which the points reach farthest.
fn axes_of(x: &Array2<f64>) -> Vec<usize> {
    let sides: Vec<f64> = BoundingBox::around(x).sides().collect();
    let mut axes: Vec<usize> = (0..x.ncols()).collect();
    axes.sort_by(|&a, &b| sides[b].total_cmp(&sides[a]));
    axes.truncate(AXES);
    axes.sort_unstable();
    axes
}

/// What lies within a distance of a box of points, in cells.
pub(super) struct CellReach<'a> {
    lattice: &'a Lattice,
    /// Where the box begins and ends along each axis.
    places: [(f64, f64); AXES],
    /// The square of the distance.
    squared: f64,
}

impl<'a> CellReach<'a> {
    /// What lies within `radius` of some point between the corners `low` and `high`.
    pub(super) fn new(lattice: &'a Lattice, low: &[f64], high: &[f64], radius: f64) -> Self {
        let cells = radius / lattice.side * (1.0 + ROUNDING) + SLACK;
        let place = |axis| (lattice.place_of(low, axis), lattice.place_of(high, axis));
        Self { lattice, places: std::array::from_fn(place), squared: cells * cells }
    }

    /// The square that is left of the distance after the way to a cell along an axis.
    pub(super) fn left(&self, axis: usize, cell: u32, squared: f64) -> f64 {
        let (low, high) = self.places[axis];
        let cell = f64::from(cell);
        let gap = (cell - high).max(low - cell - 1.0).max(0.0);
        squared - gap * gap
    }

    /// All of the distance, squared.
    pub(super) fn squared(&self) -> f64 {
        self.squared
    }

    /// The cells along an axis that the square of a distance reaches.
    pub(super) fn cells(&self, axis: usize, squared: f64) -> Range<u32> {
        let (low, high) = self.places[axis];
        let (distance, count) = (squared.max(0.0).sqrt() + SLACK, self.lattice.counts[axis]);
        if high + distance < 0.0 || low - distance > f64::from(count) {
            return 0..0;
        }
        let end = self.lattice.clamp(axis, high + distance) + 1;
        self.lattice.clamp(axis, low - distance)..end
    }
}
