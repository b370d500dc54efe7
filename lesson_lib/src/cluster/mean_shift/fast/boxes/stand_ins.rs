//! A few points with counts that stand in for the many of a box.

use super::nodes::{Nodes, transposed};
use super::pairs::{Chunks, LANES};
use super::point_box::{PointBox, second_half};
use std::ops::Range;

/// Boxes whose stand-ins are counted by one thread.
const ONE_THREAD: usize = 1 << 12;

/// No stand-ins.
const NONE: u32 = u32::MAX;

/// For every box of many points, its [`Nodes`], with counts.
///
/// A node counts what Lagrange's polynomial through it is at all points of the box, together. So a
/// sum over the nodes is that over the points for every polynomial of a degree below their number
/// along a side, and nearly so for what such a polynomial comes close to. Counts may be negative.
pub(super) struct StandIns {
    pub(super) chunks: Chunks,
    /// For each box, how many boxes with stand-ins come before it, or `NONE`.
    order: Vec<u32>,
}

/// Whether a box of so many points has stand-ins: there are far fewer of them then. A leaf has none.
pub(super) fn has_stand_ins<const D: usize>(points: usize) -> bool {
    points >= 2 * LANES * chunks_of_a_box::<D>()
}

impl StandIns {
    pub(super) fn new<const D: usize>(
        boxes: &[PointBox<D>],
        nodes: &Nodes<D>,
        points: &[[f64; D]],
        counts: &[f64],
    ) -> Self {
        let mut boxes_with = 0;
        let order: Vec<u32> = boxes
            .iter()
            .map(|of| {
                let has = has_stand_ins::<D>(of.points.len());
                boxes_with += u32::from(has);
                if has { boxes_with - 1 } else { NONE }
            })
            .collect();
        let mut values = vec![0.0; boxes_with as usize * size::<D>()];
        if boxes_with > 0 {
            Counting { boxes, nodes, points, counts, order: &order }.fill(0, &mut values);
        }
        Self { chunks: Chunks::filled(values), order }
    }

    /// The chunks of a box's stand-ins, if it has any.
    pub(super) fn chunks_of<const D: usize>(&self, place: usize) -> Option<Range<u32>> {
        let (order, each) = (self.order[place], chunks_of_a_box::<D>() as u32);
        (order != NONE).then(|| order * each..(order + 1) * each)
    }
}

const fn chunks_of_a_box<const D: usize>() -> usize {
    Nodes::<D>::IN_ALL.div_ceil(LANES)
}

/// The numbers of a box's stand-ins.
const fn size<const D: usize>() -> usize {
    chunks_of_a_box::<D>() * LANES * (D + 1)
}

/// What their counts are made of.
struct Counting<'a, const D: usize> {
    boxes: &'a [PointBox<D>],
    nodes: &'a Nodes<D>,
    points: &'a [[f64; D]],
    counts: &'a [f64],
    order: &'a [u32],
}

impl<const D: usize> Counting<'_, D> {
    /// Fills in the stand-ins of the box at `place` and of all below it; returns the box's counts.
    fn fill(&self, place: usize, values: &mut [f64]) -> Vec<f64> {
        let this = &self.boxes[place];
        let (own, below) = values.split_at_mut(size::<D>());
        let halves = [place + 1, second_half(self.boxes, place)];
        let counts = if halves.iter().all(|&half| self.order[half] == NONE) {
            self.of_points(this)
        } else {
            self.of_halves(this, halves, below)
        };
        self.write(this, &counts, own);
        counts
    }

    fn of_points(&self, this: &PointBox<D>) -> Vec<f64> {
        let mut sums = vec![0.0; Nodes::<D>::IN_ALL];
        self.add_points(this, this, &mut sums);
        sums
    }

    /// Adds the points of a box to the counts of one that holds it.
    fn add_points(&self, of: &PointBox<D>, to: &PointBox<D>, sums: &mut [f64]) {
        let range = of.points.clone();
        for (point, &count) in self.points[range.clone()].iter().zip(&self.counts[range]) {
            let basis = self.nodes.basis(to, point);
            for (node, sum) in sums.iter_mut().enumerate() {
                *sum += count * Nodes::polynomial(&basis, node);
            }
        }
    }

    /// The counts of a box of which at least one half has stand-ins.
    fn of_halves(&self, this: &PointBox<D>, halves: [usize; 2], below: &mut [f64]) -> Vec<f64> {
        let boxes_of_first = match self.order[halves[1]] {
            NONE => below.len() / size::<D>(),
            order => (order - self.order[halves[0]]) as usize,
        };
        let (first, second) = below.split_at_mut(boxes_of_first * size::<D>());
        let of_half = |half: usize, values: &mut [f64]| {
            let mut sums = vec![0.0; Nodes::<D>::IN_ALL];
            if self.order[half] == NONE {
                self.add_points(&self.boxes[half], this, &mut sums);
                return sums;
            }
            let counts = self.fill(half, values);
            let bases = self.nodes.bases_within(this, &self.boxes[half]);
            Nodes::<D>::along_all(&counts, &bases.map(|basis| transposed(&basis)))
        };
        let sums = if this.points.len() > ONE_THREAD {
            rayon::join(|| of_half(halves[0], first), || of_half(halves[1], second))
        } else {
            (of_half(halves[0], first), of_half(halves[1], second))
        };
        sums.0.iter().zip(&sums.1).map(|(a, b)| a + b).collect()
    }

    /// Writes nodes and counts as chunks; lanes that are left over count nothing.
    fn write(&self, this: &PointBox<D>, counts: &[f64], chunks: &mut [f64]) {
        for (i, (node, count)) in self.nodes.of(this).zip(counts).enumerate() {
            let chunk = &mut chunks[i / LANES * LANES * (D + 1)..];
            (0..D).for_each(|k| chunk[k * LANES + i % LANES] = node[k]);
            chunk[D * LANES + i % LANES] = *count;
        }
    }
}
