//! The innermost loops, over one array or over the product of two.

use super::element::Element;
use super::nest::advance;
use std::mem::MaybeUninit;

/// Independent partial sums of a long sum: the compiler keeps them in vector registers.
const LANES: usize = 32;

/// Sums longer than this are halved, so that rounding errors grow only with the logarithm.
const PAIRWISE: usize = 1 << 12;

/// What the innermost loop reads: one array, or two whose elements are multiplied. Positions and
/// steps come in pairs, one for each array.
pub(super) trait Leaf<A: Element>: Copy + Sync {
    /// `total` plus the element at `at`.
    fn plus_at(self, total: A, at: [isize; 2]) -> A;
    /// Writes a row of elements.
    fn write(self, at: [isize; 2], step: [isize; 2], out: &mut [MaybeUninit<A>]);
    /// Adds a row of elements.
    fn add(self, at: [isize; 2], step: [isize; 2], out: &mut [A]);
    /// The sum of `n` elements.
    fn sum(self, at: [isize; 2], step: [isize; 2], n: usize) -> A;

    /// A row of sums of `n` elements each; `step` leads from term to term, `row` from sum to sum.
    #[inline(always)]
    fn sum_few(
        self,
        at: [isize; 2],
        row: [isize; 2],
        step: [isize; 2],
        n: usize,
        out: &mut [MaybeUninit<A>],
    ) {
        for (i, slot) in out.iter_mut().enumerate() {
            let first = advance(at, row, i);
            slot.write((0..n).fold(A::ZERO, |sum, k| self.plus_at(sum, advance(first, step, k))));
        }
    }
}

/// One array.
#[derive(Clone, Copy)]
pub(super) struct One<'a, A>(pub(super) &'a [A]);

/// The product of two arrays.
#[derive(Clone, Copy)]
pub(super) struct Two<'a, A>(pub(super) &'a [A], pub(super) &'a [A]);

/// A stretch of one array: contiguous, one repeated element, or anything else.
enum Stretch<'a, A> {
    Slice(&'a [A]),
    Constant(A),
    Strided,
}

#[inline(always)]
fn stretch<A: Element>(data: &[A], at: isize, step: isize, n: usize) -> Stretch<'_, A> {
    match step {
        1 => Stretch::Slice(&data[at as usize..][..n]),
        0 => Stretch::Constant(data[at as usize]),
        _ => Stretch::Strided,
    }
}

/// Element `i` of a stretch, whatever its step.
#[inline(always)]
fn element<A: Element>(data: &[A], at: isize, step: isize, i: usize) -> A {
    data[(at + i as isize * step) as usize]
}

impl<A: Element> Leaf<A> for One<'_, A> {
    #[inline(always)]
    fn plus_at(self, total: A, at: [isize; 2]) -> A {
        total.plus(self.0[at[0] as usize])
    }

    fn write(self, [at, _]: [isize; 2], [step, _]: [isize; 2], out: &mut [MaybeUninit<A>]) {
        match stretch(self.0, at, step, out.len()) {
            Stretch::Slice(x) => write_each(out, x.iter().copied()),
            Stretch::Constant(x) => write_each(out, std::iter::repeat(x)),
            Stretch::Strided => write_each(out, (0..).map(|i| element(self.0, at, step, i))),
        }
    }

    fn add(self, [at, _]: [isize; 2], [step, _]: [isize; 2], out: &mut [A]) {
        match stretch(self.0, at, step, out.len()) {
            Stretch::Slice(x) => update_each(out, x.iter(), |sum, &x| sum.plus(x)),
            Stretch::Constant(x) => update_each(out, std::iter::repeat(x), A::plus),
            Stretch::Strided => {
                update_each(out, 0.., |sum, i| sum.plus(element(self.0, at, step, i)))
            }
        }
    }

    fn sum(self, [at, _]: [isize; 2], [step, _]: [isize; 2], n: usize) -> A {
        match stretch(self.0, at, step, n) {
            Stretch::Slice(x) => sum_one(x, A::plus),
            _ => sum_indexed(0, n, &|sum: A, i| sum.plus(element(self.0, at, step, i))),
        }
    }
}

