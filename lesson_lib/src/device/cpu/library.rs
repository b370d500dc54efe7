//! A compiled module in this process.
#![allow(unsafe_code)]

use super::abi::{Context, Entry, Range, ReportedParameter, SHIM_NAME, Slot};
use super::cache::{Built, Cache};
use crate::device::Scalar;
use crate::device::signature::{Passing, Signature};
use crate::{Error, Result};
use libloading::os::unix::{Library as Loaded, RTLD_LOCAL, RTLD_NOW};
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, slice};

/// A loaded library, with `__device__` variables of its own; unloaded when dropped.
pub(super) struct Library {
    _loaded: Loaded,
    /// The file with the debug information.
    path: PathBuf,
    /// Where the library lies in memory.
    base: usize,
    /// All of it, and what of it can be written.
    segments: Option<[Range; 2]>,
    enter: unsafe extern "C" fn(*mut Context),
    slots: Vec<Slot>,
    entries: HashMap<String, Entry>,
    /// Addresses that are known to be the library's: the first and one past the last.
    own: Mutex<Option<(usize, usize)>>,
}

impl Library {
    /// Loads what was built for `kernels`.
    ///
    /// # Errors
    /// [`Error::Device`] with the system's words.
    pub fn load(cache: &Cache, built: &Built, kernels: &[Signature]) -> Result<Self> {
        let loaded = load_copy(cache, &built.content)?;
        let enter = symbol(&loaded, "__cu_enter")?;
        let mut entries = HashMap::new();
        for kernel in kernels {
            agree(kernel, &reported_parameters(&loaded, &kernel.name)?)?;
            let entry = symbol(&loaded, &format!("__cu_run_{}", kernel.name))?;
            entries.insert(kernel.name.clone(), entry);
        }
        let slots = slots(&loaded)?;
        let base = object_of(enter as *const () as usize).unwrap_or(0);
        let path = built.path.clone();
        let segments = segments(base);
        let own = Mutex::new(None);
        Ok(Self { _loaded: loaded, path, base, segments, enter, slots, entries, own })
    }

    /// Where the threads of `kernel` start.
    pub fn entry(&self, kernel: &str) -> Option<Entry> {
        self.entries.get(kernel).copied()
    }

    /// Makes `context` the one that kernels called by this thread read; null ends that.
    ///
    /// # Safety
    /// `context` must stay valid until another is set or no kernel runs on this thread.
    pub unsafe fn enter(&self, context: *mut Context) {
        // SAFETY: the function only stores the pointer in a variable of this thread.
        unsafe { (self.enter)(context) };
    }

    /// The declarations of `__shared__` memory.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Bytes that all `__shared__` declarations of the module take together.
    pub fn fixed_bytes(&self) -> usize {
        self.slots.iter().map(|slot| slot.offset + slot.bytes).max().unwrap_or(0)
    }

    /// Where the library lies.
    pub fn base(&self) -> usize {
        self.base
    }

    /// All addresses of the library, and its variables, where the system says.
    pub fn span(&self) -> Option<Range> {
        self.segments.map(|[span, _]| span)
    }

    /// The addresses of its variables, where the system says.
    pub fn variables(&self) -> Option<Range> {
        self.segments.map(|[_, variables]| variables)
    }

    /// Whether `address` lies in the library's own variables and constants.
    pub fn owns(&self, address: usize) -> bool {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        // A library is mapped in one piece: what lies between two of its addresses is its own.
        if own.is_some_and(|(first, end)| (first..end).contains(&address)) {
            return true;
        }
        let is_own = object_of(address) == Some(self.base);
        if is_own {
            let (first, end) = own.unwrap_or((address, address + 1));
            *own = Some((first.min(address), end.max(address + 1)));
        }
        is_own
    }

    /// `file:line` of the source for each address of an instruction, where it is known.
    pub fn lines(&self, addresses: &[usize]) -> Vec<Option<String>> {
        let Ok(loader) = addr2line::Loader::new(&self.path) else {
            return vec![None; addresses.len()];
        };
        addresses.iter().map(|address| line(&loader, address.wrapping_sub(self.base))).collect()
    }

    /// `file:line` of the source for the instruction at `address`.
    pub fn line(&self, address: usize) -> Option<String> {
        self.lines(&[address]).pop().flatten()
    }

    /// As [`line`](Library::line), or for the nearest instruction before that has a line: a
    /// compiler gives none to a jump that it made up itself.
    pub fn line_near(&self, address: usize) -> Option<String> {
        const NEAR: usize = 64;
        let before: Vec<usize> = (0..NEAR).map(|back| address.wrapping_sub(back)).collect();
        self.lines(&before).into_iter().flatten().next()
    }
}

/// Loads a copy of its own: loading one file twice gives one library, and two modules must not
/// share their variables.
fn load_copy(cache: &Cache, content: &[u8]) -> Result<Loaded> {
    let temp = cache.temp_dir()?;
    let path = temp.path().join("kernel.so");
    fs::write(&path, content).map_err(|error| Error::io("write", &path, error))?;
    // SAFETY: the file was made by the compiler from `shim.h` and a kernel; its constructors only
    // add to tables of its own.
    unsafe { Loaded::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }.map_err(not_loaded)
}

fn not_loaded(error: libloading::Error) -> Error {
    Error::device("load a compiled kernel", error.to_string())
}

