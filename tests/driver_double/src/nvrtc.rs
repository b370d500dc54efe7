//! The functions of NVRTC. The host's compiler stands behind them: what comes out is an object file with
//! the kernels' names and parameters.
#![allow(unsafe_code)]

use crate::host;
use crate::rules::{Cubin, Needs, Program, State, call};
use std::ffi::{CStr, c_char, c_int};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, process, ptr};

/// Statuses of NVRTC.
const INVALID_INPUT: u32 = 3;
const INVALID_PROGRAM: u32 = 4;
const INVALID_OPTION: u32 = 5;
const COMPILATION: u32 = 6;
const BUILTIN_OPERATION_FAILURE: u32 = 7;
const NAME_NOT_VALID: u32 = 10;

/// The version that it behaves as, 12.9.
const VERSION: (c_int, c_int) = (12, 9);

const WORDS: &str = include_str!("words.h");

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcVersion(major: *mut c_int, minor: *mut c_int) -> u32 {
    const NAME: &str = "nvrtcVersion";
    // SAFETY: the caller says where the results go.
    call(NAME, Needs::Nothing, |state| unsafe {
        state.give(NAME, major, VERSION.0)?;
        state.give(NAME, minor, VERSION.1)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn nvrtcGetErrorString(status: u32) -> *const c_char {
    let text = match status {
        0 => c"NVRTC_SUCCESS",
        1 => c"NVRTC_ERROR_OUT_OF_MEMORY",
        INVALID_INPUT => c"NVRTC_ERROR_INVALID_INPUT",
        INVALID_PROGRAM => c"NVRTC_ERROR_INVALID_PROGRAM",
        INVALID_OPTION => c"NVRTC_ERROR_INVALID_OPTION",
        COMPILATION => c"NVRTC_ERROR_COMPILATION",
        BUILTIN_OPERATION_FAILURE => c"NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
        NAME_NOT_VALID => c"NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
        11 => c"NVRTC_ERROR_INTERNAL_ERROR",
        _ => c"NVRTC_ERROR unknown",
    };
    text.as_ptr()
}

/// # Safety
/// `text` is null or ends in NUL.
unsafe fn owned(text: *const c_char) -> Option<String> {
    // SAFETY: as the caller promises.
    let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
    text.map(|text| text.to_string_lossy().into_owned())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcCreateProgram(
    program: *mut usize,
    source: *const c_char,
    _: *const c_char,
    headers: c_int,
    _: usize,
    _: usize,
) -> u32 {
    const NAME: &str = "nvrtcCreateProgram";
    call(NAME, Needs::Nothing, |state| {
        // SAFETY: the caller passes a text.
        let text = unsafe { owned(source) }.filter(|_| headers == 0);
        let text = text.ok_or_else(|| state.broke(NAME, "there is no source", INVALID_INPUT))?;
        let handle = state.handle();
        state.programs.insert(handle, Program { text, ..Program::default() });
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, program, handle) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcDestroyProgram(program: *mut usize) -> u32 {
    const NAME: &str = "nvrtcDestroyProgram";
    call(NAME, Needs::Nothing, |state| {
        state.must(NAME, !program.is_null(), "there is no program")?;
        // SAFETY: the caller passes the place of a program, which is set to null.
        let handle = unsafe { ptr::replace(program, 0) };
        known(state, NAME, handle)?;
        state.programs.remove(&handle);
        Ok(())
    })
}

fn known<'s>(state: &'s mut State, function: &str, program: usize) -> Result<&'s mut Program, u32> {
    if !state.programs.contains_key(&program) {
        let rule = "the program does not exist, or no more";
        return Err(state.broke(function, rule, INVALID_PROGRAM));
    }
    Ok(state.programs.entry(program).or_default())
}

/// The program, which must have been compiled.
fn compiled<'s>(
    state: &'s mut State,
    function: &str,
    program: usize,
) -> Result<&'s mut Program, u32> {
    if !known(state, function, program)?.is_compiled {
        return Err(state.broke(function, "the program was not compiled", INVALID_PROGRAM));
    }
    known(state, function, program)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcAddNameExpression(program: usize, name: *const c_char) -> u32 {
    const NAME: &str = "nvrtcAddNameExpression";
    call(NAME, Needs::Nothing, |state| {
        let is_compiled = known(state, NAME, program)?.is_compiled;
        state.must(NAME, !is_compiled, "names are added before compiling")?;
        // SAFETY: the caller passes a text.
        let name = unsafe { owned(name) }.ok_or(INVALID_INPUT)?;
        known(state, NAME, program)?.names.push(name);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcCompileProgram(
    program: usize,
    count: c_int,
    options: *const *const c_char,
) -> u32 {
    const NAME: &str = "nvrtcCompileProgram";
    call(NAME, Needs::Nothing, |state| {
        let program = known(state, NAME, program)?;
        // SAFETY: the caller passes `count` texts.
        let options = (0..count as usize).filter_map(|k| unsafe { owned(*options.add(k)) });
        let mut architectures = options
            .filter_map(|option| Some(option.strip_prefix("--gpu-architecture=sm_")?.to_string()));
        let architecture = architectures.next().unwrap_or_default();
        program.is_compiled = true;
        if architecture.trim_end_matches('a').parse().is_ok_and(|number: u32| number < 130) {
            return compile(program);
        }
        program.log = b"nvrtc: error: invalid value for --gpu-architecture (-arch)\0".to_vec();
        Err(INVALID_OPTION)
    })
}

/// Compiles with the host's compiler; what it says is the log.
fn compile(program: &mut Program) -> Result<(), u32> {
    let folder = env::temp_dir().join(format!("driver-double-{}", process::id()));
    let made = run_compiler(&folder, &with_table(&program.text));
    let removed = fs::remove_dir_all(&folder);
    let (object, log) = made.and_then(|made| removed.map(|()| made)).map_err(|error| {
        eprintln!("driver double: the host's C++ compiler c++ does not run: {error}");
        BUILTIN_OPERATION_FAILURE
    })?;
    program.log = log;
    program.log.push(0);
    program.cubin = object.ok_or(COMPILATION)?;
    let kernels = Cubin::parse(&program.cubin).map_or(Vec::new(), |cubin| cubin.kernels);
    for name in &program.names {
        let kernel = kernels.iter().find(|kernel| kernel.name == *name).ok_or(NAME_NOT_VALID)?;
        let lowered = format!("{}\0", kernel.symbol).into_bytes();
        program.lowered.insert(name.clone(), lowered);
    }
    Ok(())
}

/// The source with a row for the table of its kernels behind each; see [`Cubin`].
fn with_table(source: &str) -> String {
    let lines = source.lines();
    lines.map(|line| format!("{line}{}\n", row(line).unwrap_or_default())).collect()
}

/// The row for the kernel of a line `__CU_ENTRY(number, name)`.
fn row(line: &str) -> Option<String> {
    let (number, name) = line.strip_prefix("__CU_ENTRY(")?.strip_suffix(')')?.split_once(", ")?;
    Some(format!(
        " extern \"C\" __attribute__((used)) const char __double_name_{number}[] = \"{name}\"; \
         extern \"C\" __attribute__((used, section(\"driver_double\"))) \
         const void* __double_row_{number}[] = {{ (const void*)(&{name}), \
         &__cu_parameters_{number}, __double_name_{number} }};"
    ))
}

/// The object file, if the compiler makes one, and what the compiler says.
fn run_compiler(folder: &PathBuf, source: &str) -> std::io::Result<(Option<Vec<u8>>, Vec<u8>)> {
    fs::create_dir_all(folder)?;
    let (words, object) = (folder.join("words.h"), folder.join("kernel.o"));
    fs::write(&words, WORDS)?;
    let mut compiler = Command::new("c++");
    compiler.args(["-std=c++17", "-w", "-fPIC", "-D__CUDACC_RTC__", "-x", "c++", "-c", "-"]);
    compiler.arg("-include").arg(words).arg("-o").arg(&object);
    compiler.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = compiler.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(source.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let object = output.status.success().then(|| fs::read(&object)).transpose()?;
    Ok((object, output.stderr))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcGetProgramLogSize(program: usize, size: *mut usize) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_size("nvrtcGetProgramLogSize", program, size, |program| &program.log) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcGetProgramLog(program: usize, text: *mut u8) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_bytes("nvrtcGetProgramLog", program, text, |program| &program.log) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcGetCUBINSize(program: usize, size: *mut usize) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_size("nvrtcGetCUBINSize", program, size, |program| &program.cubin) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcGetCUBIN(program: usize, cubin: *mut u8) -> u32 {
    // SAFETY: the caller says where the result goes.
    unsafe { give_bytes("nvrtcGetCUBIN", program, cubin, |program| &program.cubin) }
}

/// # Safety
/// `size` is null or can be written.
unsafe fn give_size(
    function: &'static str,
    program: usize,
    size: *mut usize,
    which: fn(&Program) -> &Vec<u8>,
) -> u32 {
    call(function, Needs::Nothing, |state| {
        let length = which(compiled(state, function, program)?).len();
        // SAFETY: as the caller promises.
        unsafe { state.give(function, size, length) }
    })
}

/// # Safety
/// As many bytes as `which` has can be written at `to`.
unsafe fn give_bytes(
    function: &'static str,
    program: usize,
    to: *mut u8,
    which: fn(&Program) -> &Vec<u8>,
) -> u32 {
    call(function, Needs::Nothing, |state| {
        let bytes = which(compiled(state, function, program)?).clone();
        let has_room = host::read(to.expose_provenance(), bytes.len()).is_some();
        state.must(function, has_room, "there is no room for the result")?;
        // SAFETY: as the caller promises.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvrtcGetLoweredName(
    program: usize,
    name: *const c_char,
    lowered: *mut *const u8,
) -> u32 {
    const NAME: &str = "nvrtcGetLoweredName";
    call(NAME, Needs::Nothing, |state| {
        // SAFETY: the caller passes a text.
        let name = unsafe { owned(name) }.ok_or(INVALID_INPUT)?;
        let known = compiled(state, NAME, program)?.lowered.get(&name);
        let text = known.ok_or(NAME_NOT_VALID)?.as_ptr();
        // SAFETY: the caller says where the result goes.
        unsafe { state.give(NAME, lowered, text) }
    })
}