impl<A: Element> Leaf<A> for Two<'_, A> {
    #[inline(always)]
    fn plus_at(self, total: A, at: [isize; 2]) -> A {
        total.plus_product(self.0[at[0] as usize], self.1[at[1] as usize])
    }

    fn write(self, at: [isize; 2], step: [isize; 2], out: &mut [MaybeUninit<A>]) {
        use Stretch::{Constant, Slice};
        match self.stretches(at, step, out.len()) {
            (Slice(x), Slice(y)) => write_each(out, x.iter().zip(y).map(|(&x, &y)| x.times(y))),
            (Slice(x), Constant(factor)) | (Constant(factor), Slice(x)) => {
                write_each(out, x.iter().map(|&x| x.times(factor)));
            }
            _ => write_each(out, (0..).map(|i| self.product(at, step, i))),
        }
    }

    fn add(self, at: [isize; 2], step: [isize; 2], out: &mut [A]) {
        use Stretch::{Constant, Slice};
        match self.stretches(at, step, out.len()) {
            (Slice(x), Slice(y)) => {
                update_each(out, x.iter().zip(y), |sum, (&x, &y)| sum.plus_product(x, y));
            }
            (Slice(x), Constant(factor)) | (Constant(factor), Slice(x)) => {
                update_each(out, x.iter(), |sum, &x| sum.plus_product(x, factor));
            }
            _ => update_each(out, 0.., |sum, i| self.plus_at(sum, advance(at, step, i))),
        }
    }

    fn sum(self, at: [isize; 2], step: [isize; 2], n: usize) -> A {
        use Stretch::{Constant, Slice};
        match self.stretches(at, step, n) {
            (Slice(x), Slice(y)) => sum_two(x, y),
            (Slice(x), Constant(factor)) | (Constant(factor), Slice(x)) => {
                sum_one(x, |sum, x| sum.plus_product(x, factor))
            }
            _ => sum_indexed(0, n, &|sum: A, i| self.plus_at(sum, advance(at, step, i))),
        }
    }
}

impl<'a, A: Element> Two<'a, A> {
    #[inline(always)]
    fn stretches(
        self,
        at: [isize; 2],
        step: [isize; 2],
        n: usize,
    ) -> (Stretch<'a, A>, Stretch<'a, A>) {
        (stretch(self.0, at[0], step[0], n), stretch(self.1, at[1], step[1], n))
    }

    #[inline(always)]
    fn product(self, at: [isize; 2], step: [isize; 2], i: usize) -> A {
        element(self.0, at[0], step[0], i).times(element(self.1, at[1], step[1], i))
    }
}

#[inline(always)]
fn write_each<A>(out: &mut [MaybeUninit<A>], values: impl Iterator<Item = A>) {
    for (slot, value) in out.iter_mut().zip(values) {
        slot.write(value);
    }
}

#[inline(always)]
fn update_each<A: Element, T>(
    out: &mut [A],
    values: impl Iterator<Item = T>,
    update: impl Fn(A, T) -> A,
) {
    for (slot, value) in out.iter_mut().zip(values) {
        *slot = update(*slot, value);
    }
}

/// Adds up a slice with `add(sum, element)`.
fn sum_one<A: Element>(x: &[A], add: impl Fn(A, A) -> A + Copy) -> A {
    if x.len() > PAIRWISE {
        let (first, second) = x.split_at(x.len() / 2);
        return sum_one(first, add).plus(sum_one(second, add));
    }
    let mut lanes = [A::ZERO; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &x)| *lane = add(*lane, x));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, &x)| *lane = add(*lane, x));
    fold(lanes)
}

/// The dot product of two slices of one length.
fn sum_two<A: Element>(x: &[A], y: &[A]) -> A {
    if x.len() > PAIRWISE {
        let middle = x.len() / 2;
        return sum_two(&x[..middle], &y[..middle]).plus(sum_two(&x[middle..], &y[middle..]));
    }
    let mut lanes = [A::ZERO; LANES];
    let ((xs, x_rest), (ys, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    for (x, y) in xs.iter().zip(ys) {
        for (lane, (&x, &y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane = lane.plus_product(x, y);
        }
    }
    for (lane, (&x, &y)) in lanes.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *lane = lane.plus_product(x, y);
    }
    fold(lanes)
}

/// Adds up the terms `first..end`, where `add(sum, i)` adds term `i`.
fn sum_indexed<A: Element>(first: usize, end: usize, add: &impl Fn(A, usize) -> A) -> A {
    const CHAINS: usize = 8;
    if end - first > PAIRWISE {
        let middle = first + (end - first) / 2;
        return sum_indexed(first, middle, add).plus(sum_indexed(middle, end, add));
    }
    let mut chains = [A::ZERO; CHAINS];
    for block in (first..end).step_by(CHAINS) {
        for (chain, i) in chains.iter_mut().zip(block..end) {
            *chain = add(*chain, i);
        }
    }
    chains.into_iter().fold(A::ZERO, A::plus)
}

/// Adds the lanes, halving their number each time.
#[inline(always)]
fn fold<A: Element>(mut lanes: [A; LANES]) -> A {
    let mut width = LANES / 2;
    while width > 0 {
        let (low, high) = lanes.split_at_mut(width);
        low.iter_mut().zip(high).for_each(|(low, high)| *low = low.plus(*high));
        width /= 2;
    }
    lanes[0]
}
