//! `{batch, left, sum} · {batch, right, sum} → {batch, left, right}` as matrix products.
#![allow(unsafe_code)]

use super::arithmetic::Arithmetic;
use super::arrange::arrange;
use super::buffer;
use super::parallel::parallel_for_each;
use super::tensor::Tensor;
use crate::Result;
use crate::einsum::equation::{Label, LabelSet};
use crate::einsum::plan::Roles;
use crate::gemm::{LONG_SUM, Matrix, Parallelism, strided_gemm};
use std::borrow::Cow;
use std::mem::MaybeUninit;

/// Below this number of multiplications one thread is faster than two.
const PARALLEL_WORK: usize = 1 << 20;

/// With fewer rows for each thread than this, threads share the terms of a long sum instead: each
/// then reads its part of both matrices, and not the whole of one.
const FEW_ROWS: usize = 8;

/// Multiplies two arrays whose lone labels have been summed; the result has the axes
/// `{batch, left, right}`, or `{batch, right, left}` where that is the order of `result`.
pub(super) fn multiply<A: Arithmetic>(
    left: Tensor<A>,
    right: Tensor<A>,
    roles: Roles,
    result: &[Label],
    sizes: &[usize],
) -> Result<Tensor<'static, A>> {
    let (left, right, roles) = if right_comes_first(roles, result) {
        (right, left, roles.swapped())
    } else {
        (left, right, roles)
    };
    let in_order = |set: LabelSet| -> Vec<Label> {
        result.iter().copied().filter(|&label| set.contains(label)).collect()
    };
    let [batch, rows, columns] = [roles.batch, roles.left, roles.right].map(in_order);
    let sum = by_stride(&left, roles.sum);
    let left = Matrices::new(left, [&batch, &rows, &sum], sizes)?;
    let right = Matrices::new(right, [&batch, &sum, &columns], sizes)?;
    let product = left.times(&right)?;
    Ok(Tensor::row_major(product, &[batch, rows, columns].concat(), sizes))
}

/// Whether `result` names a label of the second array before one of the first, batches aside.
fn right_comes_first(roles: Roles, result: &[Label]) -> bool {
    let either = roles.left | roles.right;
    result.iter().find(|&&label| either.contains(label)).is_some_and(|&l| roles.right.contains(l))
}

/// Labels from the longest stride to the shortest.
fn by_stride<A: Arithmetic>(tensor: &Tensor<A>, set: LabelSet) -> Vec<Label> {
    let mut labels: Vec<Label> = set.iter().collect();
    labels.sort_by_key(|&label| -tensor.stride(label).abs());
    labels
}

/// A batch of matrices in one slice.
struct Matrices<'a, A: Arithmetic> {
    data: Cow<'a, [A]>,
    start: isize,
    /// The loops over the batch, outermost first: size and stride.
    batch: Vec<(usize, isize)>,
    rows: usize,
    columns: usize,
    row_stride: isize,
    column_stride: isize,
}

impl<'a, A: Arithmetic> Matrices<'a, A> {
    /// Reads a tensor as matrices; it is copied first if its rows or its columns cannot be
    /// indexed with one stride.
    fn new(tensor: Tensor<'a, A>, groups: [&[Label]; 3], sizes: &[usize]) -> Result<Self> {
        let [batch, rows, columns] = groups;
        let strides = (fused_stride(&tensor, rows, sizes), fused_stride(&tensor, columns, sizes));
        let (Some(row_stride), Some(column_stride)) = strides else {
            let copy = arrange(&tensor, &groups.concat(), sizes)?;
            return Matrices::new(copy, groups, sizes);
        };
        let volume = |labels: &[Label]| labels.iter().map(|&l| sizes[l as usize]).product();
        let batch = batch.iter().map(|&l| (sizes[l as usize], tensor.stride(l))).collect();
        let (rows, columns) = (volume(rows), volume(columns));
        let Tensor { data, start, .. } = tensor;
        Ok(Matrices { data, start, batch, rows, columns, row_stride, column_stride })
    }

    fn batches(&self) -> usize {
        self.batch.iter().map(|&(size, _)| size).product()
    }

    /// Where matrix `index` of the batch starts.
    fn start_of(&self, mut index: usize) -> isize {
        self.batch.iter().rev().fold(self.start, |start, &(size, stride)| {
            let turn = index % size;
            index /= size;
            start + turn as isize * stride
        })
    }

    /// The products of the matrices of two batches, one after another, each row-major.
    fn times(&self, right: &Matrices<A>) -> Result<Vec<A>> {
        let len = self.batches() * self.rows * right.columns;
        // SAFETY: `write_products` writes each product, and they fill the buffer.
        unsafe { buffer::filled(len, |out| self.write_products(right, out)) }
    }

    /// Distributes the products over the threads: by blocks of rows, which are contiguous in the
    /// output, or each product by the terms of its sums.
    fn write_products(&self, right: &Matrices<A>, out: &mut [MaybeUninit<A>]) {
        let threads = rayon::current_num_threads();
        let parallel = threads > 1 && out.len().saturating_mul(self.columns) > PARALLEL_WORK;
        let whole = self.rows * right.columns;
        let height = self.rows.div_ceil(threads.div_ceil(self.batches()));
        let by_terms = height < self.rows.min(FEW_ROWS) && self.columns > LONG_SUM;
        if !parallel || by_terms {
            let within = if parallel { Parallelism::Rayon(threads) } else { Parallelism::None };
            let products = out.chunks_mut(whole).enumerate();
            return products.for_each(|(i, product)| self.write_rows(right, i, 0, product, within));
        }
        let blocks = out.chunks_mut(whole).enumerate().flat_map(|(i, product)| {
            let blocks = product.chunks_mut(height * right.columns).enumerate();
            blocks.map(move |(block, out)| (i, block * height, out))
        });
        parallel_for_each(blocks, |(i, first, out)| {
            self.write_rows(right, i, first, out, Parallelism::None);
        });
    }

    /// Writes the rows from `first` on of the product of the two matrices `index`.
    fn write_rows(
        &self,
        right: &Matrices<A>,
        index: usize,
        first: usize,
        out: &mut [MaybeUninit<A>],
        parallelism: Parallelism,
    ) {
        let rows = out.len() / right.columns;
        let a = self.matrix(index, first, rows);
        let b = right.matrix(index, 0, right.rows);
        strided_gemm(&a, &b, out, parallelism);
    }

    /// The `rows` rows from `first` on of matrix `index`.
    fn matrix(&self, index: usize, first: usize, rows: usize) -> Matrix<'_, A> {
        let start = self.start_of(index) + first as isize * self.row_stride;
        let strides = [self.row_stride, self.column_stride];
        Matrix::in_slice(&self.data, start, (rows, self.columns), strides)
    }
}

/// The stride of the single axis that the labels, first one slowest, amount to; none if they do
/// not.
fn fused_stride<A: Arithmetic>(
    tensor: &Tensor<A>,
    labels: &[Label],
    sizes: &[usize],
) -> Option<isize> {
    let axes = labels.iter().map(|&label| (sizes[label as usize] as isize, tensor.stride(label)));
    let mut inner: Option<(isize, isize)> = None;
    for (size, stride) in axes.rev().filter(|&(size, _)| size > 1) {
        inner = match inner {
            None => Some((size, stride)),
            Some((turns, step)) if stride == turns * step => Some((turns * size, step)),
            Some(_) => return None,
        };
    }
    Some(inner.map_or(1, |(_, step)| step))
}
