//! What a running kernel can do wrong, told in the terms of its source.

use std::fmt;
use std::time::Duration;

/// Something that a kernel did wrong while it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kernel's name.
    pub kernel: String,
    /// Which thread did it, where the device can tell.
    pub place: Option<Place>,
    /// File and line of the kernel's source, e.g. `matmul.cu:12`, where the device can tell.
    pub line: Option<String>,
    /// What happened.
    pub kind: FaultKind,
}

/// A thread of a launch: its block and its own index, as `[x, y, z]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// `blockIdx`.
    pub block: [u32; 3],
    /// `threadIdx`.
    pub thread: [u32; 3],
}

/// How memory was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read.
    Read,
    /// Written.
    Write,
    /// Read and written in one step.
    Atomic,
}

/// The smallest group to which two threads both belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One warp.
    Warp,
    /// One block.
    Block,
    /// The launch.
    Grid,
}

/// Where two threads meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RaceMemory {
    /// In the shared memory of their block.
    Shared,
    /// In a buffer.
    Buffer {
        /// The parameter's name.
        parameter: String,
        /// The element.
        index: usize,
    },
    /// In a `__device__` variable.
    Variable,
}

/// What a kernel did wrong.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// An element before the start or past the end of a buffer.
    OutOfBounds {
        /// Read, write or atomic.
        access: Access,
        /// The parameter's name.
        parameter: String,
        /// The element that was asked for.
        index: i64,
        /// How many elements the buffer has.
        length: usize,
    },
    /// Shared memory past what the block has.
    SharedOutOfBounds {
        /// Read, write or atomic.
        access: Access,
        /// The array's name; `None` for what the launch gives.
        array: Option<String>,
        /// The byte that was asked for, counted from the start.
        byte: i64,
        /// How many bytes there are.
        length: usize,
    },
    /// Bytes before the start or past the end of a `__device__` or `__constant__` variable.
    VariableOutOfBounds {
        /// Read, write or atomic.
        access: Access,
        /// The variable's name.
        variable: String,
        /// The byte that was asked for, counted from the start.
        byte: i64,
        /// How many bytes there are.
        length: usize,
    },
    /// An index past the end of an array with a fixed size.
    ArrayIndex {
        /// The index.
        index: i64,
        /// The array's type, e.g. `float [64]`.
        array: String,
    },
    /// Two threads used one place in memory, at least one wrote, and nothing says which comes first.
    Race {
        /// What this thread did.
        access: Access,
        /// What the other did.
        other_access: Access,
        /// Where.
        memory: RaceMemory,
        /// How near the threads are.
        scope: Scope,
        /// Whether this thread's access is to something `volatile`.
        is_volatile: bool,
        /// The other thread; `None` when there were several.
        other: Option<Place>,
        /// The other's file and line.
        other_line: Option<String>,
    },
    /// A vector or another large type at an address that is no multiple of its alignment.
    Misaligned {
        /// The type, e.g. `float4`.
        type_name: String,
        /// What its address must be a multiple of, in bytes.
        alignment: usize,
        /// The parameter, or what else lies there.
        memory: String,
        /// Bytes from the start of that.
        offset: usize,
    },
    /// A function that must return a value and ends without.
    MissingReturn,
    /// A value from a local variable that was never set.
    UnsetLocal,
    /// Shared memory that no thread of the block has written.
    UninitializedShared,
    /// A barrier at which some thread of the block will never arrive.
    BarrierDivergence {
        /// A thread that is missing.
        other: [u32; 3],
        /// The barrier at which it waits instead; `None` when it has already ended.
        other_line: Option<String>,
    },
    /// A shuffle, vote or `__syncwarp` for which some lanes of its mask will never arrive.
    WarpDivergence {
        /// The lanes that are missing, one bit each.
        missing: u32,
    },
    /// A shuffle that reads a lane outside its mask.
    InactiveLane {
        /// The lane.
        lane: u32,
    },
    /// An `assert` that did not hold.
    Assert {
        /// Its text.
        expression: String,
    },
    /// An integer divided by zero.
    DivisionByZero,
    /// `__trap()`, or code that the compiler proved to be wrong.
    Trap,
    /// Calls nested too deeply, or large arrays in one thread.
    StackOverflow,
    /// A pointer that leads to no buffer.
    BadPointer {
        /// Read, write or atomic.
        access: Access,
        /// The address.
        address: u64,
    },
    /// A kernel that ran longer than allowed.
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// A kernel that was interrupted.
    Interrupted,
    /// A fault that the device reports without its kind or place.
    Other {
        /// What the device said.
        message: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kernel)?;
        if let Some(line) = &self.line {
            write!(f, " at {line}")?;
        }
        if let Some(place) = &self.place {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thread {} of block {}", index(self.thread), index(self.block))
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Access::Read => "reads",
            Access::Write => "writes",
            Access::Atomic => "updates",
        })
    }
}

