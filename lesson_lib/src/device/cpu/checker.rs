//! Checks every memory access of a kernel.

use super::abi::{CodeMark, Range};
use super::fault::{Cause, CodeLocation};
use super::recorder::{RawEvent, Recorder};
use super::shadow::Shadow;
use super::shared::SharedMemory;
use super::spec::LaunchSpec;
use crate::device::record::Step;
use crate::error::{Access, FaultKind, Place};

/// What one worker checks: bounds, and the uses of shared memory.
pub(super) struct Checker<'r> {
    spec: &'r LaunchSpec<'r>,
    recorder: Option<&'r Recorder>,
    fixed: Range,
    dynamic: Range,
    /// Where the declarations of `__shared__` memory lie.
    declared: Vec<Range>,
    shadow: Shadow,
    block: [u32; 3],
}

impl<'r> Checker<'r> {
    pub fn new(
        spec: &'r LaunchSpec<'r>,
        recorder: Option<&'r Recorder>,
        shared: &SharedMemory,
    ) -> Self {
        let (fixed, dynamic) = (shared.fixed(), shared.dynamic());
        let shadow = Shadow::new(fixed.bytes + dynamic.bytes, spec.threads_per_block());
        let slots = spec.library.slots().iter();
        let declared = slots
            .map(|slot| Range { start: fixed.start + slot.offset, bytes: slot.bytes })
            .collect();
        Self { spec, recorder, fixed, dynamic, declared, shadow, block: [0; 3] }
    }

    /// The block with this `blockIdx` begins.
    pub fn begin_block(&mut self, block: [u32; 3]) {
        self.block = block;
        self.shadow.begin_block();
    }

    /// All threads of the block have passed a barrier.
    pub fn barrier(&mut self) {
        self.shadow.barrier();
    }

    /// These lanes of a warp have passed an operation of theirs.
    pub fn warp(&mut self, warp: u32, lanes: u32) {
        self.shadow.warp(warp, lanes);
    }

    /// A thread waits at a barrier, or with its warp.
    pub fn wait(&mut self, thread: u32, mark: CodeMark, with_warp: bool) {
        let step = if with_warp { Step::Warp } else { Step::Barrier };
        self.record(thread, CodeLocation::Mark(mark), step);
    }

    /// An access of `thread`, from the call that returns to `after`. Local variables do not come
    /// here, nor do accesses inside of a buffer unless the launch is recorded.
    ///
    /// # Errors
    /// An address outside of all that the kernel may use, or a wrong use of shared memory.
    pub fn access(
        &mut self,
        thread: u32,
        access: Access,
        address: usize,
        bytes: usize,
        after: usize,
    ) -> Result<(), Cause> {
        let location = CodeLocation::Return(after);
        if let Some(byte) = self.shared_byte(address, bytes) {
            self.record(thread, location, Step::Shared { access, byte, bytes });
            return self.shadow.access(thread, access, byte, bytes, after);
        }
        if let Some((parameter, index, size)) = self.spec.element_at(address, bytes) {
            let count = bytes.div_ceil(size);
            self.record(thread, location, Step::Buffer { access, parameter, index, count });
            return Ok(());
        }
        if let Some(checked) = self.spec.library.heap().check(address, bytes) {
            return checked.map_err(|message| Cause::Known(FaultKind::Other { message }));
        }
        if self.spec.library.owns(address) {
            return Ok(());
        }
        Err(Cause::Address { access, address: self.spec.first_outside(address) })
    }

    fn record(&self, thread: u32, location: CodeLocation, step: Step) {
        if let Some(recorder) = self.recorder {
            let place = Place { block: self.block, thread: self.spec.thread_index(thread) };
            recorder.record(RawEvent { place, step, location });
        }
    }

    /// The first of these bytes, counted from the start of the block's shared memory, if they lie
    /// in one declaration.
    fn shared_byte(&self, address: usize, bytes: usize) -> Option<usize> {
        if self.dynamic.holds(address, bytes) {
            return Some(self.fixed.bytes + address - self.dynamic.start);
        }
        let in_one = self.declared.iter().any(|range| range.holds(address, bytes));
        in_one.then(|| address - self.fixed.start)
    }
}
