//! Points that have met.

use super::point_box::{PointBox, second_half};
use crate::cluster::mean_shift::fast::cloud::Cloud;
use ndarray::Array2;
use std::ops::Range;

/// Lets the points of every box whose sides are at most `distance` move as one from here on, if that
/// makes at least two of three points superfluous; says whether it has.
pub(super) fn merge<const D: usize>(
    cloud: &mut Cloud,
    boxes: &[PointBox<D>],
    distance: f64,
) -> bool {
    let mut met = Vec::new();
    collect(boxes, 0, distance, &mut met);
    let superfluous: usize = met.iter().map(|points| points.len() - 1).sum();
    if 3 * superfluous < 2 * cloud.len() || superfluous == 0 {
        return false;
    }
    let (mut points, mut counts) = (Vec::new(), Vec::new());
    let mut new_places = Vec::with_capacity(cloud.len());
    let mut met = met.into_iter().peekable();
    while new_places.len() < cloud.len() {
        let place = new_places.len();
        let group = met.next_if(|group| group.start == place).unwrap_or(place..place + 1);
        new_places.resize(group.end, counts.len() as u32);
        let (mean, count) = mean(cloud, group);
        points.extend(mean);
        counts.push(count);
    }
    cloud.points = Array2::from_shape_vec((counts.len(), D), points).expect("D for each");
    cloud.counts = counts;
    cloud.redirect(&new_places);
    true
}

/// The positions of the points in each of the largest boxes that are small enough, in their order.
fn collect<const D: usize>(
    boxes: &[PointBox<D>],
    place: usize,
    distance: f64,
    met: &mut Vec<Range<usize>>,
) {
    let this = &boxes[place];
    if this.side() <= distance {
        met.push(this.points.clone());
    } else if !this.is_leaf() {
        collect(boxes, place + 1, distance, met);
        collect(boxes, second_half(boxes, place), distance, met);
    }
}

/// The mean of some points, as seen from the first, and how often they count together.
fn mean(cloud: &Cloud, group: Range<usize>) -> (Vec<f64>, f64) {
    let first = cloud.points.row(group.start);
    let count: f64 = cloud.counts[group.clone()].iter().sum();
    let coordinate = |k: usize| {
        let off = |i: usize| cloud.counts[i] * (cloud.points[[i, k]] - first[k]);
        first[k] + group.clone().map(off).sum::<f64>() / count
    };
    ((0..first.len()).map(coordinate).collect(), count)
}
