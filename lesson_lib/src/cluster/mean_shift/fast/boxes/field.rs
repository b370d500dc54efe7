//! What is far enough away, as seen from all places of a box.

use super::moments::WeightedSums;
use super::nodes::Nodes;
use super::point_box::PointBox;
use std::array;

/// Sums over points, as polynomials in the place from which they are seen: given by their values at
/// the nodes of a box.
pub(super) struct Field<'a, const D: usize> {
    nodes: &'a Nodes<D>,
    of: &'a PointBox<D>,
    /// At each node.
    weights: Vec<f64>,
    /// For each coordinate, at each node.
    offsets: [Vec<f64>; D],
}

impl<'a, const D: usize> Field<'a, D> {
    /// The field of nothing.
    pub(super) fn zero(nodes: &'a Nodes<D>, of: &'a PointBox<D>) -> Self {
        let zeros = || vec![0.0; Nodes::<D>::IN_ALL];
        Self { nodes, of, weights: zeros(), offsets: array::from_fn(|_| zeros()) }
    }

    /// The same field in a box within this one.
    pub(super) fn within<'b>(&self, nodes: &'b Nodes<D>, of: &'b PointBox<D>) -> Field<'b, D> {
        let bases = nodes.bases_within(self.of, of);
        let seen = |values: &Vec<f64>| Nodes::<D>::along_all(values, &bases);
        let offsets = array::from_fn(|k| seen(&self.offsets[k]));
        Field { nodes, of, weights: seen(&self.weights), offsets }
    }

    /// Adds what each node sees.
    pub(super) fn add(&mut self, seen_from: impl Fn(&[f64; D]) -> WeightedSums<D>) {
        for (i, node) in self.nodes.of(self.of).enumerate() {
            let sums = seen_from(&node);
            self.weights[i] += sums.weights;
            for (values, offset) in self.offsets.iter_mut().zip(sums.offsets) {
                values[i] += offset;
            }
        }
    }

    /// The sums seen from a place in the box.
    pub(super) fn at(&self, place: &[f64; D]) -> WeightedSums<D> {
        let bases = self.nodes.basis(self.of, place);
        let mut sums = WeightedSums { weights: 0.0, offsets: [0.0; D] };
        for node in 0..Nodes::<D>::IN_ALL {
            let polynomial = Nodes::<D>::polynomial(&bases, node);
            sums.weights += polynomial * self.weights[node];
            for (sum, values) in sums.offsets.iter_mut().zip(&self.offsets) {
                *sum += polynomial * values[node];
            }
        }
        sums
    }
}
