//! What is launched, and what can be asked about it without running it.
#![allow(unsafe_code)]

use super::Mode;
use super::abi::{CodeMark, Entry, Range, Slot, index_in};
use super::library::{Library, text};
use crate::device::backend::{BufferSpan, RawArgument};
use crate::device::launch::Grid;
use crate::device::signature::Signature;
use std::path::Path;
use std::time::Duration;

/// One launch of a kernel.
#[derive(Clone, Copy)]
pub(super) struct LaunchSpec<'p> {
    pub library: &'p Library,
    pub mode: Mode,
    pub kernel: &'p Signature,
    pub entry: Entry,
    /// Where its text begins, `kernel.cu:3`.
    pub place: &'p str,
    pub grid: &'p Grid,
    pub arguments: &'p [RawArgument],
    /// How long it may take.
    pub limit: Option<Duration>,
}

impl<'p> LaunchSpec<'p> {
    /// How many blocks there are.
    pub fn blocks(&self) -> u64 {
        self.grid.blocks.iter().map(|&n| u64::from(n)).product()
    }

    pub fn threads_per_block(&self) -> u32 {
        self.grid.threads.iter().product()
    }

    /// The `blockIdx` of a block.
    pub fn block_index(&self, number: u64) -> [u32; 3] {
        index_in(number, self.grid.blocks)
    }

    /// The `threadIdx` of a block's thread.
    pub fn thread_index(&self, number: u32) -> [u32; 3] {
        index_in(number.into(), self.grid.threads)
    }

    /// The buffers among the arguments, by the names of their parameters.
    pub fn buffers(&self) -> impl Iterator<Item = (&'p str, BufferSpan)> {
        let pairs = self.kernel.parameters.iter().zip(self.arguments);
        pairs.filter_map(|(parameter, argument)| Some((parameter.name.as_str(), argument.span?)))
    }

    /// Where the buffers lie.
    fn buffer_ranges(&self) -> impl Iterator<Item = Range> {
        self.buffers().map(|(_, span)| range_of(&span))
    }

    /// `address`, or where it lies in a buffer, that buffer's end.
    pub fn first_outside(&self, address: usize) -> usize {
        let range = self.buffer_ranges().find(|range| range.holds(address, 0));
        range.map_or(address, |range| range.start + range.bytes)
    }

    /// For `bytes` bytes in one buffer: the number of its parameter, the index of the first
    /// element, and an element's size.
    pub fn element_at(&self, address: usize, bytes: usize) -> Option<(usize, usize, usize)> {
        self.arguments.iter().enumerate().find_map(|(parameter, argument)| {
            let span = argument.span.filter(|span| range_of(span).holds(address, bytes))?;
            let offset = address - span.start as usize;
            Some((parameter, offset / span.element_size, span.element_size))
        })
    }

    /// The names of the variables in a declaration of shared memory.
    pub fn names(&self, slot: &Slot) -> String {
        // SAFETY: the names are a constant of the library, which is loaded while it runs.
        unsafe { text(slot.names) }
    }

    /// `file:line`.
    pub fn line_of_mark(&self, mark: CodeMark) -> String {
        // SAFETY: a mark's file is a constant of the library, which is loaded while it runs.
        let file = unsafe { text(mark.file) };
        let name = Path::new(&file).file_name().unwrap_or_default().to_string_lossy();
        format!("{name}:{}", mark.line)
    }
}

fn range_of(span: &BufferSpan) -> Range {
    Range { start: span.start as usize, bytes: span.bytes() }
}
