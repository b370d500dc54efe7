//! Runs a loop nest: chooses the innermost loop, and the loop to distribute over the threads.
#![allow(unsafe_code)]

use super::arithmetic::Arithmetic;
use super::buffer;
use super::inner_kernel::InnerKernel;
use super::loop_nest::{Loop, LoopNest, advance, halves, walk};
use super::parallel::parallel_for_each;
use crate::Result;
use std::mem::MaybeUninit;

/// Below this number of turns a second thread costs more than it saves.
const PARALLEL_TURNS: usize = 1 << 16;

/// More chunks than threads, so that the others can take over from a thread that is held up.
const CHUNKS_PER_THREAD: usize = 4;

/// Sums of more rows are split in halves, so that the rounding error grows only with the logarithm
/// of their number. Rows that are joined count as one.
const PAIRWISE: usize = 1 << 12;

/// Sums of at most this many terms run outside the loop over the results.
const FEW: usize = 8;

/// The length of the wide row that short rows are joined to.
const WIDE: usize = 64;

/// Edge of the square blocks in which arrays are transposed: 16 `f32` fill a cache line.
const TILE: usize = 16;

/// The result of `nest` over the terms of `kernel`, in row-major order.
///
/// # Errors
/// A result that does not fit in memory.
pub(super) fn run_nest<A: Arithmetic, L: InnerKernel<A>>(
    nest: &LoopNest,
    kernel: L,
) -> Result<Vec<A>> {
    let len = nest.kept.iter().map(|each| each.size).product();
    let threads = rayon::current_num_threads();
    match split(nest, len, threads) {
        // SAFETY: the chunks cover the output, and `fill` writes each of them whole.
        Split::Kept => unsafe {
            buffer::filled(len, |out| fill_in_parallel(nest, kernel, threads, out))
        },
        // SAFETY: `fill` writes every element.
        Split::Not => unsafe { buffer::filled(len, |out| fill(nest, kernel, out)) },
        Split::Summed => add_partial_sums(nest, kernel, len, threads),
    }
}

/// Which of the two outermost loops of a nest is distributed over the threads.
enum Split {
    Not,
    Kept,
    Summed,
}

fn split(nest: &LoopNest, len: usize, threads: usize) -> Split {
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
fn fill_in_parallel<A: Arithmetic, L: InnerKernel<A>>(
    nest: &LoopNest,
    kernel: L,
    threads: usize,
    out: &mut [MaybeUninit<A>],
) {
    let turns = nest.kept[0].size.div_ceil(threads * CHUNKS_PER_THREAD);
    let chunks = out.chunks_mut(turns * nest.kept[0].out).enumerate();
    parallel_for_each(chunks, |(i, chunk)| {
        fill(&nest.part_of_kept(i * turns, turns), kernel, chunk)
    });
}

/// Gives each thread a part of the outermost sum, for outputs too short to be distributed.
fn add_partial_sums<A: Arithmetic, L: InnerKernel<A>>(
    nest: &LoopNest,
    kernel: L,
    len: usize,
    threads: usize,
) -> Result<Vec<A>> {
    let turns = nest.summed[0].size.div_ceil(threads);
    let parts = nest.summed[0].size.div_ceil(turns);
    let fill_parts = |sums: &mut [MaybeUninit<A>]| {
        let parts = sums.chunks_exact_mut(len).enumerate();
        parallel_for_each(parts, |(i, sum)| fill(&nest.part_of_sum(i * turns, turns), kernel, sum));
    };
    // SAFETY: the chunks of `len` elements cover the buffer, and each is filled.
    let mut sums = unsafe { buffer::filled(len * parts, fill_parts)? };
    let (total, rest) = sums.split_at_mut(len);
    rest.chunks_exact(len).for_each(|sum| add_assign(total, sum));
    sums.truncate(len);
    Ok(sums)
}

fn add_assign<A: Arithmetic>(total: &mut [A], sum: &[A]) {
    for (total, &sum) in total.iter_mut().zip(sum) {
        *total = total.plus(sum);
    }
}

/// Writes every element of `out`, choosing the innermost loop.
fn fill<A: Arithmetic, L: InnerKernel<A>>(nest: &LoopNest, kernel: L, out: &mut [MaybeUninit<A>]) {
    match (nest.kept.as_slice(), nest.summed.as_slice()) {
        (_, []) => write_terms(nest, kernel, out),
        ([outer @ .., row], [sum]) if sum.size <= FEW && row.size > sum.size => {
            walk(outer, nest.start, 0, &mut |at, to| {
                kernel.sum_few(at, row.step, sum.step, sum.size, &mut out[to..to + row.size]);
            });
        }
        _ if sums_innermost(nest) => finish_each(nest, kernel, out),
        _ => accumulate(nest, kernel, buffer::write_zeros(out)),
    }
}

/// Whether a summed loop should run innermost, rather than the last kept one.
fn sums_innermost(nest: &LoopNest) -> bool {
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
fn write_terms<A: Arithmetic, L: InnerKernel<A>>(
    nest: &LoopNest,
    kernel: L,
    out: &mut [MaybeUninit<A>],
) {
    let Some((row, outer)) = nest.kept.split_last() else {
        out[0].write(kernel.plus_at(A::ZERO, nest.start));
        return;
    };
    match outer.iter().position(|each| row.is_crossed_by(each)) {
        Some(column) => {
            let mut outer = outer.to_vec();
            let column = outer.remove(column);
            walk(&outer, nest.start, 0, &mut |at, to| {
                write_transposed(kernel, *row, column, at, &mut out[to..]);
            });
        }
        None => walk(outer, nest.start, 0, &mut |at, to| {
            kernel.write(at, row.step, &mut out[to..to + row.size]);
        }),
    }
}

/// Writes a plane in blocks: an input is contiguous along `column`, the output along `row`.
fn write_transposed<A: Arithmetic, L: InnerKernel<A>>(
    kernel: L,
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
                kernel.write(at, row.step, &mut out[to..to + width]);
            }
        }
    }
}

