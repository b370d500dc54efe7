//! What the double knows of the calls so far, and the rules for the next one.
#![allow(unsafe_code)]

mod cubin;
mod memory;
mod product;
mod queue;
mod runner;

pub use cubin::{Cubin, CubinKernel, ParameterRow};
pub use memory::{DeviceMemory, Owner, Place, TOTAL};
pub use product::{Matrices, Number, Product};
pub use queue::{Argument, Event, Launch, Queue, Work, write};
pub use runner::Runner;

use crate::codes::{self, INVALID_CONTEXT, INVALID_VALUE, NOT_INITIALIZED};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the driver answers: an error is one of its codes.
pub type Answer<T = ()> = Result<T, u32>;

/// What must have been called before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// `cuInit`.
    Start,
    /// A context that is the calling thread's.
    Context,
}

/// The handle of the only device's primary context.
pub const CONTEXT: usize = 0xC0_4000;

thread_local! {
    /// The calling thread's context; 0 for none.
    pub static CURRENT: Cell<usize> = const { Cell::new(0) };
}

/// An answer that a test has asked for.
#[derive(Debug)]
struct Planned {
    function: String,
    /// How many calls are answered as usual before.
    before: usize,
    code: u32,
}

/// A module that was loaded.
#[derive(Debug)]
pub struct Module {
    pub cubin: Cubin,
    /// The addresses of its variables, by name.
    pub variables: BTreeMap<String, (u64, usize)>,
}

/// A kernel of a module.
#[derive(Debug)]
pub struct Function {
    pub module: usize,
    /// Its number in the module.
    pub kernel: usize,
    /// What a launch may ask for as shared memory.
    pub shared: usize,
}

/// An open cuBLAS.
#[derive(Debug, Default)]
pub struct BlasHandle {
    /// The stream of its work; 0 for the default stream.
    pub stream: usize,
}

/// A program of NVRTC.
#[derive(Debug, Default)]
pub struct Program {
    pub text: String,
    pub names: Vec<String>,
    pub is_compiled: bool,
    pub cubin: Vec<u8>,
    pub log: Vec<u8>,
    /// What the machine code calls the names, NUL at the end.
    pub lowered: BTreeMap<String, Vec<u8>>,
}

/// All that the double knows.
#[derive(Debug)]
pub struct State {
    pub is_started: bool,
    /// The fault after which every call answers the same.
    pub fault: Option<u32>,
    pub has_pool: bool,
    pub runner: Option<Runner>,
    pub contexts: usize,
    pub memory: DeviceMemory,
    /// Page-locked memory of the host: its size by its address.
    pub pinned: BTreeMap<usize, usize>,
    pub queues: BTreeMap<usize, Queue>,
    pub events: BTreeMap<usize, Event>,
    pub modules: BTreeMap<usize, Module>,
    pub functions: BTreeMap<usize, Function>,
    pub blas: BTreeMap<usize, BlasHandle>,
    pub programs: BTreeMap<usize, Program>,
    broken: Vec<String>,
    planned: Vec<Planned>,
    calls: BTreeMap<&'static str, usize>,
    next: usize,
}

static STATE: Mutex<State> = Mutex::new(State::new());

pub fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers a call of `function`: as planned, with a fault of before, or with what `body` says.
pub fn call(function: &'static str, needs: Needs, body: impl FnOnce(&mut State) -> Answer) -> u32 {
    let mut state = state();
    *state.calls.entry(function).or_default() += 1;
    let answer = state.ready(function, needs).and_then(|()| body(&mut state));
    answer.err().unwrap_or(0)
}

impl State {
    /// A double in which nothing has happened.
    pub const fn new() -> Self {
        Self {
            is_started: false,
            fault: None,
            has_pool: true,
            runner: None,
            contexts: 0,
            memory: DeviceMemory::new(),
            pinned: BTreeMap::new(),
            queues: BTreeMap::new(),
            events: BTreeMap::new(),
            modules: BTreeMap::new(),
            functions: BTreeMap::new(),
            blas: BTreeMap::new(),
            programs: BTreeMap::new(),
            broken: Vec::new(),
            planned: Vec::new(),
            calls: BTreeMap::new(),
            next: 0xD0_0000,
        }
    }

