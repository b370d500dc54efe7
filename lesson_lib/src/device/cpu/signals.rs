//! Signals: a kernel's fault becomes an error, and all other signals reach their previous handlers.
#![allow(unsafe_code)]

use super::abi::{IN_DEVICE, IN_KERNEL};
use super::fault::{Cause, CodeLocation, FaultReport};
use super::registers::{Interrupted, interrupted, redirect};
use super::stack::reaches;
use super::stop;
use super::worker::WorkerContext;
use crate::error::FaultKind;
use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Mutex, Once, OnceLock, PoisonError};

/// The signal that makes a worker look whether it is to stop. The system ignores it by default.
pub(super) const STOP: c_int = libc::SIGURG;

/// Faults, and [`STOP`]. Clang ends a path that cannot be with SIGTRAP on 64-bit ARM.
const CAUGHT: [c_int; 6] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, STOP];

thread_local! {
    /// The worker that this thread of the host is.
    static WORKER: Cell<*const WorkerContext<'static>> = const { Cell::new(ptr::null()) };
}

/// Until this is dropped, faults on this thread are reported to a worker.
pub(super) struct FaultGuard {
    before: *const WorkerContext<'static>,
}

impl FaultGuard {
    /// # Safety
    /// The worker must outlive the guard.
    pub unsafe fn install(worker: &WorkerContext<'_>) -> Self {
        install_handlers();
        alternate_stack::ensure();
        Self { before: WORKER.replace(ptr::from_ref(worker).cast()) }
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        // A worker may have begun this block while another launch waits further down its stack.
        WORKER.set(self.before);
    }
}

/// What each signal did before.
static BEFORE: [OnceLock<libc::sigaction>; CAUGHT.len()] =
    [const { OnceLock::new() }; CAUGHT.len()];

fn install_handlers() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        for (signal, before) in CAUGHT.into_iter().zip(&BEFORE) {
            let _ = before.set(action_of(signal));
            replace_action(signal, on_signal);
        }
    });
}

type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

fn action_of(signal: c_int) -> libc::sigaction {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with no new action, sigaction only writes the present one; all zeros are a value.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
        action.assume_init()
    }
}

fn set_action(signal: c_int, action: &libc::sigaction) {
    // SAFETY: the action is complete; handlers in it are this module's or were there before.
    unsafe { libc::sigaction(signal, action, ptr::null_mut()) };
}

fn replace_action(signal: c_int, handler: Handler) {
    // SAFETY: all zeros are a value of this structure: no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    set_action(signal, &action);
}

/// Runs on the thread's alternate stack, so that a full stack is no obstacle.
extern "C" fn on_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the system passes its own structures; the worker is the one that this thread has set.
    let ours = unsafe { end_thread(signal, info, context) };
    if !ours && let Some(at) = CAUGHT.iter().position(|&caught| caught == signal) {
        // SAFETY: as above.
        unsafe { pass_on(signal, info, context, BEFORE[at].get()) };
    }
}

/// Ends the thread of a block that was interrupted in kernel code. Returns whether there was one.
///
/// # Safety
/// To be called by a signal handler with its arguments.
unsafe fn end_thread(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) -> bool {
    let worker = WORKER.get();
    if worker.is_null() {
        return false;
    }
    // SAFETY: a worker leaves the variable before it ends.
    let worker = unsafe { &*worker };
    // SAFETY: the handler's own argument.
    let at = unsafe { interrupted(context) };
    let in_stack = |address| reaches(worker.stack(), address);
    if worker.state() == IN_DEVICE || !in_stack(at.stack_pointer) {
        // Only a request to stop may come at such a time: it comes again.
        return signal == STOP && worker.stop.is_set();
    }
    if signal == STOP {
        if !worker.stop.is_set() {
            return false;
        }
        if worker.state() != IN_KERNEL {
            return true;
        }
    }
    // SAFETY: the handler's own argument.
    let cause = unsafe { cause(signal, info, at, in_stack) };
    let location = CodeLocation::Instruction(at.program_counter);
    worker.report(FaultReport { cause, location, place: None });
    // SAFETY: a thread of the worker runs, so that the worker waits at home. What is given up are
    // frames of kernel code, which own nothing; the device's own code does not run, so that its
    // cells are whole.
    unsafe { redirect(context, worker.failed_home()) };
    true
}

