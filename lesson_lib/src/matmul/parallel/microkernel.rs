//! The inner loops of the skinny product, compiled once for each set of vector instructions.
#![allow(unsafe_code)]

use super::{
    panels::PackedPanels,
    vector::{VectorRegister, prefetch},
};
use crate::instructions::{Instructions, simd_dispatch};
use ndarray::{ArrayView2, LinalgScalar};
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Rows that share each value read from a panel.
const ROWS: usize = 2;

/// The inner loops, compiled for one set of vector instructions.
#[derive(Clone, Copy)]
pub struct Microkernel<T: 'static> {
    /// Numbers in a vector.
    pub(in super::super) lanes: usize,
    /// The most columns whose sums for [`ROWS`] rows fit in the registers.
    widest: usize,
    compiled: unsafe fn(&ArrayView2<T>, &PackedPanels<T>, &mut [T]),
}

impl<T> Microkernel<T> {
    fn new(
        instructions: Instructions,
        compiled: unsafe fn(&ArrayView2<T>, &PackedPanels<T>, &mut [T]),
    ) -> Self {
        // Registers are also taken by a vector of each row and one of a column.
        let widest = (instructions.registers() - ROWS - 1) / ROWS;
        Self { lanes: instructions.lanes::<T>(), widest, compiled }
    }

    /// Splits `columns` into panels of widths that the inner loops exist for.
    pub(super) fn panel_widths(&self, mut columns: usize) -> Vec<usize> {
        let mut widths = Vec::new();
        for width in [10, 5, 2, 1].into_iter().filter(|&width| width <= self.widest) {
            widths.extend(std::iter::repeat_n(width, columns / width));
            columns %= width;
        }
        widths
    }

    /// `c = a · b` for a few rows: `a: (m, k)` with contiguous rows, `c: (m, n)`.
    pub(super) fn multiply_rows(&self, a: &ArrayView2<T>, panels: &PackedPanels<T>, c: &mut [T]) {
        // SAFETY: `simd_dispatch!` lists only compilations whose instructions the CPU has.
        unsafe { (self.compiled)(a, panels, c) }
    }
}

/// The microkernels of a number type.
pub trait Microkernels: LinalgScalar {
    /// Those that this CPU can run, fastest first.
    fn available() -> Vec<Microkernel<Self>>;

    /// The fastest that this CPU can run.
    fn fastest() -> Microkernel<Self> {
        Self::available().swap_remove(0)
    }
}

macro_rules! microkernels {
    ($number:ty, $of_512:ty, $of_256:ty, $lanes_512:literal, $lanes_256:literal, $lanes_128:literal) => {
        impl Microkernels for $number {
            fn available() -> Vec<Microkernel<Self>> {
                let versions = simd_dispatch! {
                    fn (a: &ArrayView2<$number>, panels: &PackedPanels<$number>, c: &mut [$number]) -> () {
                        // SAFETY: compiled with the instructions of the vector type.
                        avx512 => unsafe { multiply_rows::<$of_512, $number, $lanes_512>(a, panels, c) },
                        // SAFETY: compiled with the instructions of the vector type.
                        avx2 => unsafe { multiply_rows::<$of_256, $number, $lanes_256>(a, panels, c) },
                        // SAFETY: every CPU of the target can run this one.
                        portable => unsafe {
                            multiply_rows::<[$number; $lanes_128], $number, $lanes_128>(a, panels, c)
                        },
                    }
                };
                versions.map(|(set, compiled)| Microkernel::new(set, compiled)).collect()
            }
        }
    };
}

microkernels!(f32, __m512, __m256, 16, 8, 4);
microkernels!(f64, __m512d, __m256d, 8, 4, 2);

