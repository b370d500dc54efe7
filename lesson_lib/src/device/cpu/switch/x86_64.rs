//! The change of stacks on x86-64: section 3.2.1 of the System V ABI lists what a call keeps.
#![allow(unsafe_code)]

use std::arch::naked_asm;
use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

/// Words that a flow leaves on its stack: six registers and where to return.
pub(super) const FRAME: usize = 7;

/// What [`switch`] finds on the stack of a flow that has not begun, lowest address first.
pub(super) fn first_frame(main: usize, argument: usize) -> [usize; FRAME] {
    // r15, r14, r13, r12, rbx; rbp is 0, where debuggers stop.
    [0, 0, main, argument, 0, 0, first as *const () as usize]
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
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "mov [rdi], rsp",
        "mov rsp, rsi",
        "jmp {go_on}",
        go_on = sym go_on,
    )
}

/// Where a flow goes on whose stack pointer is loaded already.
///
/// # Safety
/// To be jumped to, with such a stack pointer.
#[unsafe(naked)]
pub(in super::super) unsafe extern "C" fn go_on() {
    naked_asm!("pop r15", "pop r14", "pop r13", "pop r12", "pop rbx", "pop rbp", "ret",)
}

/// Where a flow begins: calls r13 with r12, which it does not return from.
#[unsafe(naked)]
unsafe extern "C" fn first() {
    naked_asm!("mov rdi, r12", "call r13", "ud2")
}

/// Asks for the memory at `address`, which may be any.
pub(in super::super) fn prefetch(address: *const u8) {
    // SAFETY: a hint that has no effect on what a program computes, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
}
