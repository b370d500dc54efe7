//! Where a signal stopped a thread, and how to make it go on elsewhere, by processor and system.
#![allow(unsafe_code)]

use super::switch::go_on;
use crate::error::Access;
use std::ffi::c_void;

/// What a signal handler needs of the interrupted thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interrupted {
    /// The address of the instruction.
    pub program_counter: usize,
    pub stack_pointer: usize,
    /// Whether a fault of memory was a write, where the processor says.
    pub access: Access,
}

fn access(is_write: bool) -> Access {
    if is_write { Access::Write } else { Access::Read }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod machine {
    use super::*;

    /// Reads the registers.
    ///
    /// # Safety
    /// `context` must be the third argument of a signal handler that still runs.
    pub unsafe fn interrupted(context: *mut c_void) -> Interrupted {
        // SAFETY: on this system the argument is a `ucontext_t`, valid while the handler runs.
        let registers = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
        Interrupted {
            program_counter: registers[libc::REG_RIP as usize] as usize,
            stack_pointer: registers[libc::REG_RSP as usize] as usize,
            // Bit 1 of the error code of a page fault: Intel's manual, volume 3, section 4.7.
            access: access(registers[libc::REG_ERR as usize] & 2 != 0),
        }
    }

    /// Makes the flow go on that handed over at `place`.
    ///
    /// # Safety
    /// As [`interrupted`], and `place` must be what [`switch`](super::super::switch::switch) left.
    pub unsafe fn redirect(context: *mut c_void, place: *mut u8) {
        // SAFETY: as above; the handler alone has the structure.
        let registers = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
        registers[libc::REG_RIP as usize] = go_on as *const () as i64;
        registers[libc::REG_RSP as usize] = place as i64;
    }
}

#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
mod machine {
    use super::*;

    /// The kernel's record of a fault's syndrome, behind the registers: `struct esr_context`.
    const ESR_MAGIC: u32 = 0x4553_5201;
    /// The records' room at the end of the structure, aligned to 16 bytes: `__reserved` in the
    /// kernel's `struct sigcontext`.
    const ROOM: usize = 4096;
    const RECORDS: usize = size_of::<libc::mcontext_t>() - ROOM;

    /// Reads the registers.
    ///
    /// # Safety
    /// `context` must be the third argument of a signal handler that still runs.
    pub unsafe fn interrupted(context: *mut c_void) -> Interrupted {
        // SAFETY: on this system the argument is a `ucontext_t`, valid while the handler runs.
        let machine = unsafe { &raw const (*context.cast::<libc::ucontext_t>()).uc_mcontext };
        // SAFETY: as above.
        let (pc, sp, fault) = unsafe { ((*machine).pc, (*machine).sp, (*machine).fault_address) };
        // SAFETY: the kernel writes its records behind the registers.
        let is_write = match unsafe { syndrome(machine) } {
            Some(syndrome) => syndrome & 1 << 6 != 0,
            // A jump to where no code is faults at the instruction itself: none is there.
            None if pc == fault => false,
            // SAFETY: the instruction was being executed, so that it can be read.
            None => is_store(unsafe { (pc as *const u32).read() }),
        };
        Interrupted {
            program_counter: pc as usize,
            stack_pointer: sp as usize,
            access: access(is_write),
        }
    }

    /// Whether an instruction stores, for a system without records of syndromes, such as QEMU 7: of
    /// loads and stores bit 22 tells (Arm's manual, C4.1, "Loads and Stores").
    fn is_store(instruction: u32) -> bool {
        let bit = |n: u32| instruction >> n & 1 == 1;
        let loads_or_stores = bit(27) && !bit(25);
        // Loads of one register that extend a sign have bit 23 instead.
        let extends_sign = instruction >> 26 & 0b1111 == 0b1110 && bit(23);
        loads_or_stores && !bit(22) && !extends_sign
    }

    /// The fault's syndrome register; bit 6 of a data abort says that it was a write.
    ///
    /// # Safety
    /// `machine` must lie in the frame that the kernel made for a signal.
    unsafe fn syndrome(machine: *const libc::mcontext_t) -> Option<u64> {
        let records = machine.cast::<u8>().wrapping_add(RECORDS);
        let mut at = 0;
        while at + 16 <= ROOM {
            let record = records.wrapping_add(at);
            // SAFETY: the records fill at most `ROOM` bytes and end with one of size 0; each
            // starts with its kind and its size.
            let (magic, size) = unsafe {
                (
                    record.cast::<u32>().read_unaligned(),
                    record.add(4).cast::<u32>().read_unaligned(),
                )
            };
            if magic == ESR_MAGIC {
                // SAFETY: the value stands behind kind and size.
                return Some(unsafe { record.add(8).cast::<u64>().read_unaligned() });
            }
            if size == 0 {
                break;
            }
            at += size as usize;
        }
        None
    }

    /// Makes the flow go on that handed over at `place`.
    ///
    /// # Safety
    /// As [`interrupted`], and `place` must be what [`switch`](super::super::switch::switch) left.
    pub unsafe fn redirect(context: *mut c_void, place: *mut u8) {
        // SAFETY: as above; the handler alone has the structure.
        let machine = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext };
        machine.pc = go_on as *const () as u64;
        machine.sp = place as u64;
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn stores_are_told_from_loads() {
            // str, str of 128 bits, stp, st1, stxr
            for store in [0xb900_0000, 0x3d80_0000, 0xa900_0000, 0x4c00_7000, 0x8800_7c00] {
                assert!(super::is_store(store), "{store:x}");
            }
            // ldr, ldrsw, ldr of 128 bits, ldp, ld1, ldxr; add
            let loads = [0xb940_0000, 0xb980_0000, 0x3dc0_0000, 0xa940_0000, 0x4c40_7000];
            for other in loads.into_iter().chain([0x885f_7c00, 0x8b00_0000]) {
                assert!(!super::is_store(other), "{other:x}");
            }
        }
    }
}

