//! The change of stacks on 64-bit ARM: sections 6.1.1 and 6.1.2 of its procedure call standard list
//! what a call keeps.
#![allow(unsafe_code)]

use std::arch::{asm, naked_asm};

/// Words that a flow leaves on its stack: x29, x30, x19 to x28, and the lower halves of v8 to v15.
pub(super) const FRAME: usize = 20;

/// What [`switch`] finds on the stack of a flow that has not begun, lowest address first.
pub(super) fn first_frame(main: usize, argument: usize) -> [usize; FRAME] {
    let mut frame = [0; FRAME];
    // x29 is 0, where debuggers stop.
    frame[1] = first as *const () as usize;
    frame[2] = argument;
    frame[3] = main;
    frame
}

/// Hands over to the flow whose stack pointer is `to`, and returns when another flow hands over to
/// the stack pointer that it leaves at `from`.
///
/// # Safety
/// `to` must come from [`begin`](super::begin) or be what an earlier call left, and its flow must
/// wait there.
#[unsafe(naked)]
pub(in super::super) unsafe extern "C" fn switch(from: *mut *mut u8, to: *mut u8) {
    naked_asm!(
        "stp x29, x30, [sp, #-160]!",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x9, sp",
        "str x9, [x0]",
        "mov sp, x1",
        "b {go_on}",
        go_on = sym go_on,
    )
}

/// Where a flow goes on whose stack pointer is loaded already.
///
/// # Safety
/// To be jumped to, with such a stack pointer.
#[unsafe(naked)]
pub(in super::super) unsafe extern "C" fn go_on() {
    naked_asm!(
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp d8, d9, [sp, #96]",
        "ldp d10, d11, [sp, #112]",
        "ldp d12, d13, [sp, #128]",
        "ldp d14, d15, [sp, #144]",
        "ldp x29, x30, [sp], #160",
        "ret",
    )
}

/// Where a flow begins: calls x20 with x19, which it does not return from.
#[unsafe(naked)]
unsafe extern "C" fn first() {
    naked_asm!("mov x0, x19", "blr x20", "brk #1")
}

/// Asks for the memory at `address`, which may be any.
pub(in super::super) fn prefetch(address: *const u8) {
    // SAFETY: a hint that has no effect on what a program computes, whatever the address.
    unsafe {
        asm!("prfm pldl1keep, [{}]", in(reg) address, options(nostack, readonly, preserves_flags));
    };
}
