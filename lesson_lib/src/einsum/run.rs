//! Runs a loop nest: which loop goes innermost, and which is shared among the threads.
#![allow(unsafe_code)]

use super::buffer;
use super::element::Element;
use super::leaf::Leaf;
use super::nest::{Loop, Nest, advance, walk};
use super::share::share;
use crate::Result;
use std::mem::MaybeUninit;

/// Below this number of turns a second thread costs more than it saves.
const PARALLEL_TURNS: usize = 1 << 16;

/// More chunks than threads, so that a thread that is held up can be relieved.
const CHUNKS_PER_THREAD: usize = 4;

/// A running sum is closed after this many rows and added to the total, so that the rounding
/// error of a long sum does not grow with its length.
const SUM_BLOCK: usize = 1 << 12;

/// Sums of at most this many terms run outside the loop over the results.
const FEW: usize = 8;

/// Elements of a row that short rows are joined to.
const WIDE: usize = 64;

/// Edge of the square blocks in which arrays are transposed: 16 `f32` fill a cache line.
const TILE: usize = 16;

/// The result of `nest` over the inputs of `leaf`, in row-major order.
///
/// # Errors
/// A result that does not fit in memory.
pub(super) fn evaluate<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L) -> Result<Vec<A>> {
    let len = nest.kept.iter().map(|each| each.size).product();
    let threads = rayon::current_num_threads();
    match split(nest, len, threads) {
        Split::Kept => {
            // SAFETY: the chunks cover the output, and each is filled.
            unsafe { buffer::filled(len, |out| fill_in_parallel(nest, leaf, threads, out)) }
        }
        Split::Summed => add_partial_sums(nest, leaf, len, threads),
        // SAFETY: `fill` writes every element.
        Split::Not => unsafe { buffer::filled(len, |out| fill(nest, leaf, out)) },
    }
}

/// Which of its outermost loops a nest shares among the threads.
enum Split {
    Not,
    Kept,
    Summed,
}

fn split(nest: &Nest, len: usize, threads: usize) -> Split {
    let turns = nest.turns();
    let reach = |each: &Loop| each.step[0].abs().max(each.step[1].abs());
    let shared = |loops: &[Loop]| loops.first().filter(|each| each.size >= threads).map(reach);
    // Each thread needs its own output for a part of the sum: that must be little.
    let few_results = len.saturating_mul(FEW * threads) <= turns;
    match (shared(&nest.kept), shared(&nest.summed).filter(|_| few_results)) {
        _ if threads == 1 || turns < PARALLEL_TURNS => Split::Not,
        (Some(kept), Some(summed)) if summed > kept => Split::Summed,
        (Some(_), _) => Split::Kept,
        (None, Some(_)) => Split::Summed,
        (None, None) => Split::Not,
    }
}

/// Fills the output in chunks along the outermost kept loop, some for each thread.
fn fill_in_parallel<A: Element, L: Leaf<A>>(
    nest: &Nest,
    leaf: L,
    threads: usize,
    out: &mut [MaybeUninit<A>],
) {
    let turns = nest.kept[0].size.div_ceil(threads * CHUNKS_PER_THREAD);
    let chunks = out.chunks_mut(turns * nest.kept[0].out).enumerate();
    share(chunks, |(i, chunk)| fill(&nest.part_of_kept(i * turns, turns), leaf, chunk));
}

/// Gives each thread a part of the outermost sum, for outputs too short to be shared.
fn add_partial_sums<A: Element, L: Leaf<A>>(
    nest: &Nest,
    leaf: L,
    len: usize,
    threads: usize,
) -> Result<Vec<A>> {
    let turns = nest.summed[0].size.div_ceil(threads);
    let parts = nest.summed[0].size.div_ceil(turns);
    let fill_parts = |sums: &mut [MaybeUninit<A>]| {
        let parts = sums.chunks_exact_mut(len).enumerate();
        share(parts, |(i, sum)| fill(&nest.part_of_sum(i * turns, turns), leaf, sum));
    };
    // SAFETY: the chunks of `len` elements cover the buffer, and each is filled.
    let mut sums = unsafe { buffer::filled(len * parts, fill_parts)? };
    let (total, rest) = sums.split_at_mut(len);
    rest.chunks_exact(len).for_each(|sum| add_assign(total, sum));
    sums.truncate(len);
    Ok(sums)
}

fn add_assign<A: Element>(total: &mut [A], sum: &[A]) {
    for (total, &sum) in total.iter_mut().zip(sum) {
        *total = total.plus(sum);
    }
}

/// Writes every element of `out`, choosing the innermost loop.
fn fill<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L, out: &mut [MaybeUninit<A>]) {
    match (nest.kept.as_slice(), nest.summed.as_slice()) {
        (_, []) => write(nest, leaf, out),
        ([outer @ .., row], [sum]) if sum.size <= FEW && row.size > sum.size => {
            walk(outer, nest.start, 0, &mut |at, to| {
                leaf.sum_few(at, row.step, sum.step, sum.size, &mut out[to..to + row.size]);
            });
        }
        _ if sums_innermost(nest) => sum_each(nest, leaf, out),
        _ => accumulate(nest, leaf, buffer::write_zeros(out)),
    }
}

