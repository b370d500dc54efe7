//! Small programs of one kernel, as a list of steps that all threads take, and their text.

use std::fmt::{self, Display};

/// Numbers of shared memory in a block, and of the buffer for each block.
pub const SIZE: usize = 128;
/// From here on they are counters, which are only added to and read.
pub const COUNTERS: usize = 96;

/// A kernel and its launch.
#[derive(Clone, Debug)]
pub struct Program {
    pub blocks: usize,
    pub threads: usize,
    pub steps: Vec<Step>,
}

/// What every thread does, on a line of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Barrier,
    SyncWarp,
    /// All of shared memory is written.
    Init,
    /// A number of the thread's own is written, after another place is read.
    Write {
        to: Place,
        from: Option<Place>,
        guard: Guard,
    },
    /// A number is added to a counter.
    Add {
        to: Place,
        guard: Guard,
        is_atomic: bool,
    },
    /// Four numbers are copied at once, from this many numbers past a multiple of 4.
    Vector {
        offset: usize,
    },
    /// The last block to arrive reads what all blocks have left in the buffer.
    Last {
        read: Place,
        has_barrier: bool,
        has_fence: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub is_shared: bool,
    pub is_counter: bool,
    pub scale: usize,
    pub offset: usize,
    /// Whether each block has its own part of the buffer.
    pub is_own: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Guard {
    All,
    Below(usize),
    Every { step: usize, from: usize },
}

impl Guard {
    pub fn admits(self, thread: usize) -> bool {
        match self {
            Guard::All => true,
            Guard::Below(end) => thread < end,
            Guard::Every { step, from } => thread % step == from,
        }
    }
}

impl Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Guard::All => Ok(()),
            Guard::Below(end) => write!(f, "if (t < {end}) "),
            Guard::Every { step, from } => write!(f, "if (t % {step} == {from}) "),
        }
    }
}

impl Place {
    /// The place of a thread.
    pub fn at(self, block: usize, thread: usize) -> usize {
        let [first, size] = self.part();
        let base = if self.is_own && !self.is_shared { block * SIZE } else { 0 };
        base + first + (self.scale * thread + self.offset) % size
    }

    fn part(self) -> [usize; 2] {
        if self.is_counter { [COUNTERS, SIZE - COUNTERS] } else { [0, COUNTERS] }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([first, size], Place { scale, offset, .. }) = (self.part(), self);
        let array = if self.is_shared { "s" } else { "b" };
        let own = if self.is_own && !self.is_shared { "blockIdx.x * 128 + " } else { "" };
        write!(f, "{array}[{own}{first} + ({scale} * t + {offset}) % {size}]")
    }
}

impl Program {
    /// The kernel `name`; step `i` stands on its line `i` + 2, counted from 0.
    pub fn text(&self, name: &str) -> String {
        let mut text = format!(
            "extern \"C\" __global__ void {name}(const float* a, float* b, float* v, int* count) {{\n\
             __shared__ float s[{SIZE}]; int t = threadIdx.x, g = blockIdx.x * blockDim.x + t;\n"
        );
        for (number, step) in self.steps.iter().enumerate() {
            text.push_str(&step.text(number));
            text.push('\n');
        }
        text + "}\n"
    }
}

impl Step {
    fn text(&self, number: usize) -> String {
        // No two threads and no two steps write the same number.
        let value = format!("{number} * 4096.f + g + 1");
        match self {
            Step::Barrier => "__syncthreads();".into(),
            Step::SyncWarp => "__syncwarp();".into(),
            Step::Init => format!("for (int k = t; k < {SIZE}; k += blockDim.x) s[k] = k;"),
            Step::Write { to, from: None, guard } => format!("{guard}{to} = {value};"),
            Step::Write { to, from: Some(from), guard } => {
                format!("{guard}{to} = ({from} > 1e30f) + {value};")
            }
            Step::Add { to, guard, is_atomic: true } => format!("{guard}atomicAdd(&{to}, 1.f);"),
            Step::Add { to, guard, is_atomic: false } => format!("{guard}{to} += 1;"),
            Step::Vector { offset } => {
                format!("*(float4*)(v + 4 * g) = *(const float4*)(a + 4 * g + {offset});")
            }
            Step::Last { read, has_barrier, has_fence } => {
                let barrier = if *has_barrier { "__syncthreads(); " } else { "" };
                let fence = if *has_fence { "__threadfence(); " } else { "" };
                format!(
                    "{{ __shared__ int last; {barrier}if (t == 0) {{ {fence}last = \
                     atomicAdd(count, 1) == gridDim.x - 1; }} __syncthreads(); if (last) \
                     v[4 * g] = {read}; }}"
                )
            }
        }
    }
}
