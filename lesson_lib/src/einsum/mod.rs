//! einsum: products and sums of arrays, written with one letter per axis.
//!
//! Two rules. Arrays are multiplied along the letters that they share; letters that the output
//! leaves out are summed. `"ik,kj->ij"` is the matrix product: for every `i` and `j` the sum over
//! `k` of `a[i, k] * b[k, j]`. [`explain()`] writes an equation out as these loops.
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
//! A call (`evaluate`) passes through three modules, in the same order as in PyTorch:
//!
//! 1. `equation` reads the letters ([`parse`](Equation::parse)) and binds each to its size, where
//!    size 1 broadcasts.
//! 2. `plan` chooses which two arrays meet first ([`Strategy`], shown by [`path()`]), until one is
//!    left.
//! 3. `execute` contracts each pair: an elementwise product, a row of dot products, or a batched
//!    matrix product. A letter that is repeated within an operand is read along the diagonal, and
//!    a letter that neither the other operand nor the output has is summed before the two meet.
//!
//! Beside these, `codegen` writes an equation out as a program ([`explain()`], [`codegen()`]),
//! [`einsum_view`] answers without computing, and `on_device` computes on a
//! [`Device`](crate::device::Device) ([`DeviceEinsum`]).

mod codegen;
mod equation;
mod evaluate;
mod execute;
mod on_device;
mod operand;
mod plan;
mod rank;
#[cfg(test)]
mod tests;
mod view;

pub use codegen::{Explanation, GeneratedKernel, codegen, explain};
pub use equation::{Equation, Subscript, Symbol, Term};
pub use evaluate::{Number, einsum, einsum_of_rank, einsum_with};
pub use on_device::{BufferOperand, DeviceEinsum};
pub use operand::Operand;
pub use plan::{Path, PathStep, Strategy, path, path_with};
pub use rank::{Rank, RankDimension, UNKNOWN_RANK, output_rank};
pub use view::einsum_view;
