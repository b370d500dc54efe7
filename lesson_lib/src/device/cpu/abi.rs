//! What Rust and a compiled kernel share: `shim/context.h` and `shim/shared.h` declare the same structures.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_longlong, c_void};
use std::ptr;

/// Lanes of a warp.
pub(super) const LANES: u32 = 32;

/// One number for each lane of a warp.
pub(super) type Lanes = [u32; LANES as usize];

/// The file name that messages and debug information give to the text around a kernel's own.
pub(super) use crate::device::translation_unit::AROUND as SHIM_NAME;

/// Where kernel code runs: see [`Context::state`].
pub(super) const IN_DEVICE: u32 = 0;
/// In the kernel's own code, which may be stopped anywhere.
pub(super) const IN_KERNEL: u32 = 1;

/// The kind of a warp call that is `__activemask()`, in its lowest [`KIND_BITS`] bits. It waits for no
/// lane, and is complete when those that can come have come. The other bits tell calls on one line
/// apart.
pub(super) const ACTIVE: c_int = 3;
pub(super) const KIND_BITS: u32 = 4;

/// Runs the threads of a block that have not been started; takes the addresses of the arguments.
pub(super) type Entry = unsafe extern "C" fn(*const *const u64);

/// What a kernel reads of its launch, and where its waits and failures go.
#[repr(C)]
pub(super) struct Context {
    pub running: RunningThread,
    pub block: [u32; 3],
    pub block_dim: [u32; 3],
    pub grid_dim: [u32; 3],
    /// The first thread of the block that has not been started.
    pub next: u32,
    /// Threads of the block.
    pub total: u32,
    /// [`IN_DEVICE`] unless the kernel's own code runs, or a function of the C library for it.
    pub state: u32,
    pub tally: c_int,
    /// Whether every access is to be reported, not only those outside of all regions.
    pub recording: u32,
    pub dynamic: *mut u8,
    pub fixed: *mut u8,
    /// For each thread what it passes to a warp operation.
    pub shuffle_in: *mut u64,
    /// For each thread what its warp passed, once the operation is complete.
    pub shuffle_out: *mut u64,
    pub regions: *const Region,
    pub region_count: usize,
    /// The address behind the last access that was checked.
    pub last: usize,
    pub hooks: *const Hooks,
    pub worker: *const c_void,
    /// Where the library lies.
    pub base: usize,
    /// The block and its interval, as in [`Stamp::when`].
    pub now: u64,
    /// For each thread the clocks of its warp as far as it knows them.
    pub clocks: *const Lanes,
    /// How many fences the launch has seen.
    pub fences: *const u64,
    recent: [RecentRead; 16],
    guard: u32,
    blind: u32,
}

/// A read that an atomic operation on the same place may follow.
#[repr(C)]
#[derive(Clone, Copy)]
struct RecentRead {
    address: usize,
    when: u64,
    thread: u32,
    after: u32,
}

impl Context {
    pub fn new(block_dim: [u32; 3], grid_dim: [u32; 3], hooks: &'static Hooks) -> Self {
        Self {
            running: RunningThread::default(),
            block: [0; 3],
            block_dim,
            grid_dim,
            next: 0,
            total: block_dim.iter().product(),
            state: IN_DEVICE,
            tally: 0,
            recording: 0,
            dynamic: ptr::null_mut(),
            fixed: ptr::null_mut(),
            shuffle_in: ptr::null_mut(),
            shuffle_out: ptr::null_mut(),
            regions: ptr::null(),
            region_count: 0,
            last: 0,
            hooks,
            worker: ptr::null(),
            base: 0,
            now: 0,
            clocks: ptr::null(),
            fences: ptr::null(),
            recent: [RecentRead { address: 0, when: 0, thread: 0, after: 0 }; 16],
            guard: 0,
            blind: 0,
        }
    }
}

/// What a kernel reads of the thread that it runs for.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RunningThread {
    pub index: [u32; 3],
    /// Its number in the block.
    pub number: u32,
    /// Where its local variables lie.
    pub stack: Range,
}

/// A range of addresses.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub start: usize,
    pub bytes: usize,
}

impl Range {
    /// Whether all of `bytes` bytes at `address` lie inside.
    pub fn holds(self, address: usize, bytes: usize) -> bool {
        let offset = address.wrapping_sub(self.start);
        offset < self.bytes && bytes <= self.bytes - offset
    }
}

/// The index along x, y and z of the element with this number, x first.
pub(super) fn index_in(number: u64, [x, y, _]: [u32; 3]) -> [u32; 3] {
    let (x, y) = (u64::from(x), u64::from(y));
    [number % x, number / x % y, number / x / y].map(|index| index as u32)
}

/// A thread's use of memory: when, and from where in the code.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The block and its interval; 0 for no use.
    pub when: u64,
    /// The thread, and what its own clock said.
    who: u32,
    /// The offset in the library of the instruction behind the access.
    after: u32,
}

impl Stamp {
    /// Set in `after` for an access that is `volatile`.
    pub const VOLATILE: u32 = 1 << 31;

    /// The block's number.
    pub fn block(self) -> u64 {
        (self.when >> 32) - 1
    }

    /// How many barriers the block had passed, from 1 on.
    pub fn interval(self) -> u32 {
        self.when as u32
    }

    /// The thread's number in its block.
    pub fn thread(self) -> u32 {
        self.who & 1023
    }

    /// The thread's own clock.
    pub fn time(self) -> u32 {
        self.who >> 10
    }

    pub fn after(self) -> u32 {
        self.after & !Self::VOLATILE
    }
}

