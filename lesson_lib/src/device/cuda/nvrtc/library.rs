//! NVRTC itself: opened when it is first needed, wherever it is found.
#![allow(unsafe_code)]

use super::super::toolkit::Toolkit;
use super::NvrtcVersion;
use crate::{Error, Result};
use libloading::Library as File;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::PathBuf;
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

type Program = *mut c_void;
type Status = c_int;

/// The functions of NVRTC that compile one source to machine code.
///
/// cudarc would open the library by its bare name, and so before the one that `make cuda` fetched;
/// and it panics where there is none.
pub(super) struct Nvrtc {
    create: unsafe extern "C" fn(
        *mut Program,
        *const c_char,
        *const c_char,
        c_int,
        *const *const c_char,
        *const *const c_char,
    ) -> Status,
    destroy: unsafe extern "C" fn(*mut Program) -> Status,
    compile: unsafe extern "C" fn(Program, c_int, *const *const c_char) -> Status,
    log_size: unsafe extern "C" fn(Program, *mut usize) -> Status,
    log: unsafe extern "C" fn(Program, *mut c_char) -> Status,
    cubin_size: unsafe extern "C" fn(Program, *mut usize) -> Status,
    cubin: unsafe extern "C" fn(Program, *mut c_char) -> Status,
    name_expression: unsafe extern "C" fn(Program, *const c_char) -> Status,
    lowered_name: unsafe extern "C" fn(Program, *const c_char, *mut *const c_char) -> Status,
    error: unsafe extern "C" fn(Status) -> *const c_char,
    version: NvrtcVersion,
    toolkit: Option<Toolkit>,
    // NVRTC before 12 keeps global state while it compiles.
    alone: Mutex<()>,
}

/// What NVRTC made of a source.
pub(super) struct Compilation {
    pub cubin: Vec<u8>,
    pub log: String,
    /// What the machine code calls the instance of a template that was asked for; else empty.
    pub lowered: String,
}

/// Why NVRTC made nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// The source is wrong; NVRTC's log.
    Source(String),
    /// NVRTC does not accept an option, mostly an architecture; its log.
    Options(String),
    /// Anything else.
    Other(String),
}

/// NVRTC's statuses that are told apart.
const INVALID_OPTION: Status = 5;
const COMPILATION: Status = 6;

