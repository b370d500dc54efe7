//! Streams and events. Work is done as late as the documentation allows: when somebody waits.
#![allow(unsafe_code)]

use super::{Answer, CubinKernel, Place, Product, State};
use crate::codes::{INVALID_HANDLE, INVALID_VALUE};
use crate::host;
use std::collections::VecDeque;

/// The work of a stream that is not done.
pub type Queue = VecDeque<Work>;

/// An event.
#[derive(Debug)]
pub struct Event {
    pub has_time: bool,
    /// The number of the last record of it, and its stream.
    pub recorded: Option<(u64, usize)>,
    /// The number of the last record that was passed.
    pub passed: u64,
}

/// Something that is done when its turn comes.
#[derive(Debug)]
pub enum Work {
    /// To the device; `seen` is what the host's memory held when the copy was asked for.
    Upload {
        to: Place,
        from: usize,
        seen: Vec<u8>,
    },
    /// To page-locked memory.
    Download {
        from: Place,
        to: usize,
        bytes: usize,
    },
    Fill {
        place: Place,
        value: u8,
    },
    Free {
        address: u64,
    },
    Record {
        event: usize,
        number: u64,
    },
    Launch(Box<Launch>),
    Multiply(Box<Product>),
}

/// A launch, with the values that its arguments had when it was asked for.
#[derive(Debug)]
pub struct Launch {
    pub module: usize,
    pub kernel: CubinKernel,
    pub blocks: [u32; 3],
    pub threads: [u32; 3],
    pub shared: u32,
    pub arguments: Vec<Argument>,
}

/// What a parameter was given.
#[derive(Clone, Debug)]
pub enum Argument {
    Value(Vec<u8>),
    /// Memory of the device; none for a null pointer.
    Memory {
        place: Option<Place>,
        is_written: bool,
    },
}

impl State {
    /// The queue of `stream`, which must exist.
    fn queue(&mut self, function: &str, stream: usize) -> Answer<&mut Queue> {
        if !self.queues.contains_key(&stream) {
            let rule = match stream {
                0 => "uses the default stream, whose order with the others is not defined",
                _ => "uses a stream that does not exist",
            };
            return Err(self.broke(function, rule, INVALID_HANDLE));
        }
        Ok(self.queues.entry(stream).or_default())
    }

    /// Puts `work`, which uses `places`, behind all that `stream` has to do.
    pub fn enqueue(
        &mut self,
        function: &'static str,
        stream: usize,
        places: &[Place],
        work: Work,
    ) -> Answer {
        self.queue(function, stream)?;
        for place in places {
            let before = self.memory.used_by(*place, stream);
            let is_busy = self.queues.get(&before).is_some_and(|queue| !queue.is_empty());
            if before != stream && is_busy {
                let rule = "uses memory that another stream still works on, without waiting for it";
                return Err(self.broke(function, rule, INVALID_VALUE));
            }
        }
        self.queue(function, stream)?.push_back(work);
        Ok(())
    }

    /// The place of `bytes` bytes at `address`; where there are none, a rule is broken.
    pub fn device_bytes(&mut self, function: &str, address: u64, bytes: usize) -> Answer<Place> {
        let place = self.memory.place(address, bytes);
        place.map_err(|problem| self.broke(function, problem, INVALID_VALUE))
    }

    /// Does the work of `stream`, all of it or up to the record `until` of an event.
    pub fn run(&mut self, function: &str, stream: usize, until: Option<(usize, u64)>) -> Answer {
        while let Some(work) = self.queue(function, stream)?.pop_front() {
            let is_last = matches!(&work, Work::Record { event, number }
                if until == Some((*event, *number)));
            if let Err(code) = self.perform(work) {
                self.note_fault(code);
                return Err(code);
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }

    fn perform(&mut self, work: Work) -> Answer {
        match work {
            Work::Upload { to, from, seen } => self.upload(to, from, &seen)?,
            Work::Download { from, to, bytes } => {
                if self.is_pinned(to, bytes) {
                    let content = self.memory.bytes(from).to_vec();
                    // SAFETY: it is page-locked memory, which was not freed.
                    unsafe { write(to, &content) };
                } else {
                    self.broke("cuMemcpyDtoHAsync_v2", "its target was freed before it ran", 0);
                }
            }
            Work::Fill { place, value } => self.memory.bytes_mut(place).fill(value),
            Work::Free { address } => self.memory.freed(address),
            Work::Record { event, number } => {
                if let Some(event) = self.events.get_mut(&event) {
                    event.passed = number;
                }
            }
            Work::Launch(launch) => self.launch(&launch)?,
            Work::Multiply(product) => product.perform(&mut self.memory),
        }
        Ok(())
    }

    fn upload(&mut self, to: Place, from: usize, seen: &[u8]) -> Answer {
        const FUNCTION: &str = "cuMemcpyHtoDAsync_v2";
        let Some(content) = host::read(from, seen.len()) else {
            return Err(self.broke(FUNCTION, "its source was freed before it ran", INVALID_VALUE));
        };
        if content != seen {
            self.broke(FUNCTION, "its source was changed before it ran", 0);
        }
        self.memory.bytes_mut(to).copy_from_slice(&content);
        Ok(())
    }

    fn launch(&mut self, launch: &Launch) -> Answer {
        let Some(runner) = self.runner else { return Ok(()) };
        let Some(module) = self.modules.get(&launch.module) else {
            let rule = "its module was unloaded before it ran";
            return Err(self.broke("cuLaunchKernel", rule, INVALID_HANDLE));
        };
        let constants = module.variables.iter().filter_map(|(name, (address, size))| {
            let place = self.memory.place(*address, *size).ok()?;
            Some((name.clone(), self.memory.bytes(place).to_vec()))
        });
        let constants = constants.collect::<Vec<_>>();
        let mut values = launch.arguments.iter().map(|argument| self.bytes_of(argument));
        let mut values = values.by_ref().collect::<Vec<_>>();
        runner.launch(launch, &constants, &mut values)?;
        for (argument, value) in launch.arguments.iter().zip(&values) {
            if let Argument::Memory { place: Some(place), is_written: true } = argument {
                self.memory.bytes_mut(*place).copy_from_slice(value);
            }
        }
        Ok(())
    }

    fn bytes_of(&self, argument: &Argument) -> Vec<u8> {
        match argument {
            Argument::Value(bytes) => bytes.clone(),
            Argument::Memory { place, .. } => {
                place.map_or(Vec::new(), |place| self.memory.bytes(place).to_vec())
            }
        }
    }

    /// Whether all of `bytes` bytes at `address` are page-locked.
    pub fn is_pinned(&self, address: usize, bytes: usize) -> bool {
        let before = self.pinned.range(..=address).next_back();
        before.is_some_and(|(start, size)| address - start + bytes <= *size)
    }

    /// Whether work that is not done uses page-locked memory from `start` to `end`.
    pub fn is_awaited(&self, start: usize, end: usize) -> bool {
        let mut work = self.queues.values().flatten();
        work.any(|work| match work {
            Work::Upload { from: at, .. } | Work::Download { to: at, .. } => {
                (start..end).contains(at)
            }
            _ => false,
        })
    }
}

/// Writes `bytes` to the host's memory.
///
/// # Safety
/// `bytes.len()` bytes at `to` are memory that can be written.
pub unsafe fn write(to: usize, bytes: &[u8]) {
    let to = std::ptr::with_exposed_provenance_mut::<u8>(to);
    // SAFETY: as the caller promises.
    unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
}
