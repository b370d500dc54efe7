//! The test's side: what it asks of the double and what it is told.
#![allow(unsafe_code)]

use crate::interface::{KernelLaunch, RawLaunch};
use libloading::Library;
use std::collections::BTreeMap;
use std::ffi::{CString, c_char, c_void};
use std::slice;
use std::sync::OnceLock;

/// What runs kernels for the double.
type Run = Box<dyn Fn(&mut KernelLaunch) -> Result<(), u32> + Send + Sync>;

static RUN: OnceLock<Run> = OnceLock::new();

/// The double that this process has loaded as its driver.
///
/// ```no_run
/// use driver_double::Double;
///
/// let double = Double::open("libcuda.so.1");
/// double.run_kernels(|launch| {
///     println!("{} on {:?} blocks", launch.kernel, launch.blocks);
///     Ok(())
/// });
/// double.answer("cuMemAllocAsync", 0, 2); // CUDA_ERROR_OUT_OF_MEMORY
/// // … whatever uses the driver …
/// assert_eq!(double.report().broken, Vec::<String>::new());
/// ```
#[derive(Debug)]
pub struct Double {
    library: Library,
}

/// What the double has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every rule that a call broke, behind the function's name.
    pub broken: Vec<String>,
    /// How many of each kind of thing were made and not taken back.
    pub alive: BTreeMap<String, usize>,
    /// How often each function was called.
    pub calls: BTreeMap<String, usize>,
}

impl Double {
    /// The library that the system's loader finds as `name`.
    ///
    /// # Panics
    /// If it finds none, or one that is no double.
    pub fn open(name: &str) -> Self {
        // SAFETY: the double has no initialisers.
        let library = unsafe { Library::new(name) }.unwrap_or_else(|error| panic!("{error}"));
        let double = Self { library };
        double.report();
        double
    }

    /// Has `run` run every kernel whose turn has come. Its error is the driver's code for what the
    /// kernel did wrong.
    ///
    /// # Panics
    /// When called twice.
    pub fn run_kernels(
        &self,
        run: impl Fn(&mut KernelLaunch) -> Result<(), u32> + Send + Sync + 'static,
    ) {
        assert!(RUN.set(Box::new(run)).is_ok(), "kernels are run by one function");
        type Install = unsafe extern "C" fn(unsafe extern "C" fn(*const RawLaunch) -> u32);
        // SAFETY: this is the function's type, and `run_raw` may be called at any time.
        unsafe { self.function::<Install>("driver_double_run_by")(run_raw) };
    }

    /// Has a call of `function` answer `code` and do nothing else, after `before` more calls of it.
    ///
    /// # Panics
    /// If the double has no such function.
    pub fn answer(&self, function: &str, before: usize, code: u32) {
        self.function::<unsafe extern "C" fn()>(function);
        let name = CString::new(function).expect("a name without NUL");
        type Plan = unsafe extern "C" fn(*const c_char, usize, u32);
        // SAFETY: this is the function's type, and the name ends in NUL.
        unsafe { self.function::<Plan>("driver_double_plan")(name.as_ptr(), before, code) };
    }

    /// Takes back all answers that were asked for and not given; tells how many.
    pub fn take_back_answers(&self) -> usize {
        // SAFETY: this is the function's type.
        unsafe { self.function::<unsafe extern "C" fn() -> usize>("driver_double_forget_plans")() }
    }

    /// Lets the device have a memory pool or none; before it is opened.
    pub fn has_pool(&self, has_pool: bool) {
        // SAFETY: this is the function's type.
        unsafe { self.function::<unsafe extern "C" fn(bool)>("driver_double_has_pool")(has_pool) };
    }

    /// What happened so far.
    pub fn report(&self) -> Report {
        type Take = unsafe extern "C" fn(*mut c_void, *const u8, usize);
        let mut text = String::new();
        // SAFETY: this is the function's type, and `take` is passed the string that it takes.
        unsafe {
            self.function::<unsafe extern "C" fn(Take, *mut c_void)>("driver_double_report")(
                take,
                (&raw mut text).cast(),
            );
        }
        Report::of(&text)
    }

    /// The function `name`, of type `F`.
    fn function<F: Copy>(&self, name: &str) -> F {
        // SAFETY: each caller names the type that the function has.
        let function = unsafe { self.library.get::<F>(name) };
        *function.unwrap_or_else(|error| panic!("this is no double of the driver: {error}"))
    }
}

unsafe extern "C" fn take(to: *mut c_void, text: *const u8, length: usize) {
    // SAFETY: `to` is the string of `report`, and `length` bytes of text are there.
    unsafe {
        let text = slice::from_raw_parts(text, length);
        to.cast::<String>().write(String::from_utf8_lossy(text).into_owned());
    }
}

unsafe extern "C" fn run_raw(launch: *const RawLaunch) -> u32 {
    // SAFETY: only the double calls it, with a launch of its own, and waits.
    unsafe { KernelLaunch::answer(launch, |launch| RUN.get().map_or(Ok(()), |run| run(launch))) }
}

impl Report {
    fn of(text: &str) -> Self {
        let mut report = Report::default();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let [kind, name, count] = [0; 3].map(|_| fields.next().unwrap_or_default());
            let count = count.parse().unwrap_or_default();
            match kind {
                "broken" => report.broken.push(name.into()),
                "alive" => drop(report.alive.insert(name.into(), count)),
                _ => drop(report.calls.insert(name.into(), count)),
            }
        }
        report.alive.retain(|_, count| *count > 0);
        report
    }
}
