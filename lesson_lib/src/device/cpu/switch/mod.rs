//! Changing from one stack to another: what makes a loop over threads look like threads.
//!
//! A flow of execution that hands over pushes the registers that a call must keep, and its stack
//! pointer says where it goes on. So a change costs a few nanoseconds, and any flow may hand over
//! to any other, not only to the one that started it: at a barrier each thread hands over to the
//! next. That is what a coroutine library does not offer, and why the few instructions stand here.
#![allow(unsafe_code)]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
use aarch64 as machine;
#[cfg(target_arch = "x86_64")]
use x86_64 as machine;

pub(super) use machine::{go_on, prefetch, switch};
use std::ffi::c_void;

/// What a new flow of execution runs. It never returns: it hands over for the last time.
pub(super) type Main = unsafe extern "C" fn(*const c_void) -> !;

/// The stack pointer of a flow that is to begin: `main(argument)`, on the stack that ends at `base`.
///
/// # Safety
/// `base` must be the end of a stack that nobody uses, and a multiple of 16.
pub(super) unsafe fn begin(base: usize, main: Main, argument: *const c_void) -> *mut u8 {
    let frame = machine::first_frame(main as usize, argument as usize);
    let place = (base - size_of_val(&frame)) as *mut u8;
    // SAFETY: by the caller's promise the frame's room is the stack's own.
    unsafe { place.cast::<[usize; machine::FRAME]>().write(frame) };
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::ptr;

    /// Two flows and what passes between them.
    struct Pair {
        home: Cell<*mut u8>,
        other: Cell<*mut u8>,
        sum: Cell<f64>,
    }

    unsafe extern "C" fn add_for_ever(pair: *const c_void) -> ! {
        // SAFETY: the test passes a pair that outlives the flow.
        let pair = unsafe { &*pair.cast::<Pair>() };
        let mut step = 0.25;
        loop {
            pair.sum.set(pair.sum.get() + step);
            step *= 2.0;
            // SAFETY: the test handed over from `home`.
            unsafe { switch(pair.other.as_ptr(), pair.home.get()) };
        }
    }

    #[test]
    fn a_flow_goes_on_where_it_handed_over() {
        let mut stack = vec![0_u128; 4096];
        let base = stack.as_mut_ptr_range().end as usize;
        let pair = Pair {
            home: Cell::new(ptr::null_mut()),
            other: Cell::new(ptr::null_mut()),
            sum: Cell::new(0.0),
        };
        // SAFETY: the stack is this test's own.
        pair.other.set(unsafe { begin(base, add_for_ever, ptr::from_ref(&pair).cast()) });
        let mut kept = 1.0;
        for _ in 0..4 {
            // SAFETY: the flow waits where it handed over, or is to begin.
            unsafe { switch(pair.home.as_ptr(), pair.other.get()) };
            kept *= 3.0;
        }
        assert_eq!(pair.sum.get(), 0.25 + 0.5 + 1.0 + 2.0);
        assert_eq!(kept, 81.0);
    }
}
