//! Boxes that ask boxes.

use super::field::Field;
use super::moments::{PointMoments, WeightedSums};
use super::nodes::Nodes;
use super::pairs::{Chunks, LANES, PairLoop, Reach};
use super::point_box::{PointBox, second_half, squared_distances};
use super::separation::Separation;
use super::stand_ins::{StandIns, has_stand_ins};
use std::mem;
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
    pub(super) settle: Settle<'a, D>,
}

/// How a box within reach is settled.
pub(super) enum Settle<'a, const D: usize> {
    /// Point by point.
    Points,
    /// By its moments.
    Moments,
    /// By points that stand in for its own, where they see them from far enough away.
    StandIns { nodes: &'a Nodes<D>, stand_ins: &'a StandIns, separation: Separation },
}

/// What a box has found out about all points.
struct Known<'a, const D: usize> {
    /// The moments, about its middle, of points within its reach.
    moments: PointMoments<D>,
    /// What points within its reach add up to, seen from it or from a box that holds it.
    field: Option<&'a Field<'a, D>>,
    /// Boxes within its reach that are in neither.
    within: Vec<usize>,
    /// Boxes about which its halves have to ask.
    open: Vec<usize>,
}

impl<const D: usize> DualTree<'_, D> {
    /// Writes the steps of all points to their means.
    pub(super) fn steps(&self, steps: &mut [[f64; D]]) {
        if !self.boxes.is_empty() {
            let moments = PointMoments::NONE;
            let nothing = Known { moments, field: None, within: vec![], open: vec![0] };
            self.ask(0, moments, &nothing, steps);
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
        let mut known = Known { moments, field: parent.field, within: parent.within.clone(), open };
        parent.open.iter().for_each(|&other| self.decide(asks, other, &mut known));
        let field = self.see(asks, &mut known);
        known.field = field.as_ref().or(parent.field);
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
        let distances @ [nearest, farthest] = squared_distances(asks, other);
        if nearest > self.reach.limit * (1.0 + ROUNDING) {
            return;
        }
        if farthest <= self.reach.limit * (1.0 - ROUNDING) {
            match self.settle {
                Settle::Moments => {
                    let shift = asks.seen_from_middle(&other.middle);
                    return known.moments.add(&other.moments, &shift);
                }
                Settle::StandIns { separation, .. }
                    if !sees_well(asks, other, separation, distances) => {}
                _ => return known.within.push(place),
            }
        }
        if other.is_leaf() || (!asks.is_leaf() && other.side() < asks.side()) {
            known.open.push(place);
        } else {
            self.decide(asks, place + 1, known);
            self.decide(asks, second_half(self.boxes, place), known);
        }
    }

    /// What a box of many points sees by its nodes: all that is within its reach.
    fn see<'a>(&'a self, asks: &'a PointBox<D>, known: &mut Known<D>) -> Option<Field<'a, D>> {
        let Settle::StandIns { nodes, .. } = self.settle else { return None };
        if !has_stand_ins::<D>(asks.points.len()) {
            return None;
        }
        let mut field = match known.field {
            Some(field) => field.within(nodes, asks),
            None => Field::zero(nodes, asks),
        };
        let near = self.near(&mem::take(&mut known.within));
        field.add(|node| self.sums(node, &near));
        Some(field)
    }

    /// The steps of a leaf's points.
    fn answer(&self, asks: &PointBox<D>, known: &Known<D>, steps: &mut [[f64; D]]) {
        let near = self.near(&[&known.within[..], &known.open].concat());
        for (point, step) in self.points[asks.points.clone()].iter().zip(steps) {
            let mut sums = self.sums(point, &near);
            sums += known.moments.sums_from(&asks.seen_from_middle(point), self.reach.number);
            if let Some(field) = known.field {
                sums += field.at(point);
            }
            *step = sums.offsets.map(|offset| offset / sums.weights);
        }
    }

    /// The chunks in which the points of some boxes are, or what stands in for them.
    fn near(&self, places: &[usize]) -> Near {
        let mut near = Near::default();
        for &place in places {
            if let Settle::StandIns { stand_ins, .. } = self.settle
                && let Some(range) = stand_ins.chunks_of::<D>(place)
            {
                push(&mut near.stand_ins, range);
                continue;
            }
            let Range { start, end } = self.boxes[place].points;
            push(&mut near.points, (start / LANES) as u32..end.div_ceil(LANES) as u32);
        }
        near
    }

    fn sums(&self, place: &[f64; D], near: &Near) -> WeightedSums<D> {
        let mut sums = self.pair_loop.sums(self.chunks, place, &near.points, self.reach);
        if let Settle::StandIns { stand_ins, .. } = self.settle {
            sums += self.pair_loop.sums(&stand_ins.chunks, place, &near.stand_ins, self.reach);
        }
        sums
    }
}

/// Whether a box sees all points of another one, within its reach, as well as it has to: from its nodes
/// if it has many points, and by stand-ins if the other one has. Rarely asked, so it stays out of a loop
/// that is asked often.
#[inline(never)]
fn sees_well<const D: usize>(
    asks: &PointBox<D>,
    other: &PointBox<D>,
    separation: Separation,
    distances: [f64; 2],
) -> bool {
    let by_nodes = |of: &PointBox<D>| has_stand_ins::<D>(of.points.len());
    let [seeing, seen] = [asks, other].map(|of| by_nodes(of).then_some(of));
    (seeing.is_none() && seen.is_none()) || separation.is_enough(seeing, seen, distances)
}

/// Chunks that are looked at one by one.
#[derive(Default)]
struct Near {
    points: Vec<Range<u32>>,
    stand_ins: Vec<Range<u32>>,
}

/// Adds a range, to the last one if they are side by side.
fn push(ranges: &mut Vec<Range<u32>>, range: Range<u32>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}
