//! The driver's functions about modules, kernels and launches.
#![allow(unsafe_code)]

use crate::codes::{INVALID_HANDLE, INVALID_IMAGE, INVALID_VALUE, NOT_FOUND, OUT_OF_MEMORY};
use crate::device::{MOST_BLOCKS, MOST_SHARED, MOST_THREADS, MOST_THREADS_OF_BLOCK, SHARED};
use crate::host;
use crate::rules::{
    Answer, Argument, Cubin, CubinKernel, Function, Launch, Module, Needs, Owner, ParameterRow,
    State, Work, call,
};
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int};

/// Numbers of `CUfunction_attribute`, and what every kernel has.
const MAX_THREADS: (u32, c_int) = (0, 1024);
const OWN_SHARED: (u32, c_int) = (1, 0);
const LOCAL: (u32, c_int) = (3, 0);
const REGISTERS: (u32, c_int) = (4, 32);
const MAX_DYNAMIC_SHARED: u32 = 8;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuModuleLoadData(module: *mut usize, image: usize) -> u32 {
    const NAME: &str = "cuModuleLoadData";
    call(NAME, Needs::Context, |state| {
        let cubin = whole_image(image).and_then(|image| Cubin::parse(&image));
        let cubin = cubin.ok_or(INVALID_IMAGE)?;
        let mut variables = BTreeMap::new();
        for (name, size) in &cubin.variables {
            let address = state.memory.allocate(*size, Owner::Module, 0).ok_or(OUT_OF_MEMORY)?;
            let place = state.device_bytes(NAME, address, *size)?;
            state.memory.bytes_mut(place).fill(0);
            variables.insert(name.clone(), (address, *size));
        }
        let handle = state.handle();
        state.modules.insert(handle, Module { cubin, variables });
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, module, handle) }
    })
}

/// The ELF file in memory at `image`, as long as its header says: the table of sections ends it.
fn whole_image(image: usize) -> Option<Vec<u8>> {
    let header = host::read(image, 64)?;
    let number = |at: usize| Some(u16::from_le_bytes(*header[at..].first_chunk()?) as usize);
    let sections = u64::from_le_bytes(*header[40..].first_chunk()?) as usize;
    let is_elf = header.starts_with(b"\x7fELF");
    is_elf.then(|| host::read(image, sections + number(58)? * number(60)?))?
}

#[unsafe(no_mangle)]
pub extern "C" fn cuModuleUnload(module: usize) -> u32 {
    const NAME: &str = "cuModuleUnload";
    call(NAME, Needs::Context, |state| {
        let Some(Module { variables, .. }) = state.modules.remove(&module) else {
            return Err(state.broke(NAME, "the module is not loaded, or no more", INVALID_HANDLE));
        };
        let mut work = state.queues.values().flatten();
        let is_used = |work: &Work| matches!(work, Work::Launch(launch) if launch.module == module);
        if work.any(is_used) {
            state.broke(NAME, "a kernel of the module is still to run", 0);
        }
        state.functions.retain(|_, function| function.module != module);
        for (address, _) in variables.values() {
            let left = state.memory.leave(*address, Owner::Module);
            left.map_err(|problem| state.broke(NAME, problem, INVALID_VALUE))?;
            state.memory.freed(*address);
        }
        Ok(())
    })
}