impl fmt::Display for RaceMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RaceMemory::Shared => f.write_str("a place in shared memory"),
            RaceMemory::Buffer { parameter, index } => write!(f, "{parameter}[{index}]"),
            RaceMemory::Variable => f.write_str("a __device__ variable"),
        }
    }
}

/// What would order two threads that meet.
fn cure(memory: &RaceMemory, scope: Scope, is_volatile: bool) -> &'static str {
    match (memory, scope) {
        (_, Scope::Grid) => {
            "nothing says which block comes first, for a __syncthreads() holds only its own: is an \
             atomic operation missing, or a second launch?"
        }
        (_, Scope::Warp) if is_volatile => {
            "`volatile` lets no lane wait for another: is a __syncwarp() missing?"
        }
        (RaceMemory::Shared, _) => "no barrier stands between: is a __syncthreads() missing?",
        _ => "no barrier stands between: is a __syncthreads() missing, or an atomic operation?",
    }
}

/// What would order a plain read and another thread's atomic operation.
fn cure_of_look(scope: Scope) -> &'static str {
    match scope {
        Scope::Grid => {
            "nothing says which block comes first: must one atomic operation both read and write, as \
             atomicAdd does, or a second launch read the result?"
        }
        _ => {
            "no barrier stands between: is a __syncthreads() missing, or must one atomic operation \
             both read and write, as atomicAdd does?"
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::OutOfBounds { access, parameter, index, length } => write!(
                f,
                "{access} {parameter}[{index}], but {}: is a bounds check missing, or the index wrong?",
                elements(parameter, *length)
            ),
            FaultKind::SharedOutOfBounds { access, array: Some(array), byte, length } => {
                write!(
                    f,
                    "{access} byte {byte} of {array} in shared memory, which has {length} bytes"
                )
            }
            FaultKind::SharedOutOfBounds { access, array: None, length: 0, .. } => write!(
                f,
                "{access} dynamic shared memory, but the launch gives none: add `.shared(bytes)` to it"
            ),
            FaultKind::SharedOutOfBounds { access, array: None, byte, length } => write!(
                f,
                "{access} byte {byte} of dynamic shared memory, but the launch gives {length}: \
                 `.shared(bytes)` sets how many"
            ),
            FaultKind::VariableOutOfBounds { access, variable, byte, length } => write!(
                f,
                "{access} byte {byte} of the module's variable {variable}, which has {length} bytes"
            ),
            FaultKind::ArrayIndex { index, array } => {
                write!(f, "index {index} is outside an array of type {array}")
            }
            FaultKind::Race {
                access,
                other_access,
                memory,
                scope,
                is_volatile,
                other,
                other_line,
            } => {
                let other = match (other, scope) {
                    (None, Scope::Grid) => "a thread of another block".into(),
                    (None, _) => "another thread".into(),
                    (Some(place), Scope::Grid) => place.to_string(),
                    (Some(place), _) => format!("thread {}", index(place.thread)),
                };
                let line = other_line.as_ref().map_or(String::new(), |line| format!(" at {line}"));
                let is_look = [*access, *other_access] == [Access::Read, Access::Atomic];
                let cure =
                    if is_look { cure_of_look(*scope) } else { cure(memory, *scope, *is_volatile) };
                write!(f, "{access} {memory} that {other} {other_access}{line}, and {cure}")
            }
            FaultKind::Misaligned { type_name, alignment, memory, offset } => write!(
                f,
                "uses a {type_name} at byte {offset} of {memory}, but its address must be a \
                 multiple of {alignment} bytes: start at such an index, or take the elements one \
                 by one"
            ),
            FaultKind::MissingReturn => {
                f.write_str("a function that must return a value ends without `return`")
            }
            FaultKind::UnsetLocal => f.write_str(
                "writes what was in a local variable before anything was stored there: is an \
                 initial value such as `= 0` missing?",
            ),
            FaultKind::UninitializedShared => f.write_str(
                "reads shared memory that no thread of the block has written: is a \
                 __syncthreads() missing, or was this place left out?",
            ),
            FaultKind::BarrierDivergence { other, other_line } => {
                let other = index(*other);
                match other_line {
                    Some(line) => {
                        write!(f, "waits at this barrier while thread {other} waits at {line}")?
                    }
                    None => write!(f, "waits at a barrier that thread {other} left out")?,
                }
                f.write_str(": every thread of the block must reach the same __syncthreads()")
            }
            FaultKind::WarpDivergence { missing } => write!(
                f,
                "waits for lanes that never arrive ({}): the mask must name exactly the lanes \
                 that take part",
                lanes(*missing)
            ),
            FaultKind::InactiveLane { lane } => {
                write!(f, "a shuffle reads lane {lane}, which is not in its mask")
            }
            FaultKind::Assert { expression } => write!(f, "assert({expression}) does not hold"),
            FaultKind::DivisionByZero => f.write_str("divides an integer by zero"),
            FaultKind::Trap => f.write_str("ran into __trap()"),
            FaultKind::StackOverflow => f.write_str(
                "the thread's stack is full: calls nested too deeply, or large local arrays",
            ),
            FaultKind::BadPointer { access, address } if *address < 4096 => {
                write!(f, "{access} through a null pointer")
            }
            FaultKind::BadPointer { access, address } => {
                write!(f, "{access} address {address:#x}, which belongs to no buffer")
            }
            FaultKind::Timeout { limit } => write!(
                f,
                "was stopped after {} s: does a loop never end, or wait for a thread that comes \
                 later? (LESSON_KERNEL_TIMEOUT sets the limit)",
                limit.as_secs_f64()
            ),
            FaultKind::Interrupted => f.write_str("was interrupted"),
            FaultKind::Other { message } => f.write_str(message),
        }
    }
}

