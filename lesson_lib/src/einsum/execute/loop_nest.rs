//! Loops over one or two strided arrays.
//!
//! A nest has *kept* loops, one per axis of its row-major output and in that order, and *summed*
//! loops. Neighbouring loops are fused where the outer one continues the steps of the inner one.

use super::arithmetic::Arithmetic;
use super::tensor::Tensor;
use crate::einsum::equation::Label;

/// One loop: how many turns it takes, and how far the output and both inputs move in each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    pub(super) size: usize,
    /// Elements of the output per turn; 0 for a summed loop.
    pub(super) out: usize,
    /// Elements of each input per turn; 0 where the input does not vary.
    pub(super) step: [isize; 2],
}

impl Loop {
    /// Whether each input stands still or moves to its neighbour.
    pub(super) fn is_even(&self) -> bool {
        self.step.iter().all(|step| (0..=1).contains(step))
    }

    /// Whether an input runs along `other` contiguously and jumps along this loop.
    pub(super) fn is_crossed_by(&self, other: &Loop) -> bool {
        let jumps = |(own, others): (&isize, &isize)| own.abs() > 1 && others.abs() == 1;
        self.step.iter().zip(&other.step).any(jumps)
    }

    /// Whether a turn of this loop moves both inputs as far as all turns of `inner` together.
    pub(super) fn reads_on_after(&self, inner: &Loop) -> bool {
        let turns = inner.size as isize;
        self.step.iter().zip(inner.step).all(|(&own, step)| own == step * turns)
    }

    /// [`reads_on_after`](Loop::reads_on_after), of the output too.
    fn continues(&self, inner: &Loop) -> bool {
        self.out == inner.out * inner.size && self.reads_on_after(inner)
    }
}

/// A loop nest over one or two inputs.
#[derive(Clone, Debug)]
pub(super) struct LoopNest {
    /// Where each input starts.
    pub(super) start: [isize; 2],
    pub(super) kept: Vec<Loop>,
    pub(super) summed: Vec<Loop>,
}

impl LoopNest {
    /// The loops that give the axes `result` from `first` and `second`.
    pub(super) fn new<A: Arithmetic>(
        first: &Tensor<A>,
        second: Option<&Tensor<A>>,
        result: &[Label],
        sizes: &[usize],
    ) -> Self {
        let step = |label| [first.stride(label), second.map_or(0, |tensor| tensor.stride(label))];
        let all = first.labels() | second.map(Tensor::labels).unwrap_or_default();
        let to_sum = all - result.iter().copied().collect();
        let summed = to_sum.iter().map(|label| Loop {
            size: sizes[label as usize],
            out: 0,
            step: step(label),
        });
        let mut summed: Vec<Loop> = summed.collect();
        summed.sort_by_key(|each| -each.step[0].abs().max(each.step[1].abs()));
        let start = [first.start, second.map_or(0, |tensor| tensor.start)];
        LoopNest { start, kept: fuse(kept_loops(result, sizes, step)), summed: fuse(summed) }
    }

    /// How often the body of the innermost loop runs.
    pub(super) fn turns(&self) -> usize {
        let loops = self.kept.iter().chain(&self.summed);
        loops.fold(1, |turns, each| turns.saturating_mul(each.size))
    }

    /// The same nest with only `length` turns of its outermost kept loop, from `first` on.
    pub(super) fn part_of_kept(&self, first: usize, length: usize) -> LoopNest {
        let mut part = self.clone();
        part.start = cut(&mut part.kept[0], self.start, first, length);
        part
    }

    /// The same nest with only `length` turns of its outermost summed loop, from `first` on.
    pub(super) fn part_of_sum(&self, first: usize, length: usize) -> LoopNest {
        let mut part = self.clone();
        part.start = cut(&mut part.summed[0], self.start, first, length);
        part
    }
}

fn kept_loops(result: &[Label], sizes: &[usize], step: impl Fn(Label) -> [isize; 2]) -> Vec<Loop> {
    let mut out = 1;
    let mut loops = Vec::with_capacity(result.len());
    for &label in result.iter().rev() {
        let size = sizes[label as usize];
        loops.push(Loop { size, out, step: step(label) });
        out *= size;
    }
    loops.reverse();
    loops
}

/// Shortens a loop and returns where the inputs then start.
fn cut(each: &mut Loop, start: [isize; 2], first: usize, length: usize) -> [isize; 2] {
    each.size = length.min(each.size - first);
    advance(start, each.step, first)
}

/// The loops with the first and with the second half of the outermost turns, and where the inputs
/// then start; nothing for loops of at most `few` turns in all.
pub(super) fn halves(
    loops: &[Loop],
    start: [isize; 2],
    few: usize,
) -> Option<[(Vec<Loop>, [isize; 2]); 2]> {
    let turns = loops.iter().fold(1, |turns: usize, each| turns.saturating_mul(each.size));
    let outermost = loops.iter().position(|each| each.size > 1).filter(|_| turns > few)?;
    let middle = loops[outermost].size / 2;
    let half = |first, length| {
        let mut half = loops[outermost..].to_vec();
        let start = cut(&mut half[0], start, first, length);
        (half, start)
    };
    Some([half(0, middle), half(middle, usize::MAX)])
}

/// Drops loops of one turn, and fuses neighbours where the outer loop continues the inner one.
fn fuse(loops: Vec<Loop>) -> Vec<Loop> {
    let mut fused: Vec<Loop> = Vec::with_capacity(loops.len());
    for inner in loops.into_iter().filter(|each| each.size != 1) {
        match fused.last_mut() {
            Some(outer) if outer.continues(&inner) => {
                *outer = Loop { size: outer.size * inner.size, ..inner };
            }
            _ => fused.push(inner),
        }
    }
    fused
}

/// The position after `turns` of a loop.
pub(super) fn advance(at: [isize; 2], step: [isize; 2], turns: usize) -> [isize; 2] {
    let turns = turns as isize;
    [at[0] + step[0] * turns, at[1] + step[1] * turns]
}

/// Visits every combination of turns, the last loop fastest, with the inputs' and the output's
/// positions.
pub(super) fn walk<F: FnMut([isize; 2], usize)>(
    loops: &[Loop],
    at: [isize; 2],
    out: usize,
    visit: &mut F,
) {
    let Some((outermost, inner)) = loops.split_first() else { return visit(at, out) };
    for turn in 0..outermost.size {
        walk(inner, advance(at, outermost.step, turn), out + turn * outermost.out, visit);
    }
}
