//! Buffers between guard zones: an index past the end, or far outside, is an access that the
//! processor itself refuses.
//!
//! A buffer starts at a multiple of 16 bytes, as the largest vector types must. So where its size
//! is no such multiple, up to 15 bytes behind it belong to nobody, and only the careful mode notices
//! their use.
#![allow(unsafe_code)]

use super::abi::Range;
use super::host;
use crate::device::backend::{Memory, MemoryInfo};
use crate::{Error, Result};
use std::ptr::{self, NonNull};
use std::{io, slice};

/// Sizes of a guard zone, to be tried in this order: a system may have little address space. With
/// the first, every product of a 32-bit index and the size of an element stays inside.
const GUARDS: [usize; 4] = [16 << 30, 1 << 30, 16 << 20, 64 << 10];

/// How far from a buffer an address may be and still be taken for an index of that buffer.
pub(super) const REACH: usize = GUARDS[0];

/// What a buffer's address is a multiple of, so that the largest vector type lies in it as it must.
const ALIGNMENT: usize = 16;

/// From this size on it is asked beforehand whether the memory is there: the operating system
/// promises more than it has, and ends the process later.
const LARGE: usize = 64 << 20;

/// Zeroed memory that ends where a page ends, but for what its alignment leaves, with guard zones
/// before and after.
#[derive(Debug)]
pub(super) struct Guarded {
    mapping: NonNull<u8>,
    mapped: usize,
    range: Range,
}

// SAFETY: a mapping belongs to the process, not to a thread; access goes through `&mut self` and
// `&self` methods, or through the address by kernels, for which `Buffer`'s borrows stand.
unsafe impl Send for Guarded {}
// SAFETY: as above.
unsafe impl Sync for Guarded {}

impl Guarded {
    /// Maps `bytes` bytes of zeros; none is fine.
    ///
    /// # Errors
    /// What the system says when it has no memory or no addresses left.
    pub fn new(bytes: usize) -> io::Result<Self> {
        let mut refusal = io::ErrorKind::OutOfMemory.into();
        for guard in GUARDS {
            match Self::between(bytes, guard) {
                Ok(memory) => return Ok(memory),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// As [`new`](Guarded::new), with guard zones of `guard` bytes, a multiple of the page size.
    ///
    /// # Errors
    /// As [`new`](Guarded::new).
    pub fn between(bytes: usize, guard: usize) -> io::Result<Self> {
        let page = host::page_size();
        let body = bytes.checked_next_multiple_of(page).ok_or(io::ErrorKind::OutOfMemory)?;
        let mapped = guard.checked_mul(2).and_then(|guards| guards.checked_add(body));
        let mapped = mapped.ok_or(io::ErrorKind::OutOfMemory)?;
        // SAFETY: a new private mapping at an address of the system's choice touches nothing.
        let mapping = unsafe {
            libc::mmap(
                ptr::null_mut(),
                mapped,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANON,
                -1,
                0,
            )
        };
        if mapping == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let mapping = NonNull::new(mapping.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let start = mapping.as_ptr() as usize + guard + body - bytes.next_multiple_of(ALIGNMENT);
        let memory = Self { mapping, mapped, range: Range { start, bytes } };
        // SAFETY: `guard..guard + body` lies inside the mapping made above, page by page.
        let opened = body == 0
            || unsafe {
                let body_start = mapping.as_ptr().add(guard);
                libc::mprotect(body_start.cast(), body, libc::PROT_READ | libc::PROT_WRITE) == 0
            };
        if opened { Ok(memory) } else { Err(io::Error::last_os_error()) }
    }

    /// The addresses that may be used.
    pub fn range(&self) -> Range {
        self.range
    }

    /// The first byte.
    pub fn as_mut_ptr(&self) -> *mut u8 {
        self.mapping.as_ptr().with_addr(self.range.start)
    }

    /// Asks the system to back the memory with large pages, where it can.
    pub fn prefer_huge_pages(&self) {
        // SAFETY: the advice changes no content, and the mapping is this value's own.
        #[cfg(target_os = "linux")]
        unsafe {
            libc::madvise(self.mapping.as_ptr().cast(), self.mapped, libc::MADV_HUGEPAGE);
        }
    }

    /// Whether `address` lies here or in the guard zones.
    pub fn surrounds(&self, address: usize) -> bool {
        Range { start: self.mapping.as_ptr() as usize, bytes: self.mapped }.holds(address, 0)
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: the range is mapped and initialised with zeros by the system. A kernel that
        // writes to it does so while a `&mut Buffer` is held by the launch, which has ended.
        unsafe { slice::from_raw_parts(self.as_mut_ptr(), self.range.bytes) }
    }

    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and `&mut self` keeps all others out.
        unsafe { slice::from_raw_parts_mut(self.as_mut_ptr(), self.range.bytes) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own, and ends with it.
        unsafe { libc::munmap(self.mapping.as_ptr().cast(), self.mapped) };
    }
}

/// Memory of `bytes` zeros for the device called `device`.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub(super) fn allocate(device: &str, bytes: usize) -> Result<Guarded> {
    let refused = || {
        let MemoryInfo { free, total } = host::memory();
        Error::OutOfMemory { device: device.into(), requested: bytes as u64, free, total }
    };
    if bytes >= LARGE && bytes as u64 > host::memory().free {
        return Err(refused());
    }
    Guarded::new(bytes).map_err(|_| refused())
}

impl Memory for Guarded {
    fn address(&self) -> u64 {
        self.range.start as u64
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes_mut()[..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn read(&self, bytes: &mut [u8]) -> Result<()> {
        bytes.copy_from_slice(&self.bytes()[..bytes.len()]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_zero_and_aligned_and_ends_with_its_page() {
        for bytes in [0, 1, 4, 4095, 4096, 4097, 100_003] {
            let mut memory = Guarded::new(bytes).unwrap();
            let Range { start, .. } = memory.range();
            let end = start + bytes.next_multiple_of(ALIGNMENT);
            assert!(start.is_multiple_of(ALIGNMENT) && end.is_multiple_of(host::page_size()));
            assert!(memory.bytes().iter().all(|&byte| byte == 0));
            memory.bytes_mut().fill(7);
            assert_eq!(memory.bytes(), vec![7; bytes]);
            assert!(memory.surrounds(end) && memory.surrounds(start - 1));
        }
    }

    #[test]
    fn smaller_guards_do_as_well() {
        for guard in GUARDS {
            let memory = Guarded::between(10, guard).unwrap();
            assert_eq!(memory.mapped, 2 * guard + host::page_size());
        }
    }

    #[test]
    fn too_much_memory_is_refused_with_the_sizes() {
        for bytes in [1_usize << 45, isize::MAX as usize] {
            let Err(Error::OutOfMemory { requested, free, total, .. }) = allocate("CPU", bytes)
            else {
                panic!("{bytes} bytes were given");
            };
            assert!(requested == bytes as u64 && 0 < free && free <= total);
        }
    }
}