/// `7`, `(7, 2)` or `(7, 2, 1)`: the axes that are in use.
fn index([x, y, z]: [u32; 3]) -> String {
    match (y, z) {
        (0, 0) => x.to_string(),
        (_, 0) => format!("({x}, {y})"),
        _ => format!("({x}, {y}, {z})"),
    }
}

fn elements(parameter: &str, length: usize) -> String {
    match length {
        0 => format!("{parameter} is empty"),
        1 => format!("{parameter} has 1 element"),
        _ => format!("{parameter} has {length} elements"),
    }
}

/// The lanes of a mask as ranges: `16-31`, `3`, `0-2 and 5`.
fn lanes(mask: u32) -> String {
    let mut ranges = Vec::new();
    let mut lane = 0;
    while lane < 32 {
        if mask >> lane & 1 == 0 {
            lane += 1;
            continue;
        }
        let length = (mask >> lane).trailing_ones();
        ranges.push(match length {
            1 => lane.to_string(),
            _ => format!("{lane}-{}", lane + length - 1),
        });
        lane += length;
    }
    ranges.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_kernel_line_thread_and_cause() {
        let fault = Fault {
            kernel: "add".into(),
            place: Some(Place { block: [1, 0, 0], thread: [0, 3, 0] }),
            line: Some("add.cu:3".into()),
            kind: FaultKind::OutOfBounds {
                access: Access::Read,
                parameter: "a".into(),
                index: 128,
                length: 128,
            },
        };
        assert_eq!(
            fault.to_string(),
            "add at add.cu:3, thread (0, 3) of block 1: reads a[128], but a has 128 elements: \
             is a bounds check missing, or the index wrong?"
        );
    }

    #[test]
    fn lanes_are_written_as_ranges() {
        assert_eq!(lanes(0xffff_0000), "16-31");
        assert_eq!(lanes(0b10_0111), "0-2 and 5");
        assert_eq!(lanes(u32::MAX), "0-31");
        assert_eq!(lanes(0), "");
    }
}