/// What the signal says of the kernel.
///
/// # Safety
/// `info` must be the second argument of a handler.
unsafe fn cause(
    signal: c_int,
    info: *mut libc::siginfo_t,
    at: Interrupted,
    in_stack: impl Fn(usize) -> bool,
) -> Cause {
    // SAFETY: the caller's promise.
    let (address, code) = unsafe { ((*info).si_addr() as usize, (*info).si_code) };
    match signal {
        STOP => Cause::Stopped,
        libc::SIGFPE => Cause::Overflow,
        libc::SIGILL | libc::SIGTRAP => Cause::Known(FaultKind::Trap),
        _ if is_without_address(code) => Cause::NoAddress,
        _ if in_stack(address) => Cause::Known(FaultKind::StackOverflow),
        _ => Cause::Address { access: at.access, address },
    }
}

/// x86 gives no address for one that is misaligned or that no memory can have.
fn is_without_address(code: c_int) -> bool {
    const SI_KERNEL: c_int = 0x80;
    cfg!(all(target_os = "linux", target_arch = "x86_64")) && code == SI_KERNEL
}

/// Does what the signal did before.
///
/// # Safety
/// To be called by a signal handler with its arguments.
unsafe fn pass_on(
    signal: c_int,
    info: *mut libc::siginfo_t,
    context: *mut c_void,
    before: Option<&libc::sigaction>,
) {
    let Some(before) = before else { return };
    match before.sa_sigaction {
        libc::SIG_IGN => {}
        // By default the system ignores this one.
        libc::SIG_DFL if signal == STOP => {}
        libc::SIG_DFL => {
            // A fault happens again when the handler returns, and then as if we were not here;
            // a signal that was sent is sent once more.
            set_action(signal, before);
            // SAFETY: sends a signal to this thread, which gets it when the handler returns.
            unsafe { libc::raise(signal) };
        }
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: an action with this flag holds a handler of this type.
            let handler = unsafe { std::mem::transmute::<usize, Handler>(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: an action without the flag that is neither constant holds a handler of this
            // type.
            let handler = unsafe { std::mem::transmute::<usize, extern "C" fn(c_int)>(handler) };
            handler(signal);
        }
    }
}

extern "C" fn on_interrupt(_: c_int, _: *mut libc::siginfo_t, _: *mut c_void) {
    stop::count_interrupt();
}

/// While one of these lives, an interrupt is counted; when the last is dropped, an interrupt does
/// what it did before.
#[derive(Debug)]
pub(super) struct CatchesInterrupts(());

/// How many live, and what an interrupt did before the first.
static CATCHING: Mutex<(usize, Option<libc::sigaction>)> = Mutex::new((0, None));

impl CatchesInterrupts {
    pub fn start() -> Self {
        let mut catching = CATCHING.lock().unwrap_or_else(PoisonError::into_inner);
        if catching.0 == 0 {
            catching.1 = Some(action_of(libc::SIGINT));
            replace_action(libc::SIGINT, on_interrupt);
        }
        catching.0 += 1;
        Self(())
    }
}

impl Drop for CatchesInterrupts {
    fn drop(&mut self) {
        let mut catching = CATCHING.lock().unwrap_or_else(PoisonError::into_inner);
        catching.0 -= 1;
        let ours = on_interrupt as *const () as usize;
        // A handler that was installed meanwhile stays.
        if catching.0 == 0
            && action_of(libc::SIGINT).sa_sigaction == ours
            && let Some(before) = catching.1.take()
        {
            set_action(libc::SIGINT, &before);
        }
    }
}

/// The stack on which handlers run.
mod alternate_stack {
    use std::cell::OnceCell;
    use std::mem::MaybeUninit;
    use std::ptr;

    const SIZE: usize = 64 << 10;

    thread_local! {
        static STACK: OnceCell<Option<Own>> = const { OnceCell::new() };
    }

    /// The stack of a thread that had none; removed when the thread ends.
    struct Own(#[expect(dead_code, reason = "held for the system")] Vec<u8>);

    /// Gives the thread an alternate stack if it has none. Rust's own threads have one.
    pub fn ensure() {
        STACK.with(|stack| {
            stack.get_or_init(|| is_missing().then(install));
        });
    }

    fn is_missing() -> bool {
        let mut present = MaybeUninit::<libc::stack_t>::zeroed();
        // SAFETY: with no new stack, sigaltstack only writes the present one.
        unsafe {
            libc::sigaltstack(ptr::null(), present.as_mut_ptr()) == 0
                && present.assume_init().ss_flags & libc::SS_DISABLE != 0
        }
    }

    fn install() -> Own {
        let mut memory = vec![0; SIZE];
        let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: SIZE };
        // SAFETY: the memory lives as long as the thread's `Own`, which takes the stack back.
        unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) };
        Own(memory)
    }

    impl Drop for Own {
        fn drop(&mut self) {
            let none =
                libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: SIZE };
            // SAFETY: takes back the stack that `install` gave to this thread.
            unsafe { libc::sigaltstack(&raw const none, ptr::null_mut()) };
        }
    }
}
