//! Boxes of points that ask boxes of points.
//!
//! The points are halved again and again, along the longest side of their box. A box that lies beyond
//! the reach of another one counts nothing for it, whatever it holds. One that lies within reach as a
//! whole is settled at once. What is left, boxes that the edge goes through, is asked about by the
//! halves of the box that asks; and in the end, box by box of a few points, by the points.
//!
//! How a box within reach is settled depends on the engine. [`FastEngine::NearPairs`] notes its points,
//! to be looked at one by one. [`FastEngine::Moments`] needs nothing of them but a few sums: seen from
//! `q`, a point `p` counts `1 − |p − q|² / r²`, and multiplied out, the sums over a box are made of
//!
//! ```text
//! Σ 1,   Σ u,   Σ u uᵀ,   Σ |u|² u        u = p − c, from the middle of the box
//! ```
//!
//! 4 numbers on a line, 8 in the plane, 13 in space.
//!
//! [`FastEngine::Multipole`] takes any weight with an edge. It lets a grid of Chebyshev's nodes, with
//! counts, stand in for the points of a box: 64 of them in the plane, however many points there are. A
//! box that asks does so from nodes of its own, too, and what these see is carried down from box to
//! half by the polynomials through them, and in the end to the points. A weight that is a polynomial is
//! seen exactly. A triangular one has a tip, so that boxes see each other this way only from as far away
//! as the accuracy demands; `separation` has the bound.
//!
//! The points stay in the boxes into which the first iteration has sorted them, since those that are
//! close remain so; only bounds and moments are taken anew. Once all points of a box have met, they
//! move as one.
//!
//! | file | what it holds |
//! |---|---|
//! | `point_box` | halves of halves of points, with their bounds and moments |
//! | `moments` | the sums of a box, and what they stand for |
//! | `dual` | boxes that ask boxes |
//! | `nodes` | Chebyshev's nodes in a box, and the polynomials through them |
//! | `stand_ins` | nodes with counts, for the points of a box |
//! | `field` | what the nodes of a box see |
//! | `separation` | from how far away that is good enough |
//! | `pairs` | what is left, point by point, with vector instructions |
//! | `merge` | points that have met |
//! | `engine` | all of it in order |
//!
//! Gray and Moore, *N-body problems in statistical learning*, 2000, let the nodes of two trees ask
//! each other; Wang, Lee, Gray and Rehg, *Fast mean shift with accurate and stable convergence*,
//! 2007, used it for mean shift, with bounds on the weights in place of moments. Greengard and Rokhlin,
//! *A fast algorithm for particle simulations*, 1987, let boxes far apart see each other by series, the
//! fast multipole method; Fong and Darve, *The black-box fast multipole method*, 2009, by Chebyshev's
//! nodes.
//! Carreira-Perpiñán, *Fast nonparametric clustering with Gaussian blurring mean-shift*, 2006, merged
//! points that have met.
//!
//! [`FastEngine::NearPairs`]: super::FastEngine::NearPairs
//! [`FastEngine::Moments`]: super::FastEngine::Moments
//! [`FastEngine::Multipole`]: super::FastEngine::Multipole

mod dual;
mod engine;
mod field;
mod merge;
mod moments;
mod nodes;
mod pairs;
mod point_box;
mod separation;
mod stand_ins;
#[cfg(test)]
mod tests;

pub(super) use engine::BoxEngine;