/// Multiplies two rows at a time with every panel.
///
/// # Safety
/// The CPU must have the instructions of `V`.
#[inline(always)]
unsafe fn multiply_rows<V: VectorRegister<T, L>, T: LinalgScalar, const L: usize>(
    a: &ArrayView2<T>,
    panels: &PackedPanels<T>,
    c: &mut [T],
) {
    let last = a.nrows() - 1;
    let columns = c.len() / a.nrows();
    let ahead = distance_ahead::<T>(a.strides()[0]);
    for first in (0..=last).step_by(ROWS) {
        // The odd row at the end is its own partner: computed twice, written twice the same.
        let indices = [first, last.min(first + 1)];
        let rows = indices.map(|i| a.row(i).to_slice().expect("rows are contiguous"));
        for (column, width, panel) in panels.iter() {
            let targets = indices.map(|i| i * columns + column);
            // SAFETY: the caller's promise about the CPU.
            unsafe {
                match width {
                    10 => write::<V, T, L, 10>(rows, panel, ahead, c, targets),
                    5 => write::<V, T, L, 5>(rows, panel, ahead, c, targets),
                    2 => write::<V, T, L, 2>(rows, panel, ahead, c, targets),
                    _ => write::<V, T, L, 1>(rows, panel, ahead, c, targets),
                }
            }
        }
    }
}

/// How many numbers ahead of its use a value is asked for: where the next rows have theirs.
///
/// The CPU's own prefetching stops at every 4 KiB page. Very long rows would push out of the
/// cache again what was fetched that early, hence the limit.
fn distance_ahead<T>(row_stride: isize) -> isize {
    let limit = (8192 / size_of::<T>()) as isize;
    row_stride.saturating_mul(ROWS as isize).clamp(-limit, limit)
}

/// Writes the cells of two rows and `C` columns; `targets` are the first cells in `c`.
///
/// # Safety
/// The CPU must have the instructions of `V`.
#[inline(always)]
unsafe fn write<V: VectorRegister<T, L>, T: LinalgScalar, const L: usize, const C: usize>(
    rows: [&[T]; ROWS],
    panel: &[T],
    ahead: isize,
    c: &mut [T],
    targets: [usize; ROWS],
) {
    // SAFETY: the caller's promise about the CPU.
    let sums = unsafe { tile::<V, T, L, C>(rows, panel, ahead) };
    for row in 0..ROWS {
        for column in 0..C {
            // SAFETY: as above.
            c[targets[row] + column] = unsafe { sums[row][column].sum() };
        }
    }
}

/// The products of two rows with the `C` columns of a panel, summed lane by lane.
///
/// # Safety
/// The CPU must have the instructions of `V`.
#[inline(always)]
unsafe fn tile<V: VectorRegister<T, L>, T: LinalgScalar, const L: usize, const C: usize>(
    rows: [&[T]; ROWS],
    panel: &[T],
    ahead: isize,
) -> [[V; C]; ROWS] {
    let [(first, first_rest), (second, second_rest)] = rows.map(|row| row.as_chunks::<L>());
    let rest = (&padded(first_rest), &padded(second_rest));
    let (columns, _) = panel.as_chunks::<L>().0.as_chunks::<C>();
    // SAFETY: in this block, the caller's promise about the CPU.
    unsafe {
        let mut sums = [[V::zero(); C]; ROWS];
        for ((x, y), columns) in first.iter().zip(second).chain([rest]).zip(columns) {
            prefetch(x.as_ptr().wrapping_offset(ahead));
            prefetch(y.as_ptr().wrapping_offset(ahead));
            add::<V, T, L, C>(&mut sums, [x, y], columns);
        }
        sums
    }
}

/// Adds the products of `L` numbers of each row with those of each column.
///
/// # Safety
/// The CPU must have the instructions of `V`.
#[inline(always)]
unsafe fn add<V: VectorRegister<T, L>, T: LinalgScalar, const L: usize, const C: usize>(
    sums: &mut [[V; C]; ROWS],
    rows: [&[T; L]; ROWS],
    columns: &[[T; L]; C],
) {
    // SAFETY: in this block, the caller's promise about the CPU.
    unsafe {
        let rows = [V::load(rows[0]), V::load(rows[1])];
        for column in 0..C {
            let factor = V::load(&columns[column]);
            for row in 0..ROWS {
                sums[row][column] = rows[row].multiply_add(factor, sums[row][column]);
            }
        }
    }
}

/// The numbers of a last, incomplete chunk, with zeros behind them.
fn padded<T: LinalgScalar, const L: usize>(rest: &[T]) -> [T; L] {
    let mut chunk = [T::zero(); L];
    chunk[..rest.len()].copy_from_slice(rest);
    chunk
}