impl Nvrtc {
    /// NVRTC of `make cuda`, else of a toolkit, else what the system's loader finds.
    ///
    /// # Errors
    /// [`Error::Device`] says how to get it. It is looked for again with the next call.
    pub fn find() -> Result<&'static Self> {
        static FOUND: OnceLock<Nvrtc> = OnceLock::new();
        static FINDING: Mutex<()> = Mutex::new(());
        let _one_at_a_time = FINDING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = FOUND.get() {
            return Ok(found);
        }
        let library = Self::open_first(candidates()).map_err(missing)?;
        Ok(FOUND.get_or_init(|| library))
    }

    /// The first of `candidates` that opens, or why the last one that is there does not.
    fn open_first(candidates: Vec<Candidate>) -> Result<Self, Option<String>> {
        let mut problem = None;
        for candidate in candidates {
            match Self::open(&candidate) {
                Ok(library) => return Ok(library),
                Err(why) if candidate.toolkit.is_some() => problem = Some(why),
                Err(_) => {}
            }
        }
        Err(problem)
    }

    fn open(candidate: &Candidate) -> Result<Self, String> {
        if let Some(builtins) = candidate.toolkit.as_ref().and_then(|t| t.library("nvrtc-builtins"))
        {
            // Some versions look for this companion by its bare name only. If it does not open,
            // NVRTC says so when it compiles.
            // SAFETY: as for NVRTC below.
            if let Ok(file) = unsafe { File::new(builtins) } {
                std::mem::forget(file);
            }
        }
        // SAFETY: opening a library runs its initialisers. These are NVIDIA's, which any program
        // that uses CUDA runs.
        let file = unsafe { File::new(&candidate.file) }
            .map_err(|error| format!("{}: {error}", candidate.file.display()))?;
        // SAFETY: `file` is NVRTC, by its name and by having these functions.
        let library = unsafe { Self::with_functions_of(&file, candidate.toolkit.clone()) };
        // The library stays open as long as the process lives, and with it the functions.
        std::mem::forget(file);
        library.map_err(|error| error.to_string())
    }

    /// # Safety
    /// `file` is NVRTC 11.1 or newer and is never closed.
    unsafe fn with_functions_of(
        file: &File,
        toolkit: Option<Toolkit>,
    ) -> Result<Self, libloading::Error> {
        // SAFETY: the types are those of `nvrtc.h`, the same in all versions since 11.1.
        unsafe {
            let version: unsafe extern "C" fn(*mut c_int, *mut c_int) -> Status =
                *file.get(b"nvrtcVersion\0")?;
            let (mut major, mut minor) = (0, 0);
            version(&mut major, &mut minor);
            Ok(Self {
                create: *file.get(b"nvrtcCreateProgram\0")?,
                destroy: *file.get(b"nvrtcDestroyProgram\0")?,
                compile: *file.get(b"nvrtcCompileProgram\0")?,
                log_size: *file.get(b"nvrtcGetProgramLogSize\0")?,
                log: *file.get(b"nvrtcGetProgramLog\0")?,
                cubin_size: *file.get(b"nvrtcGetCUBINSize\0")?,
                cubin: *file.get(b"nvrtcGetCUBIN\0")?,
                name_expression: *file.get(b"nvrtcAddNameExpression\0")?,
                lowered_name: *file.get(b"nvrtcGetLoweredName\0")?,
                error: *file.get(b"nvrtcGetErrorString\0")?,
                version: NvrtcVersion { major: major.unsigned_abs(), minor: minor.unsigned_abs() },
                toolkit,
                alone: Mutex::new(()),
            })
        }
    }

    pub fn version(&self) -> NvrtcVersion {
        self.version
    }

    /// Where it was found, if not by the system's loader.
    pub fn toolkit(&self) -> Option<&Toolkit> {
        self.toolkit.as_ref()
    }

    /// Compiles `text`, which messages call `name`, to machine code, with the instance of a
    /// template if one is asked for.
    pub fn compile(
        &self,
        name: &str,
        text: &str,
        instance: Option<&str>,
        options: &[String],
    ) -> Result<Compilation, Failure> {
        let nul = |_| Failure::Source(format!("{name} has a character NUL in it"));
        let (name, text) = (CString::new(name).map_err(nul)?, CString::new(text).map_err(nul)?);
        let options: Result<Vec<CString>, _> =
            options.iter().map(|option| CString::new(option.as_str())).collect();
        let options = options.map_err(|_| Failure::Options("an option has a NUL in it".into()))?;
        let pointers: Vec<*const c_char> = options.iter().map(|option| option.as_ptr()).collect();
        let _alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let mut program = NvrtcProgram { library: self, program: ptr::null_mut() };
        // SAFETY: `program.program` is written before it is read; the strings end in NUL and live
        // to the end of this function, longer than the program; there are no headers.
        let created = unsafe {
            let (none, no_names) = (ptr::null(), ptr::null());
            (self.create)(&mut program.program, text.as_ptr(), name.as_ptr(), 0, none, no_names)
        };
        self.succeeded(created)?;
        let instance = instance.map(CString::new).transpose().map_err(nul)?;
        if let Some(instance) = &instance {
            // SAFETY: the program was created just now, and the string ends in NUL.
            self.succeeded(unsafe { (self.name_expression)(program.program, instance.as_ptr()) })?;
        }
        // SAFETY: the program was created just now, and there are as many options as pointers.
        let status =
            unsafe { (self.compile)(program.program, pointers.len() as c_int, pointers.as_ptr()) };
        let log = || -> Result<String, Failure> {
            let bytes = program.bytes(self.log_size, self.log)?;
            Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_string())
        };
        match status {
            0 => {
                let lowered = instance.map(|instance| program.lowered(&instance)).transpose()?;
                Ok(Compilation {
                    cubin: program.bytes(self.cubin_size, self.cubin)?,
                    log: log()?,
                    lowered: lowered.unwrap_or_default(),
                })
            }
            COMPILATION => Err(Failure::Source(log()?)),
            INVALID_OPTION => Err(Failure::Options(log()?)),
            other => Err(self.failure(other)),
        }
    }

    fn succeeded(&self, status: Status) -> Result<(), Failure> {
        if status == 0 { Ok(()) } else { Err(self.failure(status)) }
    }

    fn failure(&self, status: Status) -> Failure {
        // SAFETY: NVRTC gives a string of its own for every number, known or not.
        let text = unsafe { CStr::from_ptr((self.error)(status)) };
        Failure::Other(text.to_string_lossy().into_owned())
    }
}

