//! Whether a program has a fault, by comparing every use of memory with every other.

use super::program::{Place, Program, SIZE, Step};
use std::collections::{BTreeSet, HashMap};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Read,
    Write,
    Atomic,
}

/// One use of one place.
#[derive(Clone, Copy)]
struct Use {
    block: usize,
    thread: usize,
    step: usize,
    /// Barriers that the block has passed, and operations of the warp since then.
    interval: usize,
    phase: usize,
    kind: Kind,
    /// If it comes after the count of the last block, the interval and phase of that count.
    count: Option<(usize, usize)>,
}

/// The steps in which a fault may be told; none if the program is right.
pub fn faulty_steps(program: &Program) -> BTreeSet<usize> {
    let mut faulty = BTreeSet::new();
    for ((is_shared, _), uses) in uses(program) {
        for (at, second) in uses.iter().enumerate() {
            for first in &uses[..at] {
                if conflict(first, second) && !ordered(program, first, second) {
                    faulty.extend([first.step, second.step]);
                }
            }
            let is_written =
                |use_: &Use| use_.kind == Kind::Write && ordered(program, use_, second);
            // What is written later does not help.
            if is_shared && second.kind != Kind::Write && !uses[..at].iter().any(is_written) {
                faulty.insert(second.step);
            }
        }
    }
    let misaligned = |step: &Step| matches!(step, Step::Vector { offset } if offset % 4 != 0);
    faulty.extend((0..program.steps.len()).filter(|&at| misaligned(&program.steps[at])));
    faulty
}

fn conflict(a: &Use, b: &Use) -> bool {
    a.kind != b.kind || a.kind == Kind::Write
}

/// Whether one of the two comes first whatever the schedule.
fn ordered(program: &Program, a: &Use, b: &Use) -> bool {
    if a.block != b.block {
        return counted(program, a, b) || counted(program, b, a);
    }
    let same_warp = a.thread / 32 == b.thread / 32;
    a.thread == b.thread || a.interval != b.interval || same_warp && a.phase != b.phase
}

/// Whether the block of `before` was counted after it, and `after` comes after the count.
fn counted(program: &Program, before: &Use, after: &Use) -> bool {
    let Step::Last { has_barrier, has_fence, .. } = program.steps[after.step] else { return false };
    let Some((interval, phase)) = after.count else { return false };
    // Thread 0 counts its block, and knows of what is over for it.
    let known = before.thread == 0
        || before.interval < interval
        || before.thread < 32 && before.interval == interval && before.phase < phase;
    before.count.is_none() && has_fence && (has_barrier || known)
}

/// All uses of each place of shared memory or of the buffer, in order.
fn uses(program: &Program) -> HashMap<(bool, usize), Vec<Use>> {
    let mut uses = HashMap::<_, Vec<Use>>::new();
    for block in 0..program.blocks {
        let (mut interval, mut phase) = (0, 0);
        for (number, step) in program.steps.iter().enumerate() {
            let count = matches!(step, Step::Last { .. }).then_some((interval, phase));
            match step {
                Step::Barrier => (interval, phase) = (interval + 1, 0),
                Step::SyncWarp => phase += 1,
                // One barrier before the count, where it is not left out, and one after.
                Step::Last { .. } => (interval, phase) = (interval + 2, 0),
                _ => {}
            }
            for thread in 0..program.threads {
                let use_of =
                    |kind| Use { block, thread, step: number, interval, phase, kind, count };
                for (place, kind) in touched(program, step, block, thread) {
                    // Shared memory of different blocks is different memory.
                    let number = if place.0 { block * SIZE + place.1 } else { place.1 };
                    uses.entry((place.0, number)).or_default().push(use_of(kind));
                }
            }
        }
    }
    uses
}

/// What one thread uses in one step: whether it is shared memory, and where.
fn touched(
    program: &Program,
    step: &Step,
    block: usize,
    thread: usize,
) -> Vec<((bool, usize), Kind)> {
    let at = |place: &Place| (place.is_shared, place.at(block, thread));
    match step {
        Step::Barrier | Step::SyncWarp | Step::Vector { .. } => Vec::new(),
        Step::Init => {
            let own = (thread..SIZE).step_by(program.threads);
            own.map(|number| ((true, number), Kind::Write)).collect()
        }
        Step::Write { guard, .. } | Step::Add { guard, .. } if !guard.admits(thread) => Vec::new(),
        Step::Write { to, from, .. } => {
            let read = from.iter().map(|from| (at(from), Kind::Read));
            read.chain([(at(to), Kind::Write)]).collect()
        }
        Step::Add { to, is_atomic: true, .. } => vec![(at(to), Kind::Atomic)],
        Step::Add { to, .. } => vec![(at(to), Kind::Read), (at(to), Kind::Write)],
        // Blocks are counted in their order: the last one reads.
        Step::Last { read, .. } if block + 1 == program.blocks => vec![(at(read), Kind::Read)],
        Step::Last { .. } => Vec::new(),
    }
}
