//! An array whose axes carry labels: a slice, a start, and a stride for each label.

use super::arithmetic::Arithmetic;
use crate::einsum::equation::{Label, LabelSet};
use ndarray::{ArrayViewD, Axis, Slice};
use std::borrow::Cow;

/// One labelled axis, longer than 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct StridedAxis {
    pub(super) label: Label,
    /// Elements from one index to the next; 0 repeats, negative runs backwards.
    pub(super) stride: isize,
}

/// A labelled, strided array. Axes of size 1 are left out: they need no loop.
#[derive(Clone, Debug)]
pub(super) struct Tensor<'a, A: Arithmetic> {
    pub(super) data: Cow<'a, [A]>,
    /// The position in `data` of the element whose indices are all 0.
    pub(super) start: isize,
    pub(super) axes: Vec<StridedAxis>,
}

impl<'a, A: Arithmetic> Tensor<'a, A> {
    /// Reads a non-empty view, in place if its elements fill a block of memory, in whatever order
    /// and direction. Repeated labels become the diagonal: one axis with the sum of their strides.
    pub(super) fn read(view: &ArrayViewD<'a, A>, labels: &[Label]) -> Self {
        let (data, start, strides) = memory_block(view);
        let mut axes: Vec<StridedAxis> = Vec::with_capacity(labels.len());
        for ((&label, &size), stride) in labels.iter().zip(view.shape()).zip(strides) {
            match axes.iter_mut().find(|axis| axis.label == label) {
                Some(axis) => axis.stride += stride,
                None if size > 1 => axes.push(StridedAxis { label, stride }),
                None => {}
            }
        }
        Tensor { data, start, axes }
    }

    /// An array of `data` in row-major order.
    pub(super) fn row_major(data: Vec<A>, labels: &[Label], sizes: &[usize]) -> Self {
        let mut stride = 1;
        let mut axes = Vec::with_capacity(labels.len());
        for &label in labels.iter().rev() {
            let size = sizes[label as usize];
            if size > 1 {
                axes.push(StridedAxis { label, stride });
            }
            stride *= size as isize;
        }
        axes.reverse();
        Tensor { data: data.into(), start: 0, axes }
    }

    /// The elements in the order in which they lie in memory.
    pub(super) fn into_data(self) -> Vec<A> {
        self.data.into_owned()
    }

    pub(super) fn labels(&self) -> LabelSet {
        self.axes.iter().map(|axis| axis.label).collect()
    }

    /// The stride of `label`; 0 where the array does not vary along it.
    pub(super) fn stride(&self, label: Label) -> isize {
        self.axes.iter().find(|axis| axis.label == label).map_or(0, |axis| axis.stride)
    }
}

/// The elements of a view as a slice, the position of its first element and its strides. A view
/// that skips elements of its memory is copied.
fn memory_block<'a, A: Arithmetic>(view: &ArrayViewD<'a, A>) -> (Cow<'a, [A]>, isize, Vec<isize>) {
    let once = without_repeats(view);
    match once.to_slice_memory_order() {
        Some(slice) => (slice.into(), start(&once), strides(&once)),
        None => {
            let copy = once.as_standard_layout().into_owned();
            let strides = strides(&copy.view());
            (copy.into_raw_vec_and_offset().0.into(), 0, strides)
        }
    }
}

/// The view with every axis of stride 0 cut to length 1: the array as it was before broadcasting.
fn without_repeats<'a, A>(view: &ArrayViewD<'a, A>) -> ArrayViewD<'a, A> {
    let mut once = view.clone();
    for axis in (0..view.ndim()).map(Axis) {
        if view.stride_of(axis) == 0 {
            once.slice_axis_inplace(axis, Slice::from(0..1));
        }
    }
    once
}

/// The strides of `view`, 0 for axes of length 1 whatever the view says.
fn strides<A>(view: &ArrayViewD<'_, A>) -> Vec<isize> {
    let axes = view.shape().iter().zip(view.strides());
    axes.map(|(&size, &stride)| if size > 1 { stride } else { 0 }).collect()
}

/// How far the first element lies behind the lowest address: axes that run backwards end there.
fn start<A>(view: &ArrayViewD<'_, A>) -> isize {
    let back = |(&size, &stride): (&usize, &isize)| (size as isize - 1) * stride.min(0);
    -view.shape().iter().zip(view.strides()).map(back).sum::<isize>()
}