/// A program of NVRTC, destroyed at the end.
struct NvrtcProgram<'a> {
    library: &'a Nvrtc,
    program: Program,
}

impl NvrtcProgram<'_> {
    /// What `get` writes, which is as long as `size` says.
    fn bytes(
        &self,
        size: unsafe extern "C" fn(Program, *mut usize) -> Status,
        get: unsafe extern "C" fn(Program, *mut c_char) -> Status,
    ) -> Result<Vec<u8>, Failure> {
        let mut length = 0;
        // SAFETY: the program lives as long as `self`, and `length` can be written.
        self.library.succeeded(unsafe { size(self.program, &mut length) })?;
        let mut bytes = vec![0_u8; length];
        // SAFETY: `bytes` has the length that NVRTC asked for.
        self.library.succeeded(unsafe { get(self.program, bytes.as_mut_ptr().cast()) })?;
        Ok(bytes)
    }
}

impl NvrtcProgram<'_> {
    /// What the machine code calls a name that was asked for before compiling.
    fn lowered(&self, name: &CStr) -> Result<String, Failure> {
        let mut lowered = ptr::null();
        // SAFETY: the program has compiled, and `lowered` can be written.
        let status =
            unsafe { (self.library.lowered_name)(self.program, name.as_ptr(), &mut lowered) };
        self.library.succeeded(status)?;
        // SAFETY: NVRTC gives a string that lives as long as the program.
        Ok(unsafe { CStr::from_ptr(lowered) }.to_string_lossy().into_owned())
    }
}

impl Drop for NvrtcProgram<'_> {
    fn drop(&mut self) {
        if !self.program.is_null() {
            // SAFETY: the program was created by this library, and is destroyed only here.
            unsafe { (self.library.destroy)(&mut self.program) };
        }
    }
}

/// A file to try, and the toolkit it belongs to.
struct Candidate {
    file: PathBuf,
    toolkit: Option<Toolkit>,
}

/// Names that the system's loader knows, with the versions that were seen to be packaged.
const NAMES: [&str; 4] = ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"];

fn candidates() -> Vec<Candidate> {
    let toolkits = Toolkit::fetched().into_iter().chain(Toolkit::installed());
    let in_toolkits = toolkits.filter_map(|toolkit| {
        let file = toolkit.library("nvrtc")?;
        Some(Candidate { file, toolkit: Some(toolkit) })
    });
    let by_name = NAMES.map(|name| Candidate { file: name.into(), toolkit: None });
    in_toolkits.chain(by_name).collect()
}

fn missing(problem: Option<String>) -> Error {
    let found = match problem {
        Some(why) => format!("NVIDIA's compiler library NVRTC does not open ({why})"),
        None => "NVIDIA's compiler library NVRTC is not on this machine".into(),
    };
    let get = "`make cuda` fetches it (130 MB), or install a CUDA toolkit (Debian, Ubuntu: \
               sudo apt install nvidia-cuda-toolkit)";
    let get = if cfg!(target_os = "linux") { get } else { "there is none for this system" };
    Error::device("compile for a GPU", format!("{found}: {get}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(candidates: Vec<Candidate>) -> String {
        let problem = Nvrtc::open_first(candidates).err().expect("none of these opens");
        missing(problem).to_string()
    }

    #[test]
    fn a_missing_library_is_named_with_how_to_get_it() {
        let nowhere = Candidate { file: "/nowhere/libnvrtc.so.99".into(), toolkit: None };
        let text = message(vec![nowhere]);
        assert!(text.contains("NVRTC is not on this machine"), "{text}");
        assert!(!cfg!(target_os = "linux") || text.contains("`make cuda` fetches it"), "{text}");
        assert_eq!(text, message(Vec::new()));
    }

    #[test]
    fn a_library_that_is_none_is_named_with_the_reason() {
        let folder = std::env::temp_dir().join(format!("lesson-no-nvrtc-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("libnvrtc.so.12");
        std::fs::write(&file, "no library").unwrap();
        let text = message(vec![Candidate { file, toolkit: Some(Toolkit(folder.clone())) }]);
        assert!(
            text.contains("NVRTC does not open (") && text.contains("libnvrtc.so.12"),
            "{text}"
        );
        std::fs::remove_dir_all(folder).unwrap();
    }
}
