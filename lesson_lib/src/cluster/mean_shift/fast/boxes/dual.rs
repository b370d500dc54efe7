//! Boxes that ask boxes.

use super::moments::PointMoments;
use super::pairs::{Chunks, LANES, PairLoop, Reach};
use super::point_box::{PointBox, second_half, squared_distances};
use std::array;
use std::ops::Range;

/// Points that ask on one thread.
const ONE_THREAD: usize = 1 << 11;

/// More than rounding can change a squared distance, as a share of it.
const ROUNDING: f64 = 1e-12;

/// All that is asked about.
pub(super) struct DualTree<'a, const D: usize> {
    pub(super) boxes: &'a [PointBox<D>],
    pub(super) points: &'a [[f64; D]],
    pub(super) chunks: &'a Chunks,
    pub(super) reach: Reach,
    pub(super) pair_loop: PairLoop,
    /// Whether a box within reach is settled by its moments.
    pub(super) by_moments: bool,
}

/// What a box has found out about all points.
struct Known<const D: usize> {
    /// The moments, about its middle, of points within its reach.
    moments: PointMoments<D>,
    /// Boxes within its reach whose moments are not in there.
    within: Vec<usize>,
    /// Boxes through which the edge goes.
    open: Vec<usize>,
}

impl<const D: usize> DualTree<'_, D> {
    /// Writes the steps of all points to their means.
    pub(super) fn steps(&self, steps: &mut [[f64; D]]) {
        if !self.boxes.is_empty() {
            let nothing = Known { moments: PointMoments::NONE, within: vec![], open: vec![0] };
            self.ask(0, nothing.moments, &nothing, steps);
        }
    }

    /// Asks for the box at `place`, of whose parent so much is known; `moments` are the parent's,
    /// about the middle of this box.
    fn ask(
        &self,
        place: usize,
        moments: PointMoments<D>,
        parent: &Known<D>,
        steps: &mut [[f64; D]],
    ) {
        let asks = &self.boxes[place];
        let open = Vec::with_capacity(parent.open.len());
        let mut known = Known { moments, within: parent.within.clone(), open };
        parent.open.iter().for_each(|&other| self.decide(asks, other, &mut known));
        if asks.is_leaf() {
            return self.answer(asks, &known, steps);
        }
        let halves = [place + 1, second_half(self.boxes, place)];
        let (first, second) = steps.split_at_mut(self.boxes[halves[0]].points.len());
        let ask = |half: usize, steps: &mut [[f64; D]]| {
            let shift = self.boxes[half].seen_from_middle(&asks.middle);
            self.ask(half, known.moments.moved(&shift), &known, steps);
        };
        if asks.points.len() > ONE_THREAD {
            rayon::join(|| ask(halves[0], first), || ask(halves[1], second));
        } else {
            ask(halves[0], first);
            ask(halves[1], second);
        }
    }

    /// Decides about a box, or about its halves.
    fn decide(&self, asks: &PointBox<D>, place: usize, known: &mut Known<D>) {
        let other = &self.boxes[place];
        let [nearest, farthest] = squared_distances(asks, other);
        if nearest > self.reach.limit * (1.0 + ROUNDING) {
            return;
        }
        if farthest <= self.reach.limit * (1.0 - ROUNDING) {
            match self.by_moments {
                true => known.moments.add(&other.moments, &asks.seen_from_middle(&other.middle)),
                false => known.within.push(place),
            }
        } else if other.is_leaf() || (!asks.is_leaf() && other.side() < asks.side()) {
            known.open.push(place);
        } else {
            self.decide(asks, place + 1, known);
            self.decide(asks, second_half(self.boxes, place), known);
        }
    }

    /// The steps of a leaf's points.
    fn answer(&self, asks: &PointBox<D>, known: &Known<D>, steps: &mut [[f64; D]]) {
        let near = self.chunks_of(known.within.iter().chain(&known.open));
        for (point, step) in self.points[asks.points.clone()].iter().zip(steps) {
            let pairs = self.pair_loop.sums(self.chunks, point, &near, self.reach);
            let others = known.moments.sums_from(&asks.seen_from_middle(point), self.reach.number);
            let weights = pairs.weights + others.weights;
            *step = array::from_fn(|k| (pairs.offsets[k] + others.offsets[k]) / weights);
        }
    }

    /// The chunks of some boxes, those side by side as one range.
    fn chunks_of<'a>(&self, places: impl Iterator<Item = &'a usize>) -> Vec<Range<u32>> {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for &place in places {
            let Range { start, end } = self.boxes[place].points;
            let (start, end) = ((start / LANES) as u32, end.div_ceil(LANES) as u32);
            match ranges.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => ranges.push(start..end),
            }
        }
        ranges
    }
}
