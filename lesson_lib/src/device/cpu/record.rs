//! Every access and every wait of a small launch, for pictures of what threads do.

use super::abi::{Mark, Range};
use super::run::Run;
use crate::device::record::{Event, Step};
use crate::error::{Access, Place};

/// How many events one recording may have.
pub(super) const MOST_EVENTS: usize = 1 << 20;

/// An event as the hooks see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawEvent {
    block: [u32; 3],
    thread: u32,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Access { access: Access, address: usize, bytes: usize, after: usize },
    Wait { mark: Mark, with_warp: bool },
}

impl RawEvent {
    pub fn access(
        block: [u32; 3],
        thread: u32,
        access: Access,
        address: usize,
        bytes: usize,
        after: usize,
    ) -> Self {
        Self { block, thread, what: What::Access { access, address, bytes, after } }
    }

    pub fn wait(block: [u32; 3], thread: u32, mark: Mark, with_warp: bool) -> Self {
        Self { block, thread, what: What::Wait { mark, with_warp } }
    }
}

/// Tells raw events in the terms of the kernel; `shared` is where the block's memory lay.
pub(super) fn told(run: &Run<'_>, raw: &[RawEvent], shared: [Range; 2]) -> Vec<Event> {
    let lines =
        run.library().lines(&raw.iter().filter_map(RawEvent::instruction).collect::<Vec<_>>());
    let mut lines = lines.into_iter();
    let tell = |event: &RawEvent| {
        let (step, line) = match event.what {
            What::Access { access, address, bytes, .. } => {
                (step(run, access, address, bytes, shared), lines.next().flatten())
            }
            What::Wait { mark, with_warp } => {
                let step = if with_warp { Step::Warp } else { Step::Barrier };
                (step, Some(run.line_of_mark(mark)))
            }
        };
        let place = Place { block: event.block, thread: run.thread_index(event.thread) };
        Event { place, step, line }
    };
    raw.iter().map(tell).collect()
}

impl RawEvent {
    /// The instruction that made the access.
    fn instruction(&self) -> Option<usize> {
        match self.what {
            What::Access { after, .. } => Some(after - 1),
            What::Wait { .. } => None,
        }
    }
}

fn step(
    run: &Run<'_>,
    access: Access,
    address: usize,
    bytes: usize,
    [fixed, dynamic]: [Range; 2],
) -> Step {
    if let Some((parameter, index, size)) = run.element_at(address) {
        return Step::Buffer { access, parameter, index, count: bytes.div_ceil(size) };
    }
    let byte = if dynamic.holds(address, 0) {
        fixed.bytes + address - dynamic.start
    } else {
        address.wrapping_sub(fixed.start)
    };
    Step::Shared { access, byte, bytes }
}
