//! The device's memory: what is allocated, and whether an address leads to it.

use std::collections::BTreeMap;

/// All memory of the device. Small, so that a test can ask for too much.
pub const TOTAL: usize = 256 << 20;

/// What `cuMemAlloc` aligns to.
const ALIGNMENT: u64 = 256;

/// Far from any address of the host, so that nobody takes one for the other.
const FIRST: u64 = 0x7D_0000_0000_0000;

/// What memory holds that nobody has written.
const UNWRITTEN: u8 = 0xCD;

/// Who gave an allocation out, and so who takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// `cuMemAlloc`.
    Context,
    /// `cuMemAllocAsync`.
    Pool,
    /// A variable of a module.
    Module,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Alive,
    /// `cuMemFreeAsync` is queued: earlier work may still use it.
    Leaving,
    Freed,
}

/// Memory that was given out. What was freed stays known, and its addresses are not given again.
#[derive(Debug)]
struct Allocation {
    content: Vec<u8>,
    size: usize,
    owner: Owner,
    life: Life,
    /// The stream whose work used it last.
    stream: usize,
}

/// Bytes inside of an allocation.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    start: u64,
    offset: usize,
    bytes: usize,
}

/// All allocations, by their first address.
#[derive(Debug)]
pub struct DeviceMemory {
    allocations: BTreeMap<u64, Allocation>,
    next: u64,
    /// Freed memory that the pool keeps, and whether it keeps any.
    kept: Vec<usize>,
    pub keeps: bool,
}

impl DeviceMemory {
    pub const fn new() -> Self {
        Self { allocations: BTreeMap::new(), next: FIRST, kept: Vec::new(), keeps: false }
    }

    /// Memory of `size` bytes; none where there is too little.
    pub fn allocate(&mut self, size: usize, owner: Owner, stream: usize) -> Option<u64> {
        let reused = self.kept.iter().position(|kept| owner == Owner::Pool && *kept >= size);
        match reused {
            Some(reused) => drop(self.kept.swap_remove(reused)),
            None if size > self.free() => return None,
            None => {}
        }
        let start = self.next;
        // A gap behind each, so that an end is not the next one's start.
        self.next += (size as u64).next_multiple_of(ALIGNMENT) + ALIGNMENT;
        let content = vec![UNWRITTEN; size];
        let allocation = Allocation { content, size, owner, life: Life::Alive, stream };
        self.allocations.insert(start, allocation);
        Some(start)
    }

    pub fn free(&self) -> usize {
        TOTAL.saturating_sub(self.used() + self.kept())
    }

    /// What the pool has given out.
    pub fn used_of_pool(&self) -> usize {
        self.sizes().filter(|(owner, _)| *owner == Owner::Pool).map(|(_, size)| size).sum()
    }

    fn used(&self) -> usize {
        self.sizes().map(|(_, size)| size).sum()
    }

    pub fn kept(&self) -> usize {
        self.kept.iter().sum()
    }

    /// What is not freed yet.
    fn sizes(&self) -> impl Iterator<Item = (Owner, usize)> {
        let there = self.allocations.values().filter(|allocation| allocation.life != Life::Freed);
        there.map(|allocation| (allocation.owner, allocation.size))
    }

    /// How many allocations of `owner` nobody has freed.
    pub fn count(&self, owner: Owner) -> usize {
        let alive = self.allocations.values().filter(|allocation| allocation.life == Life::Alive);
        alive.filter(|allocation| allocation.owner == owner).count()
    }

    /// Gives back what the pool keeps.
    pub fn trim(&mut self) {
        self.kept.clear();
    }

    /// The bytes at `address`, or what is wrong with them.
    pub fn place(&self, address: u64, bytes: usize) -> Result<Place, String> {
        let before = self.allocations.range(..=address).next_back();
        let Some((&start, allocation)) = before else {
            return Err(format!("{address:#x} leads to no memory of the device"));
        };
        let offset = (address - start) as usize;
        if offset >= allocation.size {
            return Err(format!("{address:#x} leads to no memory of the device"));
        }
        if allocation.life != Life::Alive {
            return Err(format!("{address:#x} leads to memory that was freed"));
        }
        if bytes > allocation.size - offset {
            let size = allocation.size;
            return Err(format!("{bytes} bytes from byte {offset} of {size} allocated bytes"));
        }
        Ok(Place { start, offset, bytes })
    }

    /// From `address` to the end of its allocation.
    pub fn rest(&self, address: u64) -> Result<Place, String> {
        let place = self.place(address, 0)?;
        Ok(Place { bytes: self.allocations[&place.start].size - place.offset, ..place })
    }

    /// Notes that `stream` uses `place` from now on; gives the stream that did before.
    pub fn used_by(&mut self, place: Place, stream: usize) -> usize {
        match self.allocations.get_mut(&place.start) {
            Some(allocation) => std::mem::replace(&mut allocation.stream, stream),
            None => stream,
        }
    }

    /// Marks the allocation at `address` as leaving, or says why it cannot be freed by `owner`.
    pub fn leave(&mut self, address: u64, owner: Owner) -> Result<(), String> {
        let place = self.place(address, 0)?;
        let allocation = self.allocations.get_mut(&place.start).filter(|_| place.offset == 0);
        let Some(allocation) = allocation else {
            return Err(format!("{address:#x} is not where an allocation starts"));
        };
        if allocation.owner != owner {
            return Err(format!("{address:#x} was not allocated by the function's counterpart"));
        }
        allocation.life = Life::Leaving;
        Ok(())
    }

    /// Frees the allocation that was marked by [`leave`](Self::leave).
    pub fn freed(&mut self, address: u64) {
        let Some(allocation) = self.allocations.get_mut(&address) else { return };
        allocation.life = Life::Freed;
        allocation.content = Vec::new();
        if allocation.owner == Owner::Pool && self.keeps {
            self.kept.push(allocation.size);
        }
    }

    pub fn bytes(&self, place: Place) -> &[u8] {
        &self.allocations[&place.start].content[place.offset..][..place.bytes]
    }

    pub fn bytes_mut(&mut self, place: Place) -> &mut [u8] {
        let allocation = self.allocations.get_mut(&place.start).expect("a place is in memory");
        &mut allocation.content[place.offset..][..place.bytes]
    }
}