#[cfg(all(target_os = "macos", target_arch = "x86_64"))]
mod machine {
    use super::*;

    /// Reads the registers.
    ///
    /// # Safety
    /// `context` must be the third argument of a signal handler that still runs.
    pub unsafe fn interrupted(context: *mut c_void) -> Interrupted {
        // SAFETY: on this system the argument is a `ucontext_t`, which points to the registers.
        let machine = unsafe { &*(*context.cast::<libc::ucontext_t>()).uc_mcontext };
        Interrupted {
            program_counter: machine.__ss.__rip as usize,
            stack_pointer: machine.__ss.__rsp as usize,
            access: access(machine.__es.__err & 2 != 0),
        }
    }

    /// Makes the flow go on that handed over at `place`.
    ///
    /// # Safety
    /// As [`interrupted`], and `place` must be what [`switch`](super::super::switch::switch) left.
    pub unsafe fn redirect(context: *mut c_void, place: *mut u8) {
        // SAFETY: as above; the handler alone has the structure.
        let state = unsafe { &mut (*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss };
        state.__rip = go_on as *const () as u64;
        state.__rsp = place as u64;
    }
}

#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
mod machine {
    use super::*;

    /// Reads the registers.
    ///
    /// # Safety
    /// `context` must be the third argument of a signal handler that still runs.
    pub unsafe fn interrupted(context: *mut c_void) -> Interrupted {
        // SAFETY: on this system the argument is a `ucontext_t`, which points to the registers.
        let machine = unsafe { &*(*context.cast::<libc::ucontext_t>()).uc_mcontext };
        Interrupted {
            program_counter: machine.__ss.__pc as usize,
            stack_pointer: machine.__ss.__sp as usize,
            access: access(machine.__es.__esr & 1 << 6 != 0),
        }
    }

    /// Makes the flow go on that handed over at `place`.
    ///
    /// # Safety
    /// As [`interrupted`], and `place` must be what [`switch`](super::super::switch::switch) left.
    pub unsafe fn redirect(context: *mut c_void, place: *mut u8) {
        // SAFETY: as above; the handler alone has the structure.
        let state = unsafe { &mut (*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss };
        state.__pc = go_on as *const () as u64;
        state.__sp = place as u64;
    }
}

pub(super) use machine::{interrupted, redirect};
