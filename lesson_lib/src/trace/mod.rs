//! What the threads of a small launch do, as a picture and as counts.
//!
//! [`trace`](trace()) runs a kernel on [`Device::checked`](crate::device::Device::checked) and
//! writes down every access and every wait. The picture is read from left to right: buffers that
//! are read, the threads, what they hand each other through shared memory between two barriers,
//! and buffers that are written. The idea is that of Rush's GPU Puzzles (2022).

mod counts;
mod picture;
mod warps;

#[cfg(test)]
mod tests;

pub use counts::Counts;

use crate::Result;
use crate::device::{Arguments, Kernel, Launch, Recording, Step};
use crate::error::Access;
use crate::plot::Figure;
use crate::show::{Show, emit};
use std::collections::HashSet;

/// Runs `kernel` and shows what its threads did.
///
/// ```no_run
/// use lesson_lib::{device::{Device, Launch, Source}, ndarray::array, trace::trace};
/// let device = Device::checked();
/// let source = Source::kernel("twice(const float* a, float* out)", "int i = threadIdx.x; out[i] = 2 * a[i];");
/// let twice = device.compile(source)?.kernel("twice")?;
/// let (a, mut out) = (device.upload(&array![1_f32, 2.0, 3.0])?, device.zeros(3)?);
/// let traced = trace(&twice, Launch::blocks(1).block(3), (&a, &mut out))?;
/// assert_eq!(traced.global_reads(), 3);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
///
/// # Errors
/// Those of [`Kernel::record`].
pub fn trace<'a>(kernel: &Kernel, launch: Launch, arguments: impl Arguments<'a>) -> Result<Trace> {
    let recording = kernel.record(launch, arguments)?;
    let counts = Counts::of(&recording);
    Ok(Trace { recording, counts })
}

/// A recorded launch; from [`trace`](trace()).
#[derive(Clone, Debug)]
pub struct Trace {
    recording: Recording,
    counts: Counts,
}

impl Trace {
    /// Elements that threads read from buffers, counted at every read.
    pub fn global_reads(&self) -> usize {
        self.counts.global_reads
    }

    /// Elements that threads wrote to buffers.
    pub fn global_writes(&self) -> usize {
        self.counts.global_writes
    }

    /// Pieces of 32 bytes that a GPU moves for all reads and writes of buffers, if the threads of
    /// a warp run in step.
    pub fn global_transactions(&self) -> usize {
        self.counts.global_transactions
    }

    /// How many threads read shared memory: whether they share what is to be done with it.
    pub fn shared_readers(&self) -> usize {
        self.threads_that(|step| matches!(step, Step::Shared { access: Access::Read, .. }))
    }

    /// How many threads write to buffers: whether one of them does the work of all.
    pub fn global_writers(&self) -> usize {
        let is_write = |access: Access| access != Access::Read;
        self.threads_that(|step| matches!(step, Step::Buffer { access, .. } if is_write(*access)))
    }

    fn threads_that(&self, does: impl Fn(&Step) -> bool) -> usize {
        let events = self.recording.events.iter().filter(|event| does(&event.step));
        events.map(|event| event.place).collect::<HashSet<_>>().len()
    }

    /// All counts.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The counts in words.
    pub fn summary(&self) -> String {
        self.counts.to_string()
    }

    /// Everything that was recorded.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The picture: who reads and writes what.
    pub fn figure(&self) -> Figure {
        picture::figure(&self.recording)
    }
}

impl Show for Trace {
    fn text(&self) -> String {
        format!("{}\n{}", self.figure().text(), self.summary())
    }

    fn evcxr_display(&self) {
        self.figure().evcxr_display();
        emit("text/plain", &self.text());
        crate::show::print_line(&self.summary());
    }
}
