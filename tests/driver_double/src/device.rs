//! The driver's functions about itself, the device and its context.
#![allow(unsafe_code)]

use crate::codes::{self, INVALID_CONTEXT, INVALID_DEVICE, INVALID_VALUE};
use crate::interface::RawLaunch;
use crate::rules::{Answer, CONTEXT, CURRENT, Needs, Runner, State, TOTAL, call, state};
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr;

/// What the only device is called.
const NAME: &CStr = c"Driver double (no GPU)";

/// The CUDA version that it behaves as, 12.0.
const VERSION: c_int = 12_000;

/// Numbers of `CUdevice_attribute`, and the device's values.
const ATTRIBUTES: [(u32, c_int); 13] = [
    (1, 1024),                  // MAX_THREADS_PER_BLOCK
    (2, 1024),                  // MAX_BLOCK_DIM_X
    (3, 1024),                  // MAX_BLOCK_DIM_Y
    (4, 64),                    // MAX_BLOCK_DIM_Z
    (5, c_int::MAX),            // MAX_GRID_DIM_X
    (6, 65_535),                // MAX_GRID_DIM_Y
    (7, 65_535),                // MAX_GRID_DIM_Z
    (8, SHARED as c_int),       // MAX_SHARED_MEMORY_PER_BLOCK
    (10, 32),                   // WARP_SIZE
    (16, 1),                    // MULTIPROCESSOR_COUNT
    (75, 8),                    // COMPUTE_CAPABILITY_MAJOR
    (76, 0),                    // COMPUTE_CAPABILITY_MINOR
    (97, MOST_SHARED as c_int), // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
];
const MEMORY_POOLS_SUPPORTED: u32 = 115;

/// The shared memory of a block without and with `cuFuncSetAttribute`.
pub const SHARED: usize = 48 << 10;
pub const MOST_SHARED: usize = 99 << 10;

/// The most blocks and threads along each axis, and threads of a block.
pub const MOST_BLOCKS: [u32; 3] = [i32::MAX as u32, 65_535, 65_535];
pub const MOST_THREADS: [u32; 3] = [1024, 1024, 64];
pub const MOST_THREADS_OF_BLOCK: u64 = 1024;

