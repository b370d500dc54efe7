//! A Gaussian, as Chebyshev series between cells.
//!
//! Within a pair of cells whose sides are about as long as the Gaussian is wide, the weight is a
//! polynomial in both places, to any accuracy that one pays for:
//!
//! ```text
//! w(x − y) ≈ Σⱼ Σₖ M[j, k] Tⱼ(x) Tₖ(y)      Tₖ: the k-th Chebyshev polynomial of a cell
//! ```
//!
//! So the points of a cell matter only through `a[k] = Σ Tₖ(y)` (`spread`), cells reach each other
//! through `b[j] = Σ M[j, k] a[k]` (`convolve`), and every point reads its sum off as
//! `Σ b[j] Tⱼ(x)` (`read`). A Gaussian of several coordinates is a product, and so is all this:
//! `einsum('ai,cij,jb->cab', …)`, axis by axis. How many points share a cell makes no difference to
//! any of them, and none of the three steps is more than linear.
//!
//! The mean needs no sums of its own, for the mean shift of a Gaussian is the gradient of its sum:
//! `Σ w (p − q) = width² ∇ Σ w`, and a series is easily differentiated.
//!
//! | file | what it holds |
//! |---|---|
//! | `series` | the matrices `M`, and how far they are off |
//! | `choice` | how long sides and series should be |
//! | `closing` | empty space, closed up |
//! | `tensors` | the cells that have something to say or to hear, and what reaches them |
//! | `loops` | spreading, reading and a product with `M`, with vector instructions |
//! | `engine` | all of it in order |
//!
//! Greengard and Strain, *The fast Gauss transform*, 1991, cut space into such cells, with Hermite
//! series; Fong and Darve, *The black-box fast multipole method*, 2009, put Chebyshev polynomials in
//! their place.

mod choice;
mod closing;
mod engine;
mod loops;
mod series;
mod tensors;
#[cfg(test)]
mod tests;

pub(super) use choice::{Choice, bound, choose, longest_step, radius};
pub(super) use engine::Interpolation;
pub(super) use series::coefficients;
