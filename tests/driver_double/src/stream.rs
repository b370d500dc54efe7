//! The driver's functions about streams and events.
#![allow(unsafe_code)]

use crate::codes::{INVALID_HANDLE, NOT_READY};
use crate::rules::{Answer, Event, Needs, Queue, State, Work, call};

/// Flags of `cuStreamCreate` and `cuEventCreate`.
const NON_BLOCKING: u32 = 1;
const DISABLE_TIMING: u32 = 2;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuStreamCreate(stream: *mut usize, flags: u32) -> u32 {
    const NAME: &str = "cuStreamCreate";
    call(NAME, Needs::Context, |state| {
        state.must(NAME, flags <= NON_BLOCKING, "there are no such flags")?;
        let handle = state.handle();
        state.queues.insert(handle, Queue::new());
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, stream, handle) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuStreamDestroy_v2(stream: usize) -> u32 {
    const NAME: &str = "cuStreamDestroy_v2";
    call(NAME, Needs::Context, |state| {
        // What is queued is still done.
        state.run(NAME, stream, None)?;
        state.queues.remove(&stream);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuStreamSynchronize(stream: usize) -> u32 {
    const NAME: &str = "cuStreamSynchronize";
    call(NAME, Needs::Context, |state| state.run(NAME, stream, None))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuEventCreate(event: *mut usize, flags: u32) -> u32 {
    const NAME: &str = "cuEventCreate";
    call(NAME, Needs::Context, |state| {
        let handle = state.handle();
        let has_time = flags & DISABLE_TIMING == 0;
        state.events.insert(handle, Event { has_time, recorded: None, passed: 0 });
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, event, handle) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuEventDestroy_v2(event: usize) -> u32 {
    const NAME: &str = "cuEventDestroy_v2";
    call(NAME, Needs::Context, |state| {
        exists(state, NAME, event)?;
        state.events.remove(&event);
        Ok(())
    })
}

fn exists(state: &mut State, function: &str, event: usize) -> Answer {
    if state.events.contains_key(&event) {
        return Ok(());
    }
    Err(state.broke(function, "the event does not exist, or no more", INVALID_HANDLE))
}

#[unsafe(no_mangle)]
pub extern "C" fn cuEventRecord(event: usize, stream: usize) -> u32 {
    const NAME: &str = "cuEventRecord";
    call(NAME, Needs::Context, |state| {
        exists(state, NAME, event)?;
        let number = state.handle() as u64;
        state.enqueue(NAME, stream, &[], Work::Record { event, number })?;
        if let Some(event) = state.events.get_mut(&event) {
            event.recorded = Some((number, stream));
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuEventSynchronize(event: usize) -> u32 {
    const NAME: &str = "cuEventSynchronize";
    call(NAME, Needs::Context, |state| {
        exists(state, NAME, event)?;
        match state.events[&event] {
            Event { recorded: Some((number, stream)), passed, .. } if passed < number => {
                state.run(NAME, stream, Some((event, number)))
            }
            _ => Ok(()),
        }
    })
}

/// Always 0: a time of the double says nothing about a GPU.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuEventElapsedTime(
    milliseconds: *mut f32,
    start: usize,
    end: usize,
) -> u32 {
    const NAME: &str = "cuEventElapsedTime";
    call(NAME, Needs::Context, |state| {
        for event in [start, end] {
            exists(state, NAME, event)?;
            let Event { has_time, recorded, passed } = state.events[&event];
            if !has_time || recorded.is_none() {
                let rule = "the event notes no time, or was never recorded";
                return Err(state.broke(NAME, rule, INVALID_HANDLE));
            }
            if recorded.is_some_and(|(number, _)| passed < number) {
                return Err(state.broke(NAME, "the event was not passed yet", NOT_READY));
            }
        }
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, milliseconds, 0.0) }
    })
}
