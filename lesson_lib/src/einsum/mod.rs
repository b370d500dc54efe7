//! einsum: products and sums of arrays, written with one letter per axis.
//!
//! Two rules. Letters that repeat are multiplied along; letters that the output leaves out are
//! summed. `"ik,kj->ij"` is the matrix product: for every `i` and `j` the sum over `k` of
//! `a[i, k] * b[k, j]`. [`explain()`] writes an equation out as these loops.
//!
//! | equation | means | with ndarray alone |
//! |---|---|---|
//! | `ij->ji` | transpose | `a.t()` |
//! | `ii->i` | diagonal | `a.diag()` |
//! | `ij->j` | sum of the rows | `a.sum_axis(Axis(0))` |
//! | `i,j->ij` | outer product | two broadcasts |
//! | `ij,ij->i` | dot product of each row | `(&a * &b).sum_axis(Axis(1))` |
//! | `bij,bjk->bik` | a batch of matrix products | a loop over `b` |
//!
//! The way from text to numbers is that of PyTorch: [`parse`](Equation::parse) reads the letters;
//! binding gives each its size (1 broadcasts); the order of contractions is chosen
//! ([`Strategy`], shown by [`path()`]); each pair then is an elementwise product, a row of dot
//! products, or a batched matrix product. A repeated letter within an operand is read along the
//! diagonal, and a letter that only one operand has is summed before the operands meet.

mod bind;
mod buffer;
mod codegen;
mod contract;
mod element;
mod errors;
mod evaluate;
mod explain;
mod gemm;
mod label;
mod lanes;
mod leaf;
mod lower;
mod nest;
mod operand;
mod order;
mod parse;
mod path;
mod plan;
mod run;
mod share;
mod tensor;
#[cfg(test)]
mod tests;
mod view;

pub use codegen::{GeneratedKernel, codegen};
pub use element::Element;
pub use evaluate::{einsum, einsum_of_rank, einsum_with};
pub use explain::{Explanation, explain};
pub(crate) use lower::{Letters, lower};
pub use operand::{Operand, Rank, RankDimension, UNKNOWN_RANK, output_rank};
pub use order::Strategy;
pub use parse::{Equation, Subscript, Symbol, Term};
pub use path::{Path, PathStep, path, path_with};
pub use view::einsum_view;
