//! A compiled module in this process.
#![allow(unsafe_code)]

use super::abi::{Context, Entry, Range, SHIM_NAME, Slot};
use super::cache::{Built, Cache};
use super::heap::Heap;
use super::variables::Variables;
use crate::device::backend::{no_constant, other_size};
use crate::device::translation_unit::EntryPoint;
use crate::device::value_type::ParameterRow;
use crate::{Error, Result};
use libloading::os::unix::{Library as Loaded, RTLD_LOCAL, RTLD_NOW};
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, slice};

/// A loaded library, with `__device__` variables of its own; unloaded when dropped.
pub(super) struct Library {
    loaded: Loaded,
    /// The file with the debug information.
    path: PathBuf,
    /// Where the library lies in memory.
    base: usize,
    /// All of it, and what of it can be written.
    segments: Option<[Range; 2]>,
    set_context: unsafe extern "C" fn(*mut Context),
    slots: Vec<Slot>,
    kernels: HashMap<String, CompiledKernel>,
    heap: Heap,
    variables: Variables,
    /// Addresses that are known to be the library's: the first and one past the last.
    own: Mutex<Option<(usize, usize)>>,
}

/// A kernel of a library.
pub(super) struct CompiledKernel {
    /// Its number in the source.
    pub number: usize,
    /// Where its threads start.
    pub entry: Entry,
    pub parameters: Vec<ParameterRow>,
}

impl Library {
    /// Loads what was built, and finds `entries` in it.
    ///
    /// # Errors
    /// [`Error::Device`] with the system's words.
    pub fn load(cache: &Cache, built: &Built, entries: &[EntryPoint]) -> Result<Self> {
        let loaded = load_copy(cache, &built.content)?;
        let set_context = symbol(&loaded, "__cu_enter")?;
        let kernels = entries
            .iter()
            .filter_map(|entry| Some((entry.name.clone(), compiled_kernel(&loaded, entry)?)));
        let kernels = kernels.collect();
        let slots = slots(&loaded)?;
        let base = object_of(set_context as *const () as usize).unwrap_or(0);
        let path = built.path.clone();
        let segments = segments(base);
        let variables = Variables::of(&built.content, base);
        let (heap, own) = (Heap::default(), Mutex::new(None));
        Ok(Self { loaded, path, base, segments, set_context, slots, kernels, heap, variables, own })
    }

    /// The kernel called `name`.
    pub fn kernel(&self, name: &str) -> Option<&CompiledKernel> {
        self.kernels.get(name)
    }

    /// Copies `bytes` to the `__constant__` variable `name`.
    ///
    /// # Errors
    /// [`Error::Argument`] when there is none, or it has another size.
    pub fn set_constant(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let place: unsafe extern "C" fn(*mut usize) -> *mut u8 =
            symbol(&self.loaded, &format!("__cu_constant_{name}"))
                .map_err(|_| no_constant(name))?;
        let mut size = 0;
        // SAFETY: the function returns the address of a variable and writes its size.
        let address = unsafe { place(&raw mut size) };
        if size != bytes.len() {
            return Err(other_size(name, size, bytes.len()));
        }
        // SAFETY: the variable has as many bytes. A kernel that runs now on another thread may
        // read old and new ones, as it may on a GPU.
        unsafe { address.copy_from_nonoverlapping(bytes.as_ptr(), size) };
        Ok(())
    }

    /// Makes `context` the one that kernels called by this thread read; null ends that.
    ///
    /// # Safety
    /// `context` must stay valid until another is set or no kernel runs on this thread.
    pub unsafe fn set_context(&self, context: *mut Context) {
        // SAFETY: the function only stores the pointer in a variable of this thread.
        unsafe { (self.set_context)(context) };
    }

    /// The declarations of `__shared__` memory.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Bytes that all `__shared__` declarations of the module take together.
    pub fn fixed_bytes(&self) -> usize {
        self.slots.iter().map(|slot| slot.offset + slot.bytes).max().unwrap_or(0)
    }

    /// What its kernels take with `malloc` and `new`.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// Where the library lies.
    pub fn base(&self) -> usize {
        self.base
    }

    /// All addresses of the library, and its variables, where the system says.
    pub fn span(&self) -> Option<Range> {
        self.segments.map(|[span, _]| span)
    }

    /// The addresses of all that its kernels can write, where the system says.
    pub fn writable(&self) -> Option<Range> {
        self.segments.map(|[_, writable]| writable)
    }

    /// Its variables, as far as there are gaps between them.
    pub fn variables(&self) -> &Variables {
        &self.variables
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
    // SAFETY: the file was made by the compiler from the shim and a kernel; its constructors only
    // add to tables of its own.
    unsafe { Loaded::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }.map_err(not_loaded)
}

fn not_loaded(error: libloading::Error) -> Error {
    Error::device("load a compiled kernel", error.to_string())
}

/// The function called `name`. `F` must be its type: the shim declares it.
fn symbol<F: Copy>(library: &Loaded, name: &str) -> Result<F> {
    // SAFETY: the name decides the type, and the callers ask for the type of the shim.
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
    use std::ffi::c_int;
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

/// The kernel of `entry`; none where an `#if` left it out.
fn compiled_kernel(library: &Loaded, entry: &EntryPoint) -> Option<CompiledKernel> {
    type Report = unsafe extern "C" fn() -> *const [u8; ParameterRow::SIZE];
    let number = entry.number;
    let run = symbol(library, &format!("__cu_run_{number}")).ok()?;
    let report: Report = symbol(library, &format!("__cu_parameters_{number}")).ok()?;
    let mut parameters = Vec::new();
    // SAFETY: the function returns a static table of rows, and the row that ends it is read last.
    unsafe {
        let mut next = report();
        while let Some(row) = ParameterRow::read(&*next) {
            parameters.push(row);
            next = next.add(1);
        }
    }
    Some(CompiledKernel { number, entry: run, parameters })
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
