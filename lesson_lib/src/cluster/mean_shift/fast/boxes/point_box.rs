//! Halves of halves of points, with their bounds and moments.

use super::moments::PointMoments;
use super::pairs::LANES;
use crate::neighbors::half;
use std::array;
use std::ops::Range;

/// The most points of a leaf. With fewer, more boxes are compared than pairs of points are saved.
pub(super) const LEAF: usize = LANES;

/// Boxes whose moments are taken by one thread.
const ONE_THREAD: usize = 1 << 12;

/// A box of points that stand side by side.
#[derive(Clone, Debug)]
pub(super) struct PointBox<const D: usize> {
    /// The positions of its points.
    pub(super) points: Range<usize>,
    /// How many boxes below this one follow it, its own halves first; none below a leaf. The first
    /// half is the next box, and the second one follows when all below that one are over.
    below: usize,
    low: [f64; D],
    high: [f64; D],
    /// The middle, from which the moments are taken.
    pub(super) middle: [f64; D],
    pub(super) moments: PointMoments<D>,
}

/// The squares of the least and the largest distance of points in two boxes.
#[inline(always)]
pub(super) fn squared_distances<const D: usize>(a: &PointBox<D>, b: &PointBox<D>) -> [f64; 2] {
    let (mut nearest, mut farthest) = (0.0, 0.0);
    for k in 0..D {
        let (below, above) = (a.low[k] - b.high[k], b.low[k] - a.high[k]);
        let gap = below.max(above).max(0.0);
        let span = (-below).max(-above);
        nearest += gap * gap;
        farthest += span * span;
    }
    [nearest, farthest]
}

impl<const D: usize> PointBox<D> {
    pub(super) fn is_leaf(&self) -> bool {
        self.below == 0
    }

    /// Half of its side along a coordinate.
    #[inline(always)]
    pub(super) fn half_side(&self, k: usize) -> f64 {
        (self.high[k] - self.low[k]) / 2.0
    }

    /// Its longest side.
    pub(super) fn side(&self) -> f64 {
        (0..D).map(|k| self.high[k] - self.low[k]).fold(0.0, f64::max)
    }
}

/// Where the second half of the box at `place` stands.
pub(super) fn second_half<const D: usize>(boxes: &[PointBox<D>], place: usize) -> usize {
    place + 2 + boxes[place + 1].below
}

/// The boxes of `n` points that [`rows_in_halves`](crate::neighbors::rows_in_halves) has sorted,
/// each before its halves; bounds and moments are still to come.
pub(super) fn boxes_of<const D: usize>(n: usize) -> Vec<PointBox<D>> {
    let mut boxes = Vec::with_capacity(n.div_ceil(LANES));
    add_boxes(&mut boxes, 0..n);
    boxes
}

fn add_boxes<const D: usize>(boxes: &mut Vec<PointBox<D>>, points: Range<usize>) {
    let (place, nowhere) = (boxes.len(), [0.0; D]);
    let moments = PointMoments::NONE;
    let (low, high, middle) = (nowhere, nowhere, nowhere);
    boxes.push(PointBox { points: points.clone(), below: 0, low, high, middle, moments });
    if points.len() > LEAF {
        let second = points.start + half(points.len(), LANES);
        add_boxes(boxes, points.start..second);
        add_boxes(boxes, second..points.end);
        boxes[place].below = boxes.len() - place - 1;
    }
}

/// Takes bounds and moments of all boxes; `points` and `counts` are those of all points.
pub(super) fn measure<const D: usize>(
    boxes: &mut [PointBox<D>],
    points: &[[f64; D]],
    counts: &[f64],
) {
    let Some((this, below)) = boxes.split_first_mut() else { return };
    if below.is_empty() {
        return this.measure_leaf(&points[this.points.clone()], &counts[this.points.clone()]);
    }
    let (first, second) = below.split_at_mut(1 + below[0].below);
    if this.below > ONE_THREAD {
        rayon::join(|| measure(first, points, counts), || measure(second, points, counts));
    } else {
        measure(first, points, counts);
        measure(second, points, counts);
    }
    this.join([&first[0], &second[0]]);
}

impl<const D: usize> PointBox<D> {
    fn measure_leaf(&mut self, points: &[[f64; D]], counts: &[f64]) {
        let ends = |k: usize, start: f64, better: fn(f64, f64) -> f64| {
            points.iter().map(|point| point[k]).fold(start, better)
        };
        self.bound(
            array::from_fn(|k| ends(k, f64::INFINITY, f64::min)),
            array::from_fn(|k| ends(k, f64::NEG_INFINITY, f64::max)),
        );
        for (point, &count) in points.iter().zip(counts) {
            self.moments.add_point(&array::from_fn(|k| point[k] - self.middle[k]), count);
        }
    }

    fn join(&mut self, halves: [&Self; 2]) {
        let [a, b] = halves;
        self.bound(
            array::from_fn(|k| a.low[k].min(b.low[k])),
            array::from_fn(|k| a.high[k].max(b.high[k])),
        );
        for half in halves {
            self.moments.add(&half.moments, &self.seen_from_middle(&half.middle));
        }
    }

    /// Draws the bounds and forgets the moments.
    fn bound(&mut self, low: [f64; D], high: [f64; D]) {
        self.middle = array::from_fn(|k| low[k] + (high[k] - low[k]) / 2.0);
        (self.low, self.high, self.moments) = (low, high, PointMoments::NONE);
    }

    /// Where a place is, seen from the middle.
    #[inline(always)]
    pub(super) fn seen_from_middle(&self, place: &[f64; D]) -> [f64; D] {
        array::from_fn(|k| place[k] - self.middle[k])
    }
}
