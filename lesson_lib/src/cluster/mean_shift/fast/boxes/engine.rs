//! An iteration: measure the boxes, let them ask.

use super::dual::{DualTree, Settle};
use super::merge::merge;
use super::nodes::Nodes;
use super::pairs::{Chunks, LANES, PairLoop, Reach};
use super::point_box::{LEAF, PointBox, boxes_of, measure};
use super::separation::Separation;
use super::stand_ins::StandIns;
use crate::cluster::mean_shift::Weight;
use crate::cluster::mean_shift::fast::cloud::Cloud;
use crate::neighbors::rows_in_halves;

/// How boxes within reach are settled.
#[derive(Clone, Copy)]
enum Way {
    NearPairs,
    Moments,
    Multipole(Separation),
}

/// The engines that let boxes ask.
pub(in super::super) struct BoxEngine {
    reach: Reach,
    pair_loop: PairLoop,
    way: Way,
    /// Boxes with sides up to this move as one.
    merged: f64,
    /// How many points have been sorted into boxes.
    sorted: Option<usize>,
}

impl BoxEngine {
    /// Point by point; a Gaussian is cut off at `radius`.
    pub(in super::super) fn near_pairs(weight: Weight, radius: f64, merged: f64) -> Self {
        let reach = Reach::new(weight, radius);
        let pair_loop = PairLoop::fastest();
        Self { reach, pair_loop, way: Way::NearPairs, merged, sorted: None }
    }

    /// By moments, for `Flat` and `Epanechnikov`.
    pub(in super::super) fn moments(weight: Weight, merged: f64) -> Self {
        Self { way: Way::Moments, ..Self::near_pairs(weight, weight.width(), merged) }
    }

    /// By stand-ins, for all but `Gaussian`; polynomials may be off by this share of a weight.
    pub(in super::super) fn multipole(weight: Weight, share: f64, merged: f64) -> Self {
        let separation = match weight {
            Weight::Triangular(radius) => Separation::OfCone { slope: 1.0 / radius, share },
            _ => Separation::Any,
        };
        Self { way: Way::Multipole(separation), ..Self::near_pairs(weight, weight.width(), merged) }
    }

    /// The steps to the means: `(m, d)`. The cloud is sorted when its points have become other ones,
    /// and those that have met become one.
    pub(in super::super) fn steps(&mut self, cloud: &mut Cloud) -> Vec<f64> {
        match cloud.points.ncols() {
            1 => self.steps_of::<1>(cloud),
            2 => self.steps_of::<2>(cloud),
            3 => self.steps_of::<3>(cloud),
            d => unreachable!("`check` lets no {d} coordinates pass"),
        }
    }

    fn steps_of<const D: usize>(&mut self, cloud: &mut Cloud) -> Vec<f64> {
        if cloud.len() == 0 {
            return vec![];
        }
        let mut boxes = self.boxes::<D>(cloud);
        // Only once: what is merged again would be displaced by more than was asked.
        if merge(cloud, &boxes, self.merged) {
            boxes = self.boxes::<D>(cloud);
        }
        let (points, counts) = (points_of(cloud), &cloud.counts);
        let chunks = Chunks::new::<D>(points, counts);
        let (nodes, stand_ins);
        let settle = match self.way {
            Way::NearPairs => Settle::Points,
            Way::Moments => Settle::Moments,
            Way::Multipole(separation) => {
                nodes = Nodes::new();
                stand_ins = StandIns::new(&boxes, &nodes, points, counts);
                Settle::StandIns { nodes: &nodes, stand_ins: &stand_ins, separation }
            }
        };
        let Self { reach, pair_loop, .. } = *self;
        let asked = DualTree { boxes: &boxes, points, chunks: &chunks, reach, pair_loop, settle };
        let mut steps = vec![[0.0; D]; points.len()];
        asked.steps(&mut steps);
        steps.into_flattened()
    }

    /// The boxes of the cloud, which is sorted if its points have become other ones.
    fn boxes<const D: usize>(&mut self, cloud: &mut Cloud) -> Vec<PointBox<D>> {
        self.sort(cloud);
        let mut boxes = boxes_of::<D>(cloud.len());
        measure(&mut boxes, points_of(cloud), &cloud.counts);
        boxes
    }

    fn sort(&mut self, cloud: &mut Cloud) {
        if self.sorted != Some(cloud.len()) {
            cloud.reorder(&rows_in_halves(&cloud.points, LEAF, LANES));
            self.sorted = Some(cloud.len());
        }
    }
}

fn points_of<const D: usize>(cloud: &Cloud) -> &[[f64; D]] {
    cloud.points.as_slice().expect("rows one after another").as_chunks::<D>().0
}