/// What `when` is for a block in an interval.
pub(super) fn when(block: u64, interval: u32) -> u64 {
    (block + 1) << 32 | u64::from(interval)
}

/// What is known of a few bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MemoryCell {
    pub last_write: Stamp,
    /// One of the uses since then.
    pub last_use: Stamp,
    /// Which lanes of that thread's warp, or the number after another block's.
    pub lanes: u32,
    kind: u32,
}

/// Who has used a cell since its last write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Users {
    Nobody,
    One,
    /// Lanes of one warp.
    Lanes,
    /// Threads of several warps of one block.
    Block,
    /// Threads of several blocks.
    Blocks,
}

impl MemoryCell {
    const BY_ATOMIC: u32 = 8;
    const WRITTEN_BY_ATOMIC: u32 = 16;

    /// Memory between two arrays, which nobody may use.
    pub const GAP: Self = Self {
        last_write: Stamp { when: 0, who: 0, after: 0 },
        last_use: Stamp { when: 0, who: 0, after: 0 },
        lanes: 0,
        kind: 7,
    };

    pub fn users(&self) -> Users {
        match self.kind & 7 {
            1 => Users::One,
            2 => Users::Lanes,
            3 => Users::Block,
            4 => Users::Blocks,
            _ => Users::Nobody,
        }
    }

    /// Whether anybody has written here.
    pub fn is_written(&self) -> bool {
        self.last_write.when != 0 || self.kind & Self::WRITTEN_BY_ATOMIC != 0
    }

    /// Whether those uses were atomic; else they were reads.
    pub fn is_used_by_atomics(&self) -> bool {
        self.kind & Self::BY_ATOMIC != 0
    }
}

/// Memory whose uses are noted.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub range: Range,
    /// Null where no uses are noted.
    pub cells: *mut MemoryCell,
    pub end: *mut MemoryCell,
    /// The binary logarithm of the bytes that share a cell.
    pub shift: u32,
    /// Whether it is shared memory, of which each block has its own.
    pub is_shared: u32,
}

impl Region {
    /// Memory of which only the bounds are known.
    pub fn unwatched(range: Range) -> Self {
        Self { range, cells: ptr::null_mut(), end: ptr::null_mut(), shift: 0, is_shared: 0 }
    }

    /// The address that `cell` is about, if it is one of these.
    pub fn address_of(&self, cell: *const MemoryCell) -> Option<usize> {
        let offset = (cell as usize).wrapping_sub(self.cells as usize);
        let holds = (self.cells.cast_const()..self.end.cast_const()).contains(&cell);
        holds.then(|| self.range.start + ((offset / size_of::<MemoryCell>()) << self.shift))
    }
}

/// The functions that a kernel calls.
#[repr(C)]
pub(super) struct Hooks {
    pub barrier: unsafe extern "C" fn(*const c_void, *const c_char, c_int),
    pub warp: unsafe extern "C" fn(*const c_void, u32, c_int, *const c_char, c_int),
    pub access: unsafe extern "C" fn(*const c_void, usize, usize, c_int, usize),
    pub fail:
        unsafe extern "C" fn(*const c_void, c_int, *const c_char, c_longlong, *const c_char, c_int),
    pub print: unsafe extern "C" fn(*const c_void, *const u8, usize),
    pub allocate: unsafe extern "C" fn(*const c_void, usize) -> *mut c_void,
    pub release: unsafe extern "C" fn(*const c_void, usize, usize),
    pub judge: unsafe extern "C" fn(*const c_void, *const MemoryCell, c_int, u32, u32),
    pub guard: unsafe extern "C" fn(*const c_void, u32),
    pub replace: unsafe extern "C" fn(*const c_void, usize, u32),
    pub refine: unsafe extern "C" fn(*const c_void),
    pub fence: unsafe extern "C" fn(*const c_void),
    pub meet: unsafe extern "C" fn(*const c_void, usize, bool),
    pub misaligned: unsafe extern "C" fn(
        *const c_void,
        usize,
        c_int,
        c_int,
        *const c_char,
        *const c_char,
        c_int,
    ),
}

/// A place in the source, as `__FILE__` and `__LINE__` give it.
// Packed, so that a `Thread` fits into a line of the cache.
#[repr(C, packed(4))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeMark {
    pub file: *const c_char,
    pub line: c_int,
}

// SAFETY: the text is a constant of a library that is loaded while its kernels run, and is only
// read.
unsafe impl Send for CodeMark {}
// SAFETY: as above.
unsafe impl Sync for CodeMark {}

/// A declaration of `__shared__` memory: where its variables lie.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub offset: usize,
    pub bytes: usize,
    /// The number of the kernel that declares it; negative when another function does.
    pub owner: c_int,
    pad: c_int,
    /// The variables' names.
    pub names: *const c_char,
}

// SAFETY: the names are a constant of a library that is loaded as long as its slots are used.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

/// What [`Hooks::judge`] is asked about, one bit each.
pub(super) mod asked {
    /// Whether the last write comes before.
    pub const WRITE: u32 = 1;
    /// Whether the uses since then come before.
    pub const USES: u32 = 2;
    /// Shared memory that the block has not written.
    pub const UNWRITTEN: u32 = 4;
}

/// The kinds of [`Hooks::fail`].
pub(super) mod failure {
    pub const ASSERT: i32 = 0;
    pub const TRAP: i32 = 1;
    pub const INACTIVE_LANE: i32 = 2;
    pub const INDEX: i32 = 3;
    pub const DIVISION: i32 = 4;
    pub const END: i32 = 5;
    pub const GRID: i32 = 6;
    pub const MISSING_RETURN: i32 = 7;
}
