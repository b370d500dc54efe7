//! What a worker of the careful mode is told by a kernel: accesses outside of all regions, misaligned
//! ones, waits. The order of two uses is for `shadow`.

use super::abi::{CodeMark, Range};
use super::fault::{Cause, CodeLocation, FaultReport};
use super::launch_shadow::LaunchShadow;
use super::recorder::{RawEvent, Recorder};
use super::shadow::Shadow;
use super::shared::SharedMemory;
use super::spec::LaunchSpec;
use crate::device::record::Step;
use crate::error::{Access, FaultKind, Place};

/// What one worker checks: bounds, and the order of what its threads do.
pub(super) struct Checker<'r> {
    spec: &'r LaunchSpec<'r>,
    pub launch: &'r LaunchShadow<'r>,
    recorder: Option<&'r Recorder>,
    fixed: Range,
    dynamic: Range,
    /// Where the declarations of `__shared__` memory lie.
    declared: Vec<Range>,
    /// The order of the uses of memory.
    pub shadow: Shadow<'r>,
    block: [u32; 3],
}

impl<'r> Checker<'r> {
    pub fn new(
        launch: &'r LaunchShadow<'r>,
        recorder: Option<&'r Recorder>,
        shared: &SharedMemory,
    ) -> Self {
        let spec = launch.spec;
        let (fixed, dynamic) = (shared.fixed(), shared.dynamic());
        let slots = spec.library.slots().iter();
        let declared: Vec<Range> = slots
            .map(|slot| Range { start: fixed.start + slot.offset, bytes: slot.bytes })
            .collect();
        let arrays = declared.iter().copied().chain([dynamic]).collect();
        let shadow = Shadow::new(launch, &[fixed, dynamic], arrays);
        Self { spec, launch, recorder, fixed, dynamic, declared, shadow, block: [0; 3] }
    }

    /// Whether the next access is to be reported, wherever it goes.
    pub fn wants_every_access(&self) -> bool {
        self.recorder.is_some() || self.shadow.has_doubts()
    }

    /// The block with this number begins.
    pub fn begin_block(&mut self, number: u64) {
        self.block = self.spec.block_index(number);
        self.shadow.begin_block(number);
    }

    /// A thread waits at a barrier, or with its warp.
    pub fn wait(&mut self, thread: u32, mark: CodeMark, with_warp: bool) {
        let step = if with_warp { Step::Warp } else { Step::Barrier };
        self.record(thread, CodeLocation::Mark(mark), step);
    }

    /// An access of `thread`, from the call that returns to `after`. Local variables do not come
    /// here, nor what lies in a region, unless every access is wanted.
    ///
    /// # Errors
    /// An address outside of all that the kernel may use, or an earlier race that shows now.
    pub fn access(
        &mut self,
        thread: u32,
        access: Access,
        address: usize,
        bytes: usize,
        after: usize,
    ) -> Result<(), Box<FaultReport>> {
        if let Some(report) = self.shadow.settle() {
            return Err(Box::new(report));
        }
        let location = CodeLocation::Return(after);
        if let Some(byte) = self.shared_byte(address, bytes) {
            self.record(thread, location, Step::Shared { access, byte, bytes });
            return Ok(());
        }
        if let Some((parameter, index, size)) = self.spec.element_at(address, bytes) {
            let count = bytes.div_ceil(size);
            self.record(thread, location, Step::Buffer { access, parameter, index, count });
            return Ok(());
        }
        if let Some(checked) = self.spec.library.heap().check(address, bytes) {
            let report = |message| FaultReport::known(FaultKind::Other { message }, location);
            return checked.map_err(|message| Box::new(report(message)));
        }
        if let Some(kind) = self.outside_variable(access, address, bytes) {
            return Err(Box::new(FaultReport::known(kind, location)));
        }
        if self.spec.library.owns(address) {
            return Ok(());
        }
        let cause = Cause::Address { access, address: self.spec.first_outside(address) };
        Err(Box::new(FaultReport { cause, location, place: None }))
    }

    /// What is wrong with bytes of which some lie between the variables of the module.
    fn outside_variable(&self, access: Access, address: usize, bytes: usize) -> Option<FaultKind> {
        let (variable, byte, length) = self.spec.library.variables().missed(address, bytes)?;
        Some(FaultKind::VariableOutOfBounds { access, variable: variable.into(), byte, length })
    }

    /// A pointer to a type that must lie at a multiple of `alignment`.
    ///
    /// # Errors
    /// When it does not, counted from the start of the memory that it leads to.
    pub fn aligned(
        &self,
        address: usize,
        alignment: usize,
        type_name: &str,
        location: CodeLocation,
    ) -> Result<(), Box<FaultReport>> {
        let Some((start, memory)) = self.start_of(address) else { return Ok(()) };
        let offset = address - start;
        if offset.is_multiple_of(alignment) {
            return Ok(());
        }
        // Compilers put it in quotes, and GCC says what kind of type it is.
        let words = type_name.trim_matches('\'').split(' ');
        let words: Vec<&str> = words.filter(|word| !["const", "struct"].contains(word)).collect();
        let type_name = words.join(" ");
        let kind = FaultKind::Misaligned { type_name, alignment, memory, offset };
        Err(Box::new(FaultReport::known(kind, location)))
    }

    /// Where the memory around `address` starts, and what it is called.
    fn start_of(&self, address: usize) -> Option<(usize, String)> {
        let buffer = self.spec.buffers().find(|(_, span)| {
            Range { start: span.start as usize, bytes: span.bytes() }.holds(address, 0)
        });
        if let Some((name, span)) = buffer {
            return Some((span.start as usize, name.into()));
        }
        let slot = self.declared.iter().position(|range| range.holds(address, 0));
        if let Some(slot) = slot {
            let name = self.spec.names(&self.spec.library.slots()[slot]);
            return Some((self.declared[slot].start, name));
        }
        let is_dynamic = self.dynamic.holds(address, 0);
        is_dynamic.then(|| (self.dynamic.start, "the dynamic shared memory".into()))
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
