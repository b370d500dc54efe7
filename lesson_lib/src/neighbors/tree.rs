//! A binary tree over points, whatever its nodes are bounded by.
//!
//! The points stand in one long row. Half of them, those with the lower coordinates along the
//! longest side of their box, belong to the left child of the root, the others to the right one;
//! and so on with each half, down to leaves of a few points. So nothing needs to be stored of a
//! node but its bound: node `k` has the children `2k + 1` and `2k + 2`, and its points are the
//! first or second half of its parent's.

use super::collector::Collector;
use super::columns::Columns;
use super::halves::rows_in_halves;
use ndarray::Array2;
use rayon::prelude::*;
use std::marker::PhantomData;
use std::ops::Range;

/// The most points of a leaf. With fewer, more bounds are looked at than points are saved.
const LEAF: usize = 16;

/// The region of a node, written as a few numbers.
pub(super) trait Bound {
    /// How many numbers it takes for points of `d` coordinates.
    fn size(d: usize) -> usize;

    /// Writes the bound around the points at these positions.
    fn write(points: &Columns, positions: Range<usize>, bound: &mut [f64]);

    /// Squared distances that no point within is nearer or farther than, as [`Columns`] computes
    /// them.
    fn nearest_and_farthest(bound: &[f64], from: &[f64]) -> (f64, f64);
}

/// The tree of the rows of `x: (n, d)`.
#[derive(Clone, Debug)]
pub(super) struct Tree<B> {
    points: Columns,
    /// One bound after another: that of the root, those of its children, and so on.
    bounds: Vec<f64>,
    kind: PhantomData<B>,
}

/// A node on the way of a search.
struct Visit {
    node: usize,
    positions: Range<usize>,
    /// The squared distance that none of its points is farther than.
    farthest: f64,
}

impl<B: Bound + Sync> Tree<B> {
    pub(super) fn new(x: &Array2<f64>) -> Self {
        let points = Columns::new(x, rows_in_halves(x, LEAF, 1));
        let (n, d) = points.dim();
        let mut bounds = vec![0.0; nodes(n) * B::size(d)];
        let in_parallel = bounds.par_chunks_exact_mut(B::size(d)).enumerate();
        in_parallel.for_each(|(node, bound)| B::write(&points, positions(node, n), bound));
        Self { points, bounds, kind: PhantomData }
    }

    pub(super) fn dim(&self) -> (usize, usize) {
        self.points.dim()
    }

    pub(super) fn search(&self, from: &[f64], collector: &mut dyn Collector) {
        let (_, farthest) = B::nearest_and_farthest(self.bound(0), from);
        let root = Visit { node: 0, positions: 0..self.points.dim().0, farthest };
        self.visit(root, from, collector);
    }

    /// Shows the points of a node, those of its nearer child first: then the other child is often
    /// out of reach.
    fn visit(&self, visit: Visit, from: &[f64], collector: &mut dyn Collector) {
        let Visit { node, positions, farthest } = visit;
        if collector.take_all(&self.points, positions.clone(), farthest) {
            return;
        }
        if positions.len() <= LEAF {
            return collector.look(&self.points, positions, from);
        }
        let [left, right] = children(node, positions);
        let bounds = |node| B::nearest_and_farthest(self.bound(node), from);
        let (to_left, to_right) = (bounds(left.0), bounds(right.0));
        // Where both are as near, as overlapping balls may be, the one that ends sooner.
        let order = match to_right < to_left {
            false => [(to_left, left), (to_right, right)],
            true => [(to_right, right), (to_left, left)],
        };
        for ((nearest, farthest), (node, positions)) in order {
            if nearest <= collector.reach() {
                self.visit(Visit { node, positions, farthest }, from, collector);
            }
        }
    }

    fn bound(&self, node: usize) -> &[f64] {
        let size = B::size(self.points.dim().1);
        &self.bounds[node * size..][..size]
    }
}

/// The children of a node, each with the positions of its points.
fn children(node: usize, positions: Range<usize>) -> [(usize, Range<usize>); 2] {
    let middle = positions.start + positions.len() / 2;
    [(2 * node + 1, positions.start..middle), (2 * node + 2, middle..positions.end)]
}

/// How many nodes a tree of `n` points has room for.
fn nodes(n: usize) -> usize {
    // The right child is the larger one.
    let (mut last, mut points) = (0, n);
    while points > LEAF {
        (last, points) = (2 * last + 2, points - points / 2);
    }
    last + 1
}

/// The positions of a node's points; none for a node that would lie below a leaf.
fn positions(node: usize, n: usize) -> Range<usize> {
    if node == 0 {
        return 0..n;
    }
    let parent = positions((node - 1) / 2, n);
    if parent.len() <= LEAF {
        return 0..0;
    }
    let [(left, first), (_, second)] = children((node - 1) / 2, parent);
    if node == left { first } else { second }
}
