//! What is done for every point and for every pair of cells, compiled for each set of vector
//! instructions.
#![allow(unsafe_code)]

use crate::cluster::pairs::SimdFloat;
use crate::instructions::{FUSED, simd_dispatch};
use std::array;

/// How long series are, and along how many axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TensorShape {
    /// One of `TERMS`.
    pub(super) terms: usize,
    /// 1 to 3.
    pub(super) d: usize,
}

impl TensorShape {
    /// How many numbers a cell's tensor has.
    pub(super) fn len(self) -> usize {
        self.terms.pow(self.d as u32)
    }
}

/// Where a cell is: its middle, and what differences from it are multiplied by to be from −1 to 1.
pub(super) struct CellPlace<'a> {
    pub(super) center: &'a [f64],
    pub(super) scale: f64,
}

/// The loops, compiled for a set of vector instructions.
#[derive(Clone, Copy)]
pub(super) struct Loops {
    spread: unsafe fn(TensorShape, &[f64], &[f64], &CellPlace, &mut [f64]),
    read: unsafe fn(TensorShape, &[f64], &CellPlace, &[f64], &mut [f64]),
    multiply: unsafe fn(usize, &[f64], &[f64], usize, &mut [f64]),
}

impl Loops {
    /// The fastest that this processor can run.
    pub(super) fn fastest() -> Self {
        let spread = simd_dispatch! {
            fn (shape: TensorShape, points: &[f64], counts: &[f64], cell: &CellPlace, to: &mut [f64]) -> () {
                avx512 => spread_shape::<true>(shape, points, counts, cell, to),
                avx2 => spread_shape::<true>(shape, points, counts, cell, to),
                portable => spread_shape::<FUSED>(shape, points, counts, cell, to),
            }
        };
        let read = simd_dispatch! {
            fn (shape: TensorShape, points: &[f64], cell: &CellPlace, from: &[f64], to: &mut [f64]) -> () {
                avx512 => read_shape::<true>(shape, points, cell, from, to),
                avx2 => read_shape::<true>(shape, points, cell, from, to),
                portable => read_shape::<FUSED>(shape, points, cell, from, to),
            }
        };
        let multiply = simd_dispatch! {
            fn (terms: usize, matrix: &[f64], from: &[f64], behind: usize, to: &mut [f64]) -> () {
                avx512 => multiply_terms::<true>(terms, matrix, from, behind, to),
                avx2 => multiply_terms::<true>(terms, matrix, from, behind, to),
                portable => multiply_terms::<FUSED>(terms, matrix, from, behind, to),
            }
        };
        let none = "portable loops are always there";
        Self {
            spread: spread.map(|(_, f)| f).next().expect(none),
            read: read.map(|(_, f)| f).next().expect(none),
            multiply: multiply.map(|(_, f)| f).next().expect(none),
        }
    }

    /// Adds the Chebyshev polynomials of points, `(m · d)`, as often as they count, `(m)`, to the
    /// tensor of their cell.
    pub(super) fn spread(
        &self,
        shape: TensorShape,
        points: &[f64],
        counts: &[f64],
        cell: &CellPlace,
        tensor: &mut [f64],
    ) {
        // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
        unsafe { (self.spread)(shape, points, counts, cell, tensor) }
    }

    /// Writes for each point, `(m · d)`, the gradient of the logarithm of the sum that the tensor
    /// of its cell describes; the unit of length is half a side.
    pub(super) fn read(
        &self,
        shape: TensorShape,
        points: &[f64],
        cell: &CellPlace,
        tensor: &[f64],
        gradients: &mut [f64],
    ) {
        // SAFETY: as above.
        unsafe { (self.read)(shape, points, cell, tensor, gradients) }
    }

    /// Adds to `to` the product of `matrix: (terms, terms)` with the tensor `from`, along the axis
    /// behind which there are `behind` entries: a multiple of `terms`; or that of the transposed
    /// matrix along the last axis, where it is 1.
    pub(super) fn multiply(
        &self,
        terms: usize,
        matrix: &[f64],
        from: &[f64],
        behind: usize,
        to: &mut [f64],
    ) {
        // SAFETY: as above.
        unsafe { (self.multiply)(terms, matrix, from, behind, to) }
    }
}