/// Whether a summed loop should run innermost, rather than the last kept one.
fn sums_innermost(nest: &Nest) -> bool {
    let (Some(kept), Some(summed)) = (nest.kept.last(), nest.summed.last()) else { return true };
    match (summed.is_even(), kept.is_even()) {
        _ if kept.is_even() && summed.reads_on_after(kept) => false,
        _ if kept.size <= FEW / 2 && summed.size > FEW * kept.size => true,
        (true, false) => true,
        (false, true) => false,
        _ => summed.size > kept.size,
    }
}

/// No sum: each element of the output is one product or copy.
fn write<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L, out: &mut [MaybeUninit<A>]) {
    let Some((row, outer)) = nest.kept.split_last() else {
        out[0].write(leaf.plus_at(A::ZERO, nest.start));
        return;
    };
    match outer.iter().position(|each| row.is_crossed_by(each)) {
        Some(column) => {
            let mut outer = outer.to_vec();
            let column = outer.remove(column);
            walk(&outer, nest.start, 0, &mut |at, to| {
                write_transposed(leaf, *row, column, at, &mut out[to..]);
            });
        }
        None => walk(outer, nest.start, 0, &mut |at, to| {
            leaf.write(at, row.step, &mut out[to..to + row.size]);
        }),
    }
}

/// Writes a plane in blocks: an input is contiguous along `column`, the output along `row`.
fn write_transposed<A: Element, L: Leaf<A>>(
    leaf: L,
    row: Loop,
    column: Loop,
    at: [isize; 2],
    out: &mut [MaybeUninit<A>],
) {
    for block in (0..column.size).step_by(TILE) {
        for left in (0..row.size).step_by(TILE) {
            let width = TILE.min(row.size - left);
            for turn in block..column.size.min(block + TILE) {
                let at = advance(advance(at, column.step, turn), row.step, left);
                let to = turn * column.out + left;
                leaf.write(at, row.step, &mut out[to..to + width]);
            }
        }
    }
}

/// A sum runs innermost: the elements of the output are finished one after the other.
fn sum_each<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L, out: &mut [MaybeUninit<A>]) {
    match (nest.kept.as_slice(), nest.summed.as_slice()) {
        ([outer @ .., row], [sum]) => walk(outer, nest.start, 0, &mut |at, to| {
            leaf.sum_each(at, row.step, sum.step, sum.size, &mut out[to..to + row.size]);
        }),
        (kept, [outer @ .., sum]) => walk(kept, nest.start, 0, &mut |at, to| {
            let mut total = A::ZERO;
            walk(outer, at, 0, &mut |at, _| total = total.plus(leaf.sum(at, sum.step, sum.size)));
            out[to].write(total);
        }),
        (_, []) => write(nest, leaf, out),
    }
}

/// The last kept loop runs innermost: rows are added to the output.
fn accumulate<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L, out: &mut [A]) {
    let turns = nest.summed[0].size;
    if turns <= SUM_BLOCK {
        return add_rows(nest, leaf, out);
    }
    let mut partial = vec![A::ZERO; out.len()];
    for first in (0..turns).step_by(SUM_BLOCK) {
        partial.fill(A::ZERO);
        add_rows(&nest.part_of_sum(first, SUM_BLOCK), leaf, &mut partial);
        add_assign(out, &partial);
    }
}

fn add_rows<A: Element, L: Leaf<A>>(nest: &Nest, leaf: L, out: &mut [A]) {
    let (Some((row, outer)), Some((down, outer_sums))) =
        (nest.kept.split_last(), nest.summed.split_last())
    else {
        return;
    };
    walk(outer, nest.start, 0, &mut |at, to| {
        let out = &mut out[to..to + row.size];
        walk(outer_sums, at, 0, &mut |at, _| add_plane(leaf, at, row, down, out));
    });
}

/// Adds rows to `out`. Short rows that lie one behind the other are read as fewer, wider rows.
fn add_plane<A: Element, L: Leaf<A>>(
    leaf: L,
    at: [isize; 2],
    row: &Loop,
    down: &Loop,
    out: &mut [A],
) {
    let mut done = 0;
    if row.size <= WIDE / 2 && row.is_even() && down.reads_on_after(row) {
        let group = WIDE / row.size;
        let mut wide = [A::ZERO; WIDE];
        let wide = &mut wide[..group * row.size];
        let step = down.step.map(|step| step * group as isize);
        leaf.add_rows(at, row.step, step, down.size / group, wide);
        wide.chunks(row.size).for_each(|sum| add_assign(out, sum));
        done = down.size / group * group;
    }
    leaf.add_rows(advance(at, down.step, done), row.step, down.step, down.size - done, out);
}
