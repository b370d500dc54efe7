//! Long sums: many partial sums side by side, which the compiler keeps in vector registers, and
//! halves added to halves for accuracy.

use super::element::Element;

/// Independent partial sums of a long sum: the compiler keeps them in vector registers.
const LANES: usize = 32;

/// Sums longer than this are halved, so that rounding errors grow only with the logarithm.
const PAIRWISE: usize = 1 << 12;

/// Adds up a slice with `add(sum, element)`.
pub(super) fn sum_one<A: Element>(x: &[A], add: impl Fn(A, A) -> A + Copy) -> A {
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
pub(super) fn sum_two<A: Element>(x: &[A], y: &[A]) -> A {
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
pub(super) fn sum_indexed<A: Element>(first: usize, end: usize, add: &impl Fn(A, usize) -> A) -> A {
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
