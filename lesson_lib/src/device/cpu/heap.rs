//! The memory that kernels take with `malloc` and `new`.
//!
//! It is the device's own, as on a GPU: as small as CUDA's, kept from launch to launch, and each
//! misuse is told. Behind every allocation lie bytes that belong to nothing and have a pattern; where
//! that has changed, somebody has written past the end.
#![allow(unsafe_code)]

use super::abi::Range;
use super::memory::Guarded;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{ptr, slice};

/// The size of the heap, which is CUDA's where nobody sets another.
const SIZE: usize = 8 << 20;

/// What addresses are multiples of.
const ALIGNMENT: usize = 16;

/// The least number of bytes behind an allocation that belong to nothing.
const GAP: usize = 16;

const PATTERN: u8 = 0xfd;

/// The heap of one module; it takes memory when it is first asked for some.
#[derive(Debug, Default)]
pub(super) struct Heap(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    memory: Option<Guarded>,
    /// The bytes of each allocation, by its offset.
    live: BTreeMap<usize, usize>,
    /// Offsets that were allocations and are nothing now.
    freed: BTreeSet<usize>,
    /// Where to look for room first.
    next: usize,
}

impl Heap {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Memory of this size; null where there is no more, as CUDA says it.
    pub fn allocate(&self, bytes: usize) -> *mut u8 {
        self.state().allocate(bytes).unwrap_or(ptr::null_mut())
    }

    /// Takes back what [`allocate`](Heap::allocate) gave; null is nothing.
    ///
    /// # Errors
    /// What is wrong with the address, or with the memory behind it.
    pub fn release(&self, address: usize) -> Result<(), String> {
        if address == 0 { Ok(()) } else { self.state().release(address) }
    }

    /// For bytes in the heap, whether they belong to one allocation; none for others.
    pub fn check(&self, address: usize, bytes: usize) -> Option<Result<(), String>> {
        let state = self.state();
        let offset = state.offset(address)?;
        Some(state.check(offset, bytes))
    }

    /// Whether nobody has written past the end of an allocation.
    ///
    /// # Errors
    /// The size of the one that somebody has.
    pub fn is_whole(&self) -> Result<(), String> {
        let state = self.state();
        state.live.iter().try_for_each(|(&offset, &bytes)| state.gap_is_whole(offset, bytes))
    }
}

/// All that an allocation takes with the gap behind it.
fn taken(bytes: usize) -> Option<usize> {
    bytes.max(1).checked_add(GAP)?.checked_next_multiple_of(ALIGNMENT)
}

impl State {
    fn allocate(&mut self, bytes: usize) -> Option<*mut u8> {
        let taken = taken(bytes)?;
        if self.memory.is_none() {
            self.memory = Some(Guarded::new(SIZE).ok()?);
        }
        let offset =
            self.room(self.next, SIZE, taken).or_else(|| self.room(0, self.next, taken))?;
        self.live.insert(offset, bytes);
        self.next = offset + taken;
        let used = offset..offset + taken;
        self.freed.extract_if(used.clone(), |_| true).for_each(drop);
        let gap = &mut self.memory.as_mut()?.bytes_mut()[used][bytes..];
        gap.fill(PATTERN);
        Some(self.memory.as_ref()?.as_mut_ptr().wrapping_add(offset))
    }

    /// The first room for `taken` bytes from `start`, which no allocation covers, to `end`.
    fn room(&self, start: usize, end: usize, taken: usize) -> Option<usize> {
        let mut room = start;
        for (&offset, &bytes) in self.live.range(start..end) {
            if offset - room >= taken {
                return Some(room);
            }
            room = offset + self::taken(bytes)?;
        }
        (end.saturating_sub(room) >= taken).then_some(room)
    }

    fn offset(&self, address: usize) -> Option<usize> {
        let range: Range = self.memory.as_ref()?.range();
        range.holds(address, 0).then(|| address - range.start)
    }

    fn release(&mut self, address: usize) -> Result<(), String> {
        let unknown = || "frees memory that neither malloc nor new gave".to_string();
        let offset = self.offset(address).ok_or_else(unknown)?;
        let Some(&bytes) = self.live.get(&offset) else {
            let again = "frees memory that is free already";
            return Err(if self.freed.contains(&offset) { again.into() } else { unknown() });
        };
        self.gap_is_whole(offset, bytes)?;
        self.live.remove(&offset);
        self.freed.insert(offset);
        Ok(())
    }

