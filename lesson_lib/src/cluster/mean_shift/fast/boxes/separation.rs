//! How far apart boxes have to be to see each other by polynomials.

use super::nodes::Nodes;
use super::point_box::PointBox;

/// Which error the polynomials may make.
///
/// At a distance r the derivatives of r along a line are bounded: the n-th is at most
/// 2 n! / (2n − 1) · r¹⁻ⁿ, because its terms are differences of Legendre's polynomials. That of
/// r · (p − q) is then at most 4 n! / (2n − 3) · r²⁻ⁿ, and a polynomial through N of Chebyshev's nodes
/// along a side s is off from it by at most 8 / (2N − 3) · r² · (s / 4r)ᴺ; from r by less.
#[derive(Clone, Copy)]
pub(super) enum Separation {
    /// What is summed is a polynomial itself.
    Any,
    /// The weight is `1 − slope · r`, and the error at most this share of it.
    OfCone { slope: f64, share: f64 },
}

impl Separation {
    /// Whether `asks`, if by its nodes, sees the stand-ins of `other`, if it has any, as well as it
    /// would see its points. `nearest` and `farthest` are the squares of their distances.
    pub(super) fn is_enough<const D: usize>(
        self,
        asks: Option<&PointBox<D>>,
        other: Option<&PointBox<D>>,
        [nearest, farthest]: [f64; 2],
    ) -> bool {
        let Separation::OfCone { slope, share } = self else { return true };
        let between = Nodes::<D>::GROWTH.powi(D as i32 - 1);
        let sixteenth = 1.0 / (16.0 * nearest);
        let off = |of: Option<&PointBox<D>>| -> f64 {
            let Some(of) = of else { return 0.0 };
            (0..D)
                .map(|k| {
                    ((2.0 * of.half_side(k)).powi(2) * sixteenth).powi(Nodes::<D>::ALONG as i32 / 2)
                })
                .sum()
        };
        // What is off at the nodes is off by more between them.
        let off = between * (off(asks) + between * Nodes::<D>::GROWTH * off(other));
        let constant = 8.0 / (2 * Nodes::<D>::ALONG - 3) as f64;
        let weight = 1.0 - slope * farthest.sqrt();
        // Not a number where they touch, which is not enough.
        constant * slope * nearest.sqrt() * off <= share * weight
    }
}