/// Calls a function for the shape that it is given: `Q` terms along each of `D` axes, of which all
/// but the last have `O = Q^(D − 1)` together.
macro_rules! by_shape {
    ($shape:expr, $function:ident $arguments:tt) => {
        match ($shape.terms, $shape.d) {
            (4, 1) => by_shape!(@ $function, 4, 1, 1, $arguments),
            (4, 2) => by_shape!(@ $function, 4, 2, 4, $arguments),
            (4, 3) => by_shape!(@ $function, 4, 3, 16, $arguments),
            (8, 1) => by_shape!(@ $function, 8, 1, 1, $arguments),
            (8, 2) => by_shape!(@ $function, 8, 2, 8, $arguments),
            (8, 3) => by_shape!(@ $function, 8, 3, 64, $arguments),
            (12, 1) => by_shape!(@ $function, 12, 1, 1, $arguments),
            (12, 2) => by_shape!(@ $function, 12, 2, 12, $arguments),
            (12, 3) => by_shape!(@ $function, 12, 3, 144, $arguments),
            (16, 1) => by_shape!(@ $function, 16, 1, 1, $arguments),
            (16, 2) => by_shape!(@ $function, 16, 2, 16, $arguments),
            (16, 3) => by_shape!(@ $function, 16, 3, 256, $arguments),
            _ => unreachable!("no loops for {:?}", $shape),
        }
    };
    (@ $function:ident, $q:literal, $d:literal, $o:literal, ($($argument:expr),+)) => {
        $function::<$q, $d, $o, FUSED>($($argument),+)
    };
}

#[inline(always)]
fn spread_shape<const FUSED: bool>(
    shape: TensorShape,
    points: &[f64],
    counts: &[f64],
    cell: &CellPlace,
    to: &mut [f64],
) {
    by_shape!(shape, spread(points, counts, cell, to));
}

#[inline(always)]
fn read_shape<const FUSED: bool>(
    shape: TensorShape,
    points: &[f64],
    cell: &CellPlace,
    from: &[f64],
    to: &mut [f64],
) {
    by_shape!(shape, read(points, cell, from, to));
}

#[inline(always)]
fn multiply_terms<const FUSED: bool>(
    terms: usize,
    matrix: &[f64],
    from: &[f64],
    behind: usize,
    to: &mut [f64],
) {
    match terms {
        4 => multiply::<4, FUSED>(matrix, from, behind, to),
        8 => multiply::<8, FUSED>(matrix, from, behind, to),
        12 => multiply::<12, FUSED>(matrix, from, behind, to),
        16 => multiply::<16, FUSED>(matrix, from, behind, to),
        _ => unreachable!("no loops for {terms} terms"),
    }
}

#[inline(always)]
fn spread<const Q: usize, const D: usize, const O: usize, const FUSED: bool>(
    points: &[f64],
    counts: &[f64],
    cell: &CellPlace,
    tensor: &mut [f64],
) {
    let tensor = tensor.as_chunks_mut::<Q>().0;
    let tensor: &mut [[f64; Q]; O] = tensor.try_into().expect("terms along each axis");
    for (point, &count) in points.as_chunks::<D>().0.iter().zip(counts) {
        let place = place(point, cell);
        let along: [[f64; Q]; D] = array::from_fn(|k| polynomials::<Q, FUSED>(place[k]));
        let first = product_of_first::<Q, D, O>(&along);
        for o in 0..O {
            let weight = count * first[o];
            for a in 0..Q {
                tensor[o][a] = weight.multiply_add::<FUSED>(along[D - 1][a], tensor[o][a]);
            }
        }
    }
}

#[inline(always)]
fn read<const Q: usize, const D: usize, const O: usize, const FUSED: bool>(
    points: &[f64],
    cell: &CellPlace,
    tensor: &[f64],
    gradients: &mut [f64],
) {
    let tensor: &[[f64; Q]; O] = tensor.as_chunks::<Q>().0.try_into().expect("terms");
    let gradients = gradients.as_chunks_mut::<D>().0;
    for (point, gradient) in points.as_chunks::<D>().0.iter().zip(gradients) {
        let place = place(point, cell);
        let along: [[f64; Q]; D] = array::from_fn(|k| polynomials::<Q, FUSED>(place[k]));
        let slopes: [[f64; Q]; D] =
            array::from_fn(|k| derivatives::<Q, FUSED>(place[k], &along[k]));
        // What is left after the first axes: the sum itself, then its slope along each of them.
        let sum = contract_first::<Q, O, FUSED>(tensor, &product_of_first::<Q, D, O>(&along));
        let total = dot(&sum, &along[D - 1]);
        gradient[D - 1] = dot(&sum, &slopes[D - 1]) / total;
        for k in 0..D - 1 {
            let mut sloped = along;
            sloped[k] = slopes[k];
            let sum = contract_first::<Q, O, FUSED>(tensor, &product_of_first::<Q, D, O>(&sloped));
            gradient[k] = dot(&sum, &along[D - 1]) / total;
        }
    }
}

