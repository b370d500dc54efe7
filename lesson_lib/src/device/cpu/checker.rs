//! The checks of every access of a kernel.

use super::abi::{Mark, Range};
use super::desk::Cause;
use super::record::RawEvent;
use super::run::Run;
use super::shadow::Shadow;
use super::shared::SharedMemory;
use crate::error::Access;

/// What one worker checks: bounds, and the uses of shared memory.
#[derive(Debug)]
pub(super) struct Checker<'r> {
    run: &'r Run<'r>,
    fixed: Range,
    dynamic: Range,
    /// Where the declarations of `__shared__` memory lie.
    declared: Vec<Range>,
    shadow: Shadow,
    block: [u32; 3],
}

impl<'r> Checker<'r> {
    pub fn new(run: &'r Run<'r>, shared: &SharedMemory) -> Self {
        let (fixed, dynamic) = (shared.fixed(), shared.dynamic());
        let shadow = Shadow::new(fixed.bytes + dynamic.bytes, run.threads_per_block());
        let slots = run.library().slots().iter();
        let declared = slots
            .map(|slot| Range { start: fixed.start + slot.offset, bytes: slot.bytes })
            .collect();
        Self { run, fixed, dynamic, declared, shadow, block: [0; 3] }
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
    pub fn wait(&mut self, thread: u32, mark: Mark, with_warp: bool) {
        self.run.record(|| RawEvent::wait(self.block, thread, mark, with_warp));
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
        if let Some(offset) = self.shared_offset(address, bytes) {
            self.run.record(|| RawEvent::access(self.block, thread, access, address, bytes, after));
            return self.shadow.access(thread, access, offset, bytes, after);
        }
        if self.run.buffer_with(address, bytes) {
            self.run.record(|| RawEvent::access(self.block, thread, access, address, bytes, after));
            return Ok(());
        }
        if self.run.library().owns(address) {
            return Ok(());
        }
        Err(Cause::Address { access, address: self.run.first_outside(address) })
    }

    /// Where the shadow of these bytes begins, if they lie in one declaration of shared memory.
    fn shared_offset(&self, address: usize, bytes: usize) -> Option<usize> {
        if self.dynamic.holds(address, bytes) {
            return Some(self.fixed.bytes.next_multiple_of(4) + address - self.dynamic.start);
        }
        let in_one = self.declared.iter().any(|range| range.holds(address, bytes));
        in_one.then(|| address - self.fixed.start)
    }
}
