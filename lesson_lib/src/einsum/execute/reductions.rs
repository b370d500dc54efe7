//! Reductions of one or two slices to a number: partial sums in the lanes of vector registers, and
//! pairwise summation for accuracy.

use super::arithmetic::Arithmetic;
use std::array::from_fn;

/// Independent partial sums, for whole vectors at a time.
const LANES: usize = 64;

/// The compiler may keep the partial sums on the stack, where a vector that crosses the border of
/// a cache line costs twice: so they begin at one.
#[repr(align(64))]
struct Lanes<A>([A; LANES]);

/// The lanes for the remainder.
const FEW_LANES: usize = LANES / 8;

/// Longer sums are split in halves, so that the rounding error grows only with the logarithm.
const PAIRWISE: usize = 1 << 12;

/// Adds up a slice with `add(sum, element)`.
#[inline(always)]
pub(super) fn sum_one<A: Arithmetic>(x: &[A], add: impl Fn(A, A) -> A + Copy) -> A {
    if x.len() > PAIRWISE { halve_one(x, add) } else { short_sum_one(x, add) }
}

fn halve_one<A: Arithmetic>(x: &[A], add: impl Fn(A, A) -> A + Copy) -> A {
    if x.len() <= PAIRWISE {
        return short_sum_one(x, add);
    }
    let (first, second) = x.split_at(x.len() / 2);
    halve_one(first, add).plus(halve_one(second, add))
}

#[inline(always)]
fn short_sum_one<A: Arithmetic>(x: &[A], add: impl Fn(A, A) -> A) -> A {
    let (chunks, rest) = x.as_chunks::<LANES>();
    let (few, rest) = rest.as_chunks::<FEW_LANES>();
    let mut lanes = Lanes([A::ZERO; LANES]);
    for chunk in chunks {
        lanes.0.iter_mut().zip(chunk).for_each(|(sum, &x)| *sum = add(*sum, x));
    }
    let mut total = halve_to_few(lanes);
    for chunk in few {
        total.iter_mut().zip(chunk).for_each(|(sum, &x)| *sum = add(*sum, x));
    }
    rest.iter().fold(fold(total), |sum, &x| add(sum, x))
}

/// The dot product of two slices of one length.
#[inline(always)]
pub(super) fn sum_two<A: Arithmetic>(x: &[A], y: &[A]) -> A {
    if x.len() > PAIRWISE { halve_two(x, y) } else { short_sum_two(x, y) }
}

fn halve_two<A: Arithmetic>(x: &[A], y: &[A]) -> A {
    if x.len() <= PAIRWISE {
        return short_sum_two(x, y);
    }
    let middle = x.len() / 2;
    halve_two(&x[..middle], &y[..middle]).plus(halve_two(&x[middle..], &y[middle..]))
}

#[inline(always)]
fn short_sum_two<A: Arithmetic>(x: &[A], y: &[A]) -> A {
    let ((xs, x), (ys, y)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let ((few_xs, x), (few_ys, y)) = (x.as_chunks::<FEW_LANES>(), y.as_chunks::<FEW_LANES>());
    let mut lanes = Lanes([A::ZERO; LANES]);
    for (x, y) in xs.iter().zip(ys) {
        plus_products(&mut lanes.0, x, y);
    }
    let mut total = halve_to_few(lanes);
    for (x, y) in few_xs.iter().zip(few_ys) {
        plus_products(&mut total, x, y);
    }
    x.iter().zip(y).fold(fold(total), |sum, (&x, &y)| sum.plus_product(x, y))
}

#[inline(always)]
fn plus_products<A: Arithmetic, const N: usize>(sums: &mut [A; N], x: &[A; N], y: &[A; N]) {
    for (sum, (&x, &y)) in sums.iter_mut().zip(x.iter().zip(y)) {
        *sum = sum.plus_product(x, y);
    }
}

/// Adds up the terms `first..end`, where `add(sum, i)` adds term `i`.
pub(super) fn sum_indexed<A: Arithmetic>(
    first: usize,
    end: usize,
    add: &impl Fn(A, usize) -> A,
) -> A {
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

/// Adds the lanes pairwise until few are left.
#[inline(always)]
fn halve_to_few<A: Arithmetic>(Lanes(lanes): Lanes<A>) -> [A; FEW_LANES] {
    let half: [A; LANES / 2] = from_fn(|i| lanes[i].plus(lanes[i + LANES / 2]));
    let quarter: [A; LANES / 4] = from_fn(|i| half[i].plus(half[i + LANES / 4]));
    from_fn(|i| quarter[i].plus(quarter[i + FEW_LANES]))
}

/// Adds the remaining lanes pairwise.
#[inline(always)]
fn fold<A: Arithmetic>(lanes: [A; FEW_LANES]) -> A {
    let four: [A; 4] = from_fn(|i| lanes[i].plus(lanes[i + 4]));
    four[0].plus(four[2]).plus(four[1].plus(four[3]))
}