#[unsafe(no_mangle)]
pub extern "C" fn cuInit(flags: c_uint) -> u32 {
    call("cuInit", Needs::Nothing, |state| {
        state.must("cuInit", flags == 0, "its flags must be 0")?;
        state.is_started = true;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDriverGetVersion(version: *mut c_int) -> u32 {
    const NAME: &str = "cuDriverGetVersion";
    // SAFETY: the caller says where the result goes.
    call(NAME, Needs::Nothing, |state| unsafe { state.give(NAME, version, VERSION) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuGetErrorName(code: u32, text: *mut *const c_char) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_text("cuGetErrorName", codes::name(code), text) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuGetErrorString(code: u32, text: *mut *const c_char) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_text("cuGetErrorString", codes::words(code), text) }
}

/// Null and an error for a code that is not known.
///
/// # Safety
/// `to` is null or can be written.
unsafe fn give_text(function: &'static str, text: Option<&CStr>, to: *mut *const c_char) -> u32 {
    call(function, Needs::Nothing, |state| {
        // SAFETY: as the caller promises.
        unsafe { state.give(function, to, text.map_or(ptr::null(), CStr::as_ptr))? };
        text.map(drop).ok_or(INVALID_VALUE)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetCount(count: *mut c_int) -> u32 {
    const NAME: &str = "cuDeviceGetCount";
    // SAFETY: the caller says where the result goes.
    call(NAME, Needs::Start, |state| unsafe { state.give(NAME, count, 1) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGet(device: *mut c_int, ordinal: c_int) -> u32 {
    const NAME: &str = "cuDeviceGet";
    call(NAME, Needs::Start, |state| {
        is_device(state, NAME, ordinal)?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, device, ordinal) }
    })
}

fn is_device(state: &mut State, function: &str, device: c_int) -> Answer {
    match device {
        0 => Ok(()),
        _ => Err(state.broke(function, "there is only the device 0", INVALID_DEVICE)),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetName(name: *mut c_char, length: c_int, device: c_int) -> u32 {
    const FUNCTION: &str = "cuDeviceGetName";
    call(FUNCTION, Needs::Start, |state| {
        is_device(state, FUNCTION, device)?;
        let bytes = NAME.to_bytes_with_nul();
        let has_room = !name.is_null() && length as usize >= bytes.len();
        state.must(FUNCTION, has_room, "there is no room for the name")?;
        // SAFETY: the caller says that there are `length` bytes, which suffice.
        unsafe { name.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetAttribute(value: *mut c_int, which: u32, device: c_int) -> u32 {
    const NAME: &str = "cuDeviceGetAttribute";
    call(NAME, Needs::Start, |state| {
        is_device(state, NAME, device)?;
        let known = ATTRIBUTES.iter().find(|(number, _)| *number == which).map(|(_, value)| *value);
        let known = match which {
            MEMORY_POOLS_SUPPORTED => Some(state.has_pool.into()),
            _ => known,
        };
        let rule = format!("the double has no attribute {which}");
        let found = known.ok_or_else(|| state.broke(NAME, rule, INVALID_VALUE))?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, value, found) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceTotalMem_v2(bytes: *mut usize, device: c_int) -> u32 {
    const NAME: &str = "cuDeviceTotalMem_v2";
    call(NAME, Needs::Start, |state| {
        is_device(state, NAME, device)?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, bytes, TOTAL) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDevicePrimaryCtxRetain(context: *mut usize, device: c_int) -> u32 {
    const NAME: &str = "cuDevicePrimaryCtxRetain";
    call(NAME, Needs::Start, |state| {
        is_device(state, NAME, device)?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, context, CONTEXT)? };
        state.contexts += 1;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuDevicePrimaryCtxRelease_v2(device: c_int) -> u32 {
    const NAME: &str = "cuDevicePrimaryCtxRelease_v2";
    call(NAME, Needs::Start, |state| {
        is_device(state, NAME, device)?;
        if state.contexts == 0 {
            return Err(state.broke(NAME, "released more often than retained", INVALID_CONTEXT));
        }
        state.contexts -= 1;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuCtxSetCurrent(context: usize) -> u32 {
    const NAME: &str = "cuCtxSetCurrent";
    call(NAME, Needs::Start, |state| {
        if context != 0 && (context != CONTEXT || state.contexts == 0) {
            return Err(state.broke(NAME, "there is no such context", INVALID_CONTEXT));
        }
        CURRENT.set(context);
        Ok(())
    })
}

/// Has launches run by the test.
///
/// # Safety
/// `runner` may be called with a launch at any time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn driver_double_run_by(
    runner: unsafe extern "C" fn(*const RawLaunch) -> u32,
) {
    state().runner = Some(Runner(runner));
}

/// Has a call of `function` answer `code`, after `before` more calls of it.
///
/// # Safety
/// `function` is a text that ends in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn driver_double_plan(function: *const c_char, before: usize, code: u32) {
    // SAFETY: as the caller promises.
    let function = unsafe { CStr::from_ptr(function) }.to_string_lossy();
    state().plan(&function, before, code);
}

/// Forgets all planned answers, and returns how many had not been given.
#[unsafe(no_mangle)]
pub extern "C" fn driver_double_forget_plans() -> usize {
    state().forget_plans()
}

/// Takes away or gives back the device's memory pool.
#[unsafe(no_mangle)]
pub extern "C" fn driver_double_has_pool(has_pool: bool) {
    state().has_pool = has_pool;
}

/// Passes the report to `take`, as so many bytes of text.
///
/// # Safety
/// `take` is called with `to`, and reads no more bytes than it is told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn driver_double_report(
    take: unsafe extern "C" fn(*mut c_void, *const u8, usize),
    to: *mut c_void,
) {
    let report = state().report();
    // SAFETY: as the caller promises.
    unsafe { take(to, report.as_ptr(), report.len()) };
}
