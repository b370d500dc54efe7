//! The innermost loops: over the elements of one array, or over the products of two.

use super::arithmetic::Arithmetic;
use super::loop_nest::advance;
use super::reductions::{sum_indexed, sum_one, sum_two};
use std::array::from_fn;
use std::mem::MaybeUninit;

/// Rows that are added at once, so that the output is loaded and stored once for all of them.
const QUAD: usize = 4;

/// The innermost loop over the terms of a sum: the elements of one array, or the products of two.
/// Positions and steps come in pairs, one for each array.
pub(super) trait InnerKernel<A: Arithmetic>: Copy + Sync {
    /// `total` plus the term at `at`.
    fn plus_at(self, total: A, at: [isize; 2]) -> A;
    /// Writes a row of terms.
    fn write(self, at: [isize; 2], step: [isize; 2], out: &mut [MaybeUninit<A>]);
    /// Adds a row of terms.
    fn add(self, at: [isize; 2], step: [isize; 2], out: &mut [A]);
    /// Adds `turns` rows, each `down` from the one before.
    fn add_rows(
        self,
        at: [isize; 2],
        step: [isize; 2],
        down: [isize; 2],
        turns: usize,
        out: &mut [A],
    ) {
        (0..turns).for_each(|turn| self.add(advance(at, down, turn), step, out));
    }
    /// The sum of `n` terms.
    fn sum(self, at: [isize; 2], step: [isize; 2], n: usize) -> A;

    /// A row of sums of `n` terms each, one sum after the other; `step` leads from term to term,
    /// `row` from sum to sum.
    fn sum_each(
        self,
        at: [isize; 2],
        row: [isize; 2],
        step: [isize; 2],
        n: usize,
        out: &mut [MaybeUninit<A>],
    ) {
        for (i, slot) in out.iter_mut().enumerate() {
            slot.write(self.sum(advance(at, row, i), step, n));
        }
    }

    /// [`sum_each`](InnerKernel::sum_each) for sums so short that setting one up costs more than
    /// adding its terms.
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

/// Terms that are the elements of one array.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a, A>(pub(super) &'a [A]);

/// Terms that are the products of the elements of two arrays.
#[derive(Clone, Copy)]
pub(super) struct Products<'a, A>(pub(super) &'a [A], pub(super) &'a [A]);

/// A stretch of one array: contiguous, one repeated element, or anything else.
enum Stretch<'a, A> {
    Slice(&'a [A]),
    Constant(A),
    Strided,
}

#[inline(always)]
fn stretch<A: Arithmetic>(data: &[A], at: isize, step: isize, n: usize) -> Stretch<'_, A> {
    match step {
        1 => Stretch::Slice(&data[at as usize..][..n]),
        0 => Stretch::Constant(data[at as usize]),
        _ => Stretch::Strided,
    }
}

/// Element `i` of a stretch, whatever its step.
#[inline(always)]
fn element<A: Arithmetic>(data: &[A], at: isize, step: isize, i: usize) -> A {
    data[(at + i as isize * step) as usize]
}

impl<A: Arithmetic> InnerKernel<A> for Elements<'_, A> {
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

    fn add_rows(
        self,
        at: [isize; 2],
        step: [isize; 2],
        down: [isize; 2],
        turns: usize,
        out: &mut [A],
    ) {
        let quads = if step[0] == 1 { turns / QUAD } else { 0 };
        for quad in 0..quads {
            let at = advance(at, down, QUAD * quad);
            let rows = quad_of_rows(self.0, at[0], down[0], out.len());
            update_quad(out, rows, |sum, [a, b, c, d]| sum.plus(a.plus(b).plus(c.plus(d))));
        }
        for turn in QUAD * quads..turns {
            self.add(advance(at, down, turn), step, out);
        }
    }

    #[inline(always)]
    fn sum(self, [at, _]: [isize; 2], [step, _]: [isize; 2], n: usize) -> A {
        match stretch(self.0, at, step, n) {
            Stretch::Slice(x) => sum_one(x, A::plus),
            _ => sum_indexed(0, n, &|sum: A, i| sum.plus(element(self.0, at, step, i))),
        }
    }
}

impl<A: Arithmetic> InnerKernel<A> for Products<'_, A> {
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

    fn add_rows(
        self,
        at: [isize; 2],
        step: [isize; 2],
        down: [isize; 2],
        turns: usize,
        out: &mut [A],
    ) {
        if step == [0, 1] {
            let swap = |[a, b]: [isize; 2]| [b, a];
            return Products(self.1, self.0).add_rows(swap(at), swap(step), swap(down), turns, out);
        }
        let quads = if step == [1, 0] { turns / QUAD } else { 0 };
        for quad in 0..quads {
            let at = advance(at, down, QUAD * quad);
            let factors: [A; QUAD] = from_fn(|i| element(self.1, at[1], down[1], i));
            let rows = quad_of_rows(self.0, at[0], down[0], out.len());
            update_quad(out, rows, |sum, row| {
                (0..QUAD).fold(sum, |sum, i| sum.plus_product(row[i], factors[i]))
            });
        }
        for turn in QUAD * quads..turns {
            self.add(advance(at, down, turn), step, out);
        }
    }

    #[inline(always)]
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

impl<'a, A: Arithmetic> Products<'a, A> {
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
fn update_each<A: Arithmetic, T>(
    out: &mut [A],
    values: impl Iterator<Item = T>,
    update: impl Fn(A, T) -> A,
) {
    for (slot, value) in out.iter_mut().zip(values) {
        *slot = update(*slot, value);
    }
}

/// Contiguous rows of `n` elements, each `down` from the one before.
#[inline(always)]
fn quad_of_rows<A>(data: &[A], at: isize, down: isize, n: usize) -> [&[A]; QUAD] {
    from_fn(|i| &data[(at + i as isize * down) as usize..][..n])
}

/// Updates each element of `out` with the elements of four rows.
#[inline(always)]
fn update_quad<A: Arithmetic>(
    out: &mut [A],
    [a, b, c, d]: [&[A]; QUAD],
    update: impl Fn(A, [A; QUAD]) -> A,
) {
    let rows = a.iter().zip(b).zip(c.iter().zip(d));
    for (slot, ((&a, &b), (&c, &d))) in out.iter_mut().zip(rows) {
        *slot = update(*slot, [a, b, c, d]);
    }
}