#[inline(always)]
fn multiply<const Q: usize, const FUSED: bool>(
    matrix: &[f64],
    from: &[f64],
    behind: usize,
    to: &mut [f64],
) {
    let matrix: &[[f64; Q]; Q] = matrix.as_chunks::<Q>().0.try_into().expect("terms");
    let (from, to) = (from.as_chunks::<Q>().0, to.as_chunks_mut::<Q>().0);
    if behind == 1 {
        for (from, to) in from.iter().zip(to) {
            for k in 0..Q {
                for j in 0..Q {
                    to[j] = from[k].multiply_add::<FUSED>(matrix[k][j], to[j]);
                }
            }
        }
        return;
    }
    let rows = behind / Q;
    for (from, to) in from.chunks_exact(Q * rows).zip(to.chunks_exact_mut(Q * rows)) {
        for row in 0..rows {
            for j in 0..Q {
                let mut sum = to[j * rows + row];
                for k in 0..Q {
                    for a in 0..Q {
                        sum[a] =
                            matrix[j][k].multiply_add::<FUSED>(from[k * rows + row][a], sum[a]);
                    }
                }
                to[j * rows + row] = sum;
            }
        }
    }
}

/// Where a point is in its cell, along each axis.
#[inline(always)]
fn place<const D: usize>(point: &[f64; D], cell: &CellPlace) -> [f64; D] {
    array::from_fn(|k| (point[k] - cell.center[k]) * cell.scale)
}

/// T₀(x), T₁(x), …
#[inline(always)]
fn polynomials<const Q: usize, const FUSED: bool>(x: f64) -> [f64; Q] {
    let mut values = [1.0; Q];
    values[1] = x;
    for k in 2..Q {
        values[k] = (2.0 * x).multiply_add::<FUSED>(values[k - 1], -values[k - 2]);
    }
    values
}

/// T₀′(x), T₁′(x), … of these polynomials.
#[inline(always)]
fn derivatives<const Q: usize, const FUSED: bool>(x: f64, values: &[f64; Q]) -> [f64; Q] {
    let mut slopes = [0.0; Q];
    slopes[1] = 1.0;
    for k in 2..Q {
        slopes[k] = 2.0_f64.multiply_add::<FUSED>(
            x.multiply_add::<FUSED>(slopes[k - 1], values[k - 1]),
            -slopes[k - 2],
        );
    }
    slopes
}

/// All products of a term along each axis but the last.
#[inline(always)]
fn product_of_first<const Q: usize, const D: usize, const O: usize>(
    along: &[[f64; Q]; D],
) -> [f64; O] {
    let mut products = [1.0; O];
    match D {
        1 => {}
        2 => products.copy_from_slice(&along[0]),
        _ => {
            for i in 0..Q {
                for j in 0..Q {
                    products[i * Q + j] = along[0][i] * along[1][j];
                }
            }
        }
    }
    products
}

/// The sum over the first axes, `first` times the tensor.
#[inline(always)]
fn contract_first<const Q: usize, const O: usize, const FUSED: bool>(
    tensor: &[[f64; Q]; O],
    first: &[f64; O],
) -> [f64; Q] {
    let mut sum = [0.0; Q];
    for o in 0..O {
        for a in 0..Q {
            sum[a] = first[o].multiply_add::<FUSED>(tensor[o][a], sum[a]);
        }
    }
    sum
}

#[inline(always)]
fn dot<const Q: usize>(a: &[f64; Q], b: &[f64; Q]) -> f64 {
    let mut products = [0.0; Q];
    for k in 0..Q {
        products[k] = a[k] * b[k];
    }
    products.iter().sum()
}