/// A sum runs innermost: the elements of the output are finished one after the other.
fn finish_each<A: Arithmetic, L: InnerKernel<A>>(
    nest: &LoopNest,
    kernel: L,
    out: &mut [MaybeUninit<A>],
) {
    match (nest.kept.as_slice(), nest.summed.as_slice()) {
        ([outer @ .., row], [sum]) => walk(outer, nest.start, 0, &mut |at, to| {
            kernel.sum_each(at, row.step, sum.step, sum.size, &mut out[to..to + row.size]);
        }),
        (kept, [outer @ .., sum]) => walk(kept, nest.start, 0, &mut |at, to| {
            out[to].write(sum_loops(kernel, outer, sum, at));
        }),
        (_, []) => write_terms(nest, kernel, out),
    }
}

/// The sum over several loops, the last of which is `inner`.
fn sum_loops<A: Arithmetic, L: InnerKernel<A>>(
    kernel: L,
    outer: &[Loop],
    inner: &Loop,
    at: [isize; 2],
) -> A {
    match halves(outer, at, PAIRWISE) {
        Some(halves) => {
            let [a, b] = halves.map(|(outer, at)| sum_loops(kernel, &outer, inner, at));
            a.plus(b)
        }
        None => {
            let mut total = A::ZERO;
            walk(outer, at, 0, &mut |at, _| {
                total = total.plus(kernel.sum(at, inner.step, inner.size));
            });
            total
        }
    }
}

/// The last kept loop runs innermost: rows are added to the output.
fn accumulate<A: Arithmetic, L: InnerKernel<A>>(nest: &LoopNest, kernel: L, out: &mut [A]) {
    let joined = match (nest.kept.last(), nest.summed.last()) {
        (Some(row), Some(down)) => joined_rows(row, down),
        _ => 1,
    };
    let Some([first, second]) = halves(&nest.summed, nest.start, PAIRWISE * joined) else {
        return add_planes(nest, kernel, out);
    };
    let half = |(summed, start)| LoopNest { start, kept: nest.kept.clone(), summed };
    accumulate(&half(first), kernel, out);
    let mut partial = vec![A::ZERO; out.len()];
    accumulate(&half(second), kernel, &mut partial);
    add_assign(out, &partial);
}

/// Adds every row of terms to the output.
fn add_planes<A: Arithmetic, L: InnerKernel<A>>(nest: &LoopNest, kernel: L, out: &mut [A]) {
    let (Some((row, outer)), Some((down, outer_sums))) =
        (nest.kept.split_last(), nest.summed.split_last())
    else {
        return;
    };
    walk(outer, nest.start, 0, &mut |at, to| {
        let out = &mut out[to..to + row.size];
        walk(outer_sums, at, 0, &mut |at, _| add_plane(kernel, at, row, down, out));
    });
}

/// Adds rows to `out`. Short rows that follow one another in memory are read as fewer, wider rows.
fn add_plane<A: Arithmetic, L: InnerKernel<A>>(
    kernel: L,
    at: [isize; 2],
    row: &Loop,
    down: &Loop,
    out: &mut [A],
) {
    let mut done = 0;
    let group = joined_rows(row, down);
    if group > 1 {
        let mut wide = [A::ZERO; WIDE];
        let wide = &mut wide[..group * row.size];
        let step = down.step.map(|step| step * group as isize);
        kernel.add_rows(at, row.step, step, down.size / group, wide);
        wide.chunks(row.size).for_each(|sum| add_assign(out, sum));
        done = down.size / group * group;
    }
    kernel.add_rows(advance(at, down.step, done), row.step, down.step, down.size - done, out);
}

/// How many rows are read as one: 1 unless they are short and follow one another in memory.
fn joined_rows(row: &Loop, down: &Loop) -> usize {
    let joinable = (1..=WIDE / 2).contains(&row.size) && row.is_even() && down.reads_on_after(row);
    if joinable { WIDE / row.size } else { 1 }
}