    fn check(&self, offset: usize, bytes: usize) -> Result<(), String> {
        let Some((&start, &length)) = self.live.range(..=offset).next_back() else {
            return Err("uses memory of the heap that is free".into());
        };
        let first = offset - start;
        if first + bytes <= length {
            return Ok(());
        }
        let outside = first.max(length);
        let near = outside < length + GAP.max(length);
        Err(if near {
            format!("uses byte {outside} of {length} bytes from malloc or new")
        } else {
            "uses memory of the heap that is free".into()
        })
    }

    fn gap_is_whole(&self, offset: usize, bytes: usize) -> Result<(), String> {
        let end = offset + taken(bytes).unwrap_or(bytes);
        let whole = self.bytes()[offset + bytes..end].iter().all(|&byte| byte == PATTERN);
        let problem = || format!("writes past the end of {bytes} bytes from malloc or new");
        if whole { Ok(()) } else { Err(problem()) }
    }

    fn bytes(&self) -> &[u8] {
        self.memory.as_ref().map_or(&[], |memory| {
            // SAFETY: the memory is mapped and initialised with zeros by the system. Kernels may
            // write to it at the same time, as to all that a launch is given; what is read here is
            // only compared with a pattern.
            unsafe { slice::from_raw_parts(memory.as_mut_ptr(), memory.range().bytes) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::property;
    use proptest::prelude::*;

    #[test]
    fn memory_is_aligned_and_apart() {
        let heap = Heap::default();
        let sizes = [0, 1, 15, 16, 17, 1000];
        let starts = sizes.map(|bytes| heap.allocate(bytes) as usize);
        for (pair, bytes) in starts.windows(2).zip(sizes) {
            assert!(pair[0].is_multiple_of(16) && pair[0] + bytes + GAP <= pair[1]);
        }
        for (start, bytes) in starts.into_iter().zip(sizes) {
            assert_eq!(heap.check(start, bytes), Some(Ok(())), "{bytes}");
            assert!(heap.check(start, bytes + 1).unwrap().is_err(), "{bytes}");
        }
        assert_eq!(heap.check(starts[0] - 4096, 1), None);
    }

    #[test]
    fn what_is_freed_can_be_used_again_until_the_heap_is_full() {
        let heap = Heap::default();
        let mut kept = Vec::new();
        loop {
            let start = heap.allocate(1 << 16);
            if start.is_null() {
                break;
            }
            kept.push(start as usize);
        }
        assert_eq!(kept.len(), SIZE / ((1 << 16) + GAP));
        heap.release(kept[3]).unwrap();
        assert_eq!(heap.allocate(1 << 16) as usize, kept[3]);
        assert!(heap.allocate(1 << 16).is_null() && heap.allocate(usize::MAX).is_null());
    }

    #[test]
    fn each_misuse_is_told() {
        let heap = Heap::default();
        let start = heap.allocate(20);
        let address = start as usize;
        let refused = |address| heap.release(address).unwrap_err();
        assert_eq!(refused(address + 4), "frees memory that neither malloc nor new gave");
        assert_eq!(refused(4096), "frees memory that neither malloc nor new gave");
        assert_eq!(heap.release(0), Ok(()));
        // SAFETY: the bytes behind an allocation are mapped, and nobody's.
        unsafe { *start.add(20) = 0 };
        assert_eq!(heap.is_whole().unwrap_err(), refused(address));
        assert_eq!(refused(address), "writes past the end of 20 bytes from malloc or new");
        // SAFETY: as above.
        unsafe { *start.add(20) = PATTERN };
        assert_eq!(heap.release(address), Ok(()));
        assert_eq!(refused(address), "frees memory that is free already");
        assert!(heap.check(address, 1).unwrap().is_err());
    }

    #[test]
    fn allocations_never_overlap() {
        // A size to take, or the number of an allocation to free.
        let steps = prop::collection::vec((0_usize..300_000, prop::bool::weighted(0.3)), 0..200);
        property::holds(20, steps, |steps| {
            let heap = Heap::default();
            let mut live: Vec<(usize, usize)> = Vec::new();
            for (number, frees) in steps {
                if frees && !live.is_empty() {
                    let (start, _) = live.swap_remove(number % live.len());
                    prop_assert_eq!(heap.release(start), Ok(()));
                    continue;
                }
                let start = heap.allocate(number) as usize;
                if start != 0 {
                    let apart = |&(other, bytes)| other + bytes <= start || start + number <= other;
                    prop_assert!(live.iter().all(apart));
                    live.push((start, number));
                }
            }
            prop_assert_eq!(heap.is_whole(), Ok(()));
            Ok(())
        });
    }
}
