//! Memory for the careful mode's notes.

use super::abi::MemoryCell;
use super::memory::Guarded;
use std::io;

/// Memory for cells that begins as zeros, and takes none until a cell is used.
#[derive(Debug)]
pub(super) struct CellMemory(Guarded);

impl CellMemory {
    /// # Errors
    /// When the system has no memory left.
    pub fn new(cells: usize) -> io::Result<Self> {
        const GUARD: usize = 64 << 10;
        let memory = Guarded::between(cells * size_of::<MemoryCell>(), GUARD)?;
        // A launch that uses all of it would else spend most of its time in giving it pages.
        memory.prefer_huge_pages();
        Ok(Self(memory))
    }

    /// The cells, as the first and the one behind the last.
    pub fn bounds(&self) -> [*mut MemoryCell; 2] {
        let first = self.0.as_mut_ptr().cast::<MemoryCell>();
        [first, first.wrapping_add(self.0.range().bytes / size_of::<MemoryCell>())]
    }
}