    /// A handle that no other thing has.
    pub fn handle(&mut self) -> usize {
        self.next += 64;
        self.next
    }

    fn ready(&mut self, function: &'static str, needs: Needs) -> Answer {
        if let Some(code) = self.planned_answer(function) {
            self.note_fault(code);
            return Err(code);
        }
        if needs == Needs::Nothing {
            return Ok(());
        }
        if !self.is_started {
            return Err(self.broke(function, "called before cuInit", NOT_INITIALIZED));
        }
        if needs == Needs::Context {
            if let Some(fault) = self.fault {
                return Err(fault);
            }
            if CURRENT.get() != CONTEXT || self.contexts == 0 {
                let rule = "called by a thread that has no context";
                return Err(self.broke(function, rule, INVALID_CONTEXT));
            }
        }
        Ok(())
    }

    fn planned_answer(&mut self, function: &str) -> Option<u32> {
        let index = self.planned.iter().position(|planned| planned.function == function)?;
        match &mut self.planned[index] {
            Planned { before: 0, code, .. } => {
                let code = *code;
                self.planned.remove(index);
                Some(code)
            }
            Planned { before, .. } => {
                *before -= 1;
                None
            }
        }
    }

    /// Has the call of `function` after `before` more calls answer `code`, without doing anything.
    pub fn plan(&mut self, function: &str, before: usize, code: u32) {
        self.planned.push(Planned { function: function.into(), before, code });
    }

    /// Forgets planned answers; tells how many there were.
    pub fn forget_plans(&mut self) -> usize {
        self.planned.drain(..).count()
    }

    /// A fault stays; any other answer ends only its own call.
    pub fn note_fault(&mut self, code: u32) {
        if codes::is_sticky(code) {
            self.fault.get_or_insert(code);
            for queue in self.queues.values_mut() {
                queue.clear();
            }
        }
    }

    /// Notes that a call of `function` broke a rule; gives the `code` to answer.
    pub fn broke(&mut self, function: &str, rule: impl AsRef<str>, code: u32) -> u32 {
        let rule = rule.as_ref();
        eprintln!("driver double (no GPU): rule broken: {function}: {rule}");
        self.broken.push(format!("{function}: {rule}"));
        code
    }

    /// Fails with [`INVALID_VALUE`] and a broken rule unless `holds`.
    pub fn must(&mut self, function: &str, holds: bool, rule: impl AsRef<str>) -> Answer {
        if holds { Ok(()) } else { Err(self.broke(function, rule, INVALID_VALUE)) }
    }

    /// Writes `value` where the caller wants it.
    ///
    /// # Safety
    /// `to` is null or can be written.
    pub unsafe fn give<T>(&mut self, function: &str, to: *mut T, value: T) -> Answer {
        self.must(function, !to.is_null(), "there is no place for the result")?;
        // SAFETY: as the caller promises.
        unsafe { to.write(value) };
        Ok(())
    }

    /// Broken rules, what is still alive and how often each function was called, a line each.
    pub fn report(&self) -> String {
        let alive = [
            ("contexts", self.contexts),
            ("streams", self.queues.len()),
            ("events", self.events.len()),
            ("page-locked memory", self.pinned.len()),
            ("memory", self.memory.count(Owner::Pool) + self.memory.count(Owner::Context)),
            ("modules", self.modules.len()),
            ("programs", self.programs.len()),
            ("cuBLAS handles", self.blas.len()),
        ];
        let broken = self.broken.iter().map(|rule| format!("broken\t{rule}\t1"));
        let alive = alive.iter().map(|(what, count)| format!("alive\t{what}\t{count}"));
        let calls = self.calls.iter().map(|(name, count)| format!("calls\t{name}\t{count}"));
        broken.chain(alive).chain(calls).collect::<Vec<_>>().join("\n")
    }
}
