//! Accesses that the threads of a warp make together.
//!
//! A GPU runs 32 threads in step. Here they ran one after another, so the accesses that belong
//! together are matched by occurrence: for each thread, the n-th access to the same memory from
//! the same line of the source.

use crate::device::{Event, Recording, Step};
use crate::error::Access;
use std::collections::BTreeMap;

const WARP: usize = 32;

/// What one warp does at one moment: the ranges of bytes that its threads ask for, each as (first, length).
pub(super) struct Together {
    pub(super) shared: bool,
    pub(super) ranges: Vec<(usize, usize)>,
}

/// What identifies an access, apart from its thread.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Site {
    block: [u32; 3],
    line: Option<String>,
    /// The parameter; `None` for shared memory.
    parameter: Option<usize>,
    writes: bool,
}

/// All accesses, grouped by warp and moment.
pub(super) fn together(recording: &Recording) -> Vec<Together> {
    let mut turns: BTreeMap<(Site, usize), usize> = BTreeMap::new();
    let mut moments: BTreeMap<(Site, usize, usize), Together> = BTreeMap::new();
    for event in &recording.events {
        let Some((site, range)) = access_of(recording, event) else { continue };
        let thread = number_in(recording.threads, event.place.thread);
        let turn = turns.entry((site.clone(), thread)).or_insert(0);
        let shared = site.parameter.is_none();
        let moment = moments.entry((site, thread / WARP, *turn));
        *turn += 1;
        let together = moment.or_insert(Together { shared, ranges: vec![] });
        together.ranges.push(range);
    }
    moments.into_values().collect()
}

fn access_of(recording: &Recording, event: &Event) -> Option<(Site, (usize, usize))> {
    let (access, parameter, range) = match event.step {
        Step::Buffer { access, parameter, index, count } => {
            let size = recording.signature.parameters[parameter].value_type.unit_size();
            (access, Some(parameter), (index * size, count * size))
        }
        Step::Shared { access, byte, bytes } => (access, None, (byte, bytes)),
        Step::Barrier | Step::Warp => return None,
    };
    let (block, line) = (event.place.block, event.line.clone());
    let site = Site { block, line, parameter, writes: access != Access::Read };
    Some((site, range))
}

/// The number of the thread or block at this index of an extent, x fastest.
pub(super) fn number_in(extent: [u32; 3], index: [u32; 3]) -> usize {
    let [width, height, _] = extent.map(|n| n as usize);
    let [x, y, z] = index.map(|n| n as usize);
    (z * height + y) * width + x
}
