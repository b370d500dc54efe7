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
//! | file or folder | what it does, in the order of a call |
//! |---|---|
//! | `operand` | [`einsum!`](crate::einsum!), and what it takes |
//! | `rank` | counts the axes of the result, in the compiler |
//! | `evaluate` | [`einsum()`]: the next three, one after another |
//! | `equation` | reads the letters ([`parse`](Equation::parse)) and gives each its size; 1 broadcasts |
//! | `plan` | chooses which two arrays meet first ([`Strategy`], shown by [`path()`]), until one is left |
//! | `execute` | contracts each pair: an elementwise product, dot products, or a batch of matrix products |
//! | `view` | [`einsum_view`]: the result without computing, where it is a view |
//! | `codegen` | an equation written out as a program ([`explain()`], [`codegen()`]) |
//! | `on_device` | the same on a [`Device`](crate::device::Device) ([`DeviceEinsum`]) |
//!
//! A letter repeated within an operand is read along the diagonal; one that neither the other
//! operand nor the output has is summed before the two meet.

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