/// # Safety
/// `name` is a text that ends in NUL.
unsafe fn text(name: *const c_char) -> String {
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

fn loaded<'s>(state: &'s mut State, function: &str, module: usize) -> Answer<&'s Module> {
    if !state.modules.contains_key(&module) {
        return Err(state.broke(function, "the module is not loaded, or no more", INVALID_HANDLE));
    }
    Ok(&state.modules[&module])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuModuleGetFunction(
    function: *mut usize,
    module: usize,
    name: *const c_char,
) -> u32 {
    const NAME: &str = "cuModuleGetFunction";
    call(NAME, Needs::Context, |state| {
        // SAFETY: the caller passes a text.
        let name = unsafe { text(name) };
        let kernels = &loaded(state, NAME, module)?.cubin.kernels;
        let kernel = kernels.iter().position(|kernel| kernel.symbol == name).ok_or(NOT_FOUND)?;
        let handle = state.handle();
        state.functions.insert(handle, Function { module, kernel, shared: SHARED });
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, function, handle) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuModuleGetGlobal_v2(
    address: *mut u64,
    bytes: *mut usize,
    module: usize,
    name: *const c_char,
) -> u32 {
    const NAME: &str = "cuModuleGetGlobal_v2";
    call(NAME, Needs::Context, |state| {
        // SAFETY: the caller passes a text.
        let name = unsafe { text(name) };
        let variables = &loaded(state, NAME, module)?.variables;
        let (start, size) = *variables.get(&name).ok_or(NOT_FOUND)?;
        // SAFETY: the caller says where the results go.
        unsafe {
            state.give(NAME, address, start)?;
            state.give(NAME, bytes, size)
        }
    })
}

fn known(state: &mut State, caller: &str, function: usize) -> Answer {
    if state.functions.contains_key(&function) {
        return Ok(());
    }
    let rule = "the kernel does not exist, or its module was unloaded";
    Err(state.broke(caller, rule, INVALID_HANDLE))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuFuncGetAttribute(value: *mut c_int, which: u32, function: usize) -> u32 {
    const NAME: &str = "cuFuncGetAttribute";
    call(NAME, Needs::Context, |state| {
        known(state, NAME, function)?;
        let all = [MAX_THREADS, OWN_SHARED, LOCAL, REGISTERS];
        let found = all.iter().find(|(number, _)| *number == which);
        let rule = "the double has no such attribute";
        let (_, found) = found.ok_or_else(|| state.broke(NAME, rule, INVALID_VALUE))?;
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, value, *found) }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuFuncSetAttribute(function: usize, which: u32, value: c_int) -> u32 {
    const NAME: &str = "cuFuncSetAttribute";
    call(NAME, Needs::Context, |state| {
        known(state, NAME, function)?;
        let bytes = usize::try_from(value).unwrap_or(usize::MAX);
        let is_right = which == MAX_DYNAMIC_SHARED && bytes <= MOST_SHARED;
        state.must(NAME, is_right, "a kernel cannot have so much shared memory")?;
        if let Some(function) = state.functions.get_mut(&function) {
            function.shared = bytes;
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn cuLaunchKernel(
    function: usize,
    x: u32,
    y: u32,
    z: u32,
    u: u32,
    v: u32,
    w: u32,
    shared: u32,
    stream: usize,
    values: usize,
    extra: usize,
) -> u32 {
    const NAME: &str = "cuLaunchKernel";
    call(NAME, Needs::Context, |state| {
        known(state, NAME, function)?;
        let Function { module, kernel, shared: most_shared } = state.functions[&function];
        let kernel = state.modules[&module].cubin.kernels[kernel].clone();
        let (blocks, threads) = ([x, y, z], [u, v, w]);
        let fits = |sizes: [u32; 3], most: [u32; 3]| {
            sizes.iter().zip(most).all(|(size, most)| (1..=most).contains(size))
        };
        state.must(NAME, fits(blocks, MOST_BLOCKS), format!("{blocks:?} blocks"))?;
        let of_block: u64 = threads.iter().map(|&count| u64::from(count)).product();
        let is_allowed = fits(threads, MOST_THREADS) && of_block <= MOST_THREADS_OF_BLOCK;
        state.must(NAME, is_allowed, format!("{threads:?} threads in a block"))?;
        let rule = format!("{shared} bytes of shared memory, {most_shared} are allowed");
        state.must(NAME, shared as usize <= most_shared, rule)?;
        state.must(NAME, extra == 0, "the arguments are passed in two ways")?;
        let arguments = arguments(state, &kernel, values)?;
        let places = arguments.iter().filter_map(|argument| match argument {
            Argument::Memory { place, .. } => *place,
            Argument::Value(_) => None,
        });
        let places: Vec<_> = places.collect();
        let launch = Launch { module, kernel, blocks, threads, shared, arguments };
        state.enqueue(NAME, stream, &places, Work::Launch(Box::new(launch)))
    })
}

/// Reads as many values as the kernel has parameters, from the places in the list at `values`.
fn arguments(state: &mut State, kernel: &CubinKernel, values: usize) -> Answer<Vec<Argument>> {
    const NAME: &str = "cuLaunchKernel";
    let mut arguments = Vec::new();
    for (index, row) in kernel.parameters.iter().enumerate() {
        let place = host::read(values + 8 * index, 8).map(|bytes| number(&bytes) as usize);
        let value = place.and_then(|place| host::read(place, row.size()));
        let rule = format!("parameter {index} of {} has no value", kernel.name);
        let value = value.ok_or(INVALID_VALUE).map_err(|code| state.broke(NAME, rule, code))?;
        arguments.push(argument(state, kernel, index, *row, value)?);
    }
    Ok(arguments)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_ne_bytes)
}

fn argument(
    state: &mut State,
    kernel: &CubinKernel,
    index: usize,
    row: ParameterRow,
    value: Vec<u8>,
) -> Answer<Argument> {
    const NAME: &str = "cuLaunchKernel";
    if !row.is_pointer {
        return Ok(Argument::Value(value));
    }
    let (address, is_written) = (number(&value), !row.is_constant);
    if address == 0 {
        return Ok(Argument::Memory { place: None, is_written });
    }
    let about = |problem: &str| format!("parameter {index} of {}: {problem}", kernel.name);
    let place = state.memory.rest(address);
    let place = place.map_err(|problem| state.broke(NAME, about(&problem), INVALID_VALUE))?;
    let is_aligned = address.is_multiple_of(row.align as u64);
    state.must(NAME, is_aligned, about("is not aligned to its type"))?;
    Ok(Argument::Memory { place: Some(place), is_written })
}