/// The function called `name`. `F` must be its type: `shim.h` declares it.
fn symbol<F: Copy>(library: &Loaded, name: &str) -> Result<F> {
    // SAFETY: the name decides the type, and the callers ask for the type of `shim.h`.
    unsafe { library.get(name) }.map(|symbol| *symbol).map_err(not_loaded)
}

fn slots(library: &Loaded) -> Result<Vec<Slot>> {
    let slots: unsafe extern "C" fn(*mut usize) -> *const Slot =
        symbol(library, "__cu_shared_slots")?;
    let mut count = 0;
    // SAFETY: the function returns a static array and writes its length to `count`.
    Ok(unsafe { slice::from_raw_parts(slots(&raw mut count), count) }.to_vec())
}

/// The loaded object, by its base address, that `address` lies in.
fn object_of(address: usize) -> Option<usize> {
    let mut found = MaybeUninit::<libc::Dl_info>::zeroed();
    let address = std::ptr::without_provenance::<c_void>(address);
    // SAFETY: dladdr takes any address and fills the structure when it returns something else
    // than 0; all zeros are a value of it.
    unsafe {
        let known = libc::dladdr(address, found.as_mut_ptr()) != 0;
        known.then(|| found.assume_init().dli_fbase as usize)
    }
}

/// Where the object that is loaded at `base` lies, and the part of it that can be written.
#[cfg(target_os = "linux")]
fn segments(base: usize) -> Option<[Range; 2]> {
    struct Search {
        base: usize,
        found: Option<[Range; 2]>,
    }
    unsafe extern "C" fn visit(
        object: *mut libc::dl_phdr_info,
        _: usize,
        search: *mut c_void,
    ) -> c_int {
        // SAFETY: dl_iterate_phdr passes an object's headers, and what it was given for us.
        let (object, search) = unsafe { (&*object, &mut *search.cast::<Search>()) };
        if object.dlpi_addr as usize != search.base {
            return 0;
        }
        // SAFETY: the object says where its headers are, and how many.
        let headers = unsafe { slice::from_raw_parts(object.dlpi_phdr, object.dlpi_phnum.into()) };
        let loaded = |flags: u32| {
            let parts = headers.iter().filter(move |header| {
                header.p_type == libc::PT_LOAD && header.p_flags & flags == flags
            });
            let parts = parts.map(|part| (part.p_vaddr, part.p_vaddr + part.p_memsz));
            parts.reduce(|(first, end), (start, stop)| (first.min(start), end.max(stop)))
        };
        let range = |(start, end): (u64, u64)| Range {
            start: search.base + start as usize,
            bytes: (end - start) as usize,
        };
        search.found = loaded(0).zip(loaded(libc::PF_W)).map(|(all, own)| [range(all), range(own)]);
        1
    }
    let mut search = Search { base, found: None };
    // SAFETY: `visit` is called while this function waits, with a pointer to `search`.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut search).cast()) };
    search.found
}

#[cfg(not(target_os = "linux"))]
fn segments(_: usize) -> Option<[Range; 2]> {
    None
}

/// The parameters of `kernel` as the compiler sees them.
fn reported_parameters(library: &Loaded, kernel: &str) -> Result<Vec<(Option<Scalar>, Passing)>> {
    type Report = unsafe extern "C" fn() -> *const ReportedParameter;
    let report: Report = symbol(library, &format!("__cu_signature_{kernel}"))?;
    let mut parameters = Vec::new();
    // SAFETY: the function returns a static array that ends with a parameter whose code is 0.
    unsafe {
        let mut next = report();
        while (*next).code != 0 {
            parameters.push(reported(&*next));
            next = next.add(1);
        }
    }
    Ok(parameters)
}

/// Checks the signature that was read from the text, by which arguments are checked and passed,
/// against the compiler's. A macro in the list of parameters makes them differ.
fn agree(kernel: &Signature, reported: &[(Option<Scalar>, Passing)]) -> Result<()> {
    let read: Vec<_> = kernel.parameters.iter().map(|p| (Some(p.scalar), p.passing)).collect();
    if read == reported {
        return Ok(());
    }
    let problem = format!(
        "the compiler sees other parameters than `{kernel}`: write the types of the parameters out"
    );
    Err(Error::launch(&kernel.name, problem))
}

fn reported(parameter: &ReportedParameter) -> (Option<Scalar>, Passing) {
    let scalar = match parameter.code as u8 {
        b'f' => Some(Scalar::F32),
        b'd' => Some(Scalar::F64),
        b'c' => Some(Scalar::I8),
        b'C' => Some(Scalar::U8),
        b'i' => Some(Scalar::I32),
        b'I' => Some(Scalar::U32),
        b'l' => Some(Scalar::I64),
        b'L' => Some(Scalar::U64),
        _ => None,
    };
    let passing = match (parameter.pointer, parameter.constant) {
        (0, _) => Passing::Value,
        (_, 0) => Passing::Write,
        _ => Passing::Read,
    };
    (scalar.filter(|scalar| scalar.size() == parameter.bytes as usize), passing)
}

/// The innermost place in the kernel's own source.
fn line(loader: &addr2line::Loader, offset: usize) -> Option<String> {
    let mut frames = loader.find_frames(offset as u64).ok()?;
    while let Some(frame) = frames.next().ok()? {
        let Some(location) = frame.location else { continue };
        let file = Path::new(location.file?).file_name()?.to_str()?;
        if file != SHIM_NAME {
            return Some(format!("{file}:{}", location.line?));
        }
    }
    None
}

/// The text behind a pointer of a kernel's own constants.
///
/// # Safety
/// `text` must be null or lead to characters that end with 0.
pub(super) unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
