//! The one error type of the library.

mod fault;

pub use fault::{Access, Fault, FaultKind, Place, RaceMemory, Scope};

use crate::text;
use std::{fmt, io, path::PathBuf};

/// A result with the library's own [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong in the library.
///
/// Each message names the operation, what it was given, and what to do about it. `Debug` prints
/// the same text as `Display`, because a notebook cell that ends in `?` shows the `Debug` form.
///
/// # Design
/// The message is the product: a learner reads it, and no program acts on it. So the variants hold
/// text that is finished where the mistake is understood, with the caller's own words in it, and
/// their number is small: as many as a test or an exercise must tell apart. A chain of causes
/// would hide the one line that a cell shows; a cause is part of the message instead. Only
/// [`Io`](Error::Io) keeps a `source`, because its [`io::ErrorKind`] is something that callers do
/// act on.
///
/// ```
/// use lesson_lib::Error;
/// let error = Error::shape("matmul", [&[5, 784][..], &[10, 784]], "transpose the second operand");
/// assert_eq!(
///     error.to_string(),
///     "matmul: shapes (5, 784) and (10, 784) do not fit: transpose the second operand"
/// );
/// ```
#[non_exhaustive]
pub enum Error {
    /// Arrays whose shapes an operation cannot combine.
    Shape {
        /// The operation, as the caller wrote it.
        operation: String,
        /// The shape of every operand.
        shapes: Vec<Vec<usize>>,
        /// What does not fit, or what to do.
        help: String,
    },
    /// A value outside what an operation accepts.
    Argument {
        /// The operation, as the caller wrote it.
        operation: String,
        /// Which argument, its value, and what is accepted.
        problem: String,
    },
    /// A check of a notebook or a test that did not hold.
    Check {
        /// The name of the check.
        name: String,
        /// What was found, what was expected, and where.
        problem: String,
    },
    /// A file or download whose content is not what it should be.
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what was done about it.
        problem: String,
    },
    /// The operating system refused to read or write.
    Io {
        /// What was being done, e.g. `read`.
        operation: String,
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// A picture that cannot be drawn or encoded.
    Plot {
        /// What could not be drawn, and why.
        problem: String,
    },
    /// A device or one of its libraries that is missing or refused to work.
    Device {
        /// What was being done, e.g. `open the CUDA device 0`.
        operation: String,
        /// What is missing or failed, and what to install or to do.
        problem: String,
    },
    /// Memory that a device does not have.
    OutOfMemory {
        /// The device's name.
        device: String,
        /// Bytes that were asked for.
        requested: u64,
        /// Bytes that were free.
        free: u64,
        /// All bytes of the device.
        total: u64,
    },
    /// A kernel that does not compile.
    Compile {
        /// The source's name.
        source_name: String,
        /// The compiler's messages, each with the line and a caret.
        log: String,
    },
    /// A launch refused before anything ran.
    Launch {
        /// The kernel, and its file where that helps.
        kernel: String,
        /// The parameter or extent that is wrong, and what would be right.
        problem: String,
    },
    /// A kernel that was stopped because it did something wrong.
    Fault(Box<Fault>),
}

impl Error {
    /// Shapes that do not fit `operation`; `help` says why or what to do.
    pub fn shape<'a>(
        operation: impl Into<String>,
        shapes: impl IntoIterator<Item = &'a [usize]>,
        help: impl Into<String>,
    ) -> Self {
        Error::Shape {
            operation: operation.into(),
            shapes: shapes.into_iter().map(<[usize]>::to_vec).collect(),
            help: help.into(),
        }
    }

    /// An argument that `operation` does not accept.
    pub fn argument(operation: impl Into<String>, problem: impl Into<String>) -> Self {
        Error::Argument { operation: operation.into(), problem: problem.into() }
    }

    /// A check called `name` that did not hold.
    pub fn check(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Error::Check { name: name.into(), problem: problem.into() }
    }

    /// A file that is not what it should be.
    pub fn data(path: impl Into<PathBuf>, problem: impl Into<String>) -> Self {
        Error::Data { path: path.into(), problem: problem.into() }
    }

    /// A file operation that the system refused.
    pub fn io(operation: impl Into<String>, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Error::Io { operation: operation.into(), path: path.into(), source }
    }

    /// A device or library that is missing or failed while doing `operation`.
    pub fn device(operation: impl Into<String>, problem: impl Into<String>) -> Self {
        Error::Device { operation: operation.into(), problem: problem.into() }
    }

    /// A launch of `kernel` that cannot be right.
    pub fn launch(kernel: impl Into<String>, problem: impl Into<String>) -> Self {
        Error::Launch { kernel: kernel.into(), problem: problem.into() }
    }

    /// A picture that cannot be drawn.
    pub fn plot(problem: impl Into<String>) -> Self {
        Error::Plot { problem: problem.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Shape { operation, shapes, help } => {
                let (noun, verb) =
                    if shapes.len() == 1 { ("shape", "does") } else { ("shapes", "do") };
                write!(f, "{operation}: {noun} {} {verb} not fit: {help}", list_of_shapes(shapes))
            }
            Error::Argument { operation, problem } => write!(f, "{operation}: {problem}"),
            Error::Check { name, problem } => write!(f, "check failed: {name}: {problem}"),
            Error::Data { path, problem } => write!(f, "{}: {problem}", path.display()),
            Error::Io { operation, path, source } => {
                write!(f, "cannot {operation} {}: {source}", path.display())
            }
            Error::Plot { problem } => write!(f, "plot: {problem}"),
            Error::Device { operation, problem } => write!(f, "cannot {operation}: {problem}"),
            Error::OutOfMemory { device, requested, free, total } => {
                let [requested, free, total] =
                    [requested, free, total].map(|b| text::bytes(*b as f64));
                write!(
                    f,
                    "out of memory on {device}: {requested} asked for, {free} free of {total}; \
                     drop buffers that are no longer needed, or work in smaller pieces"
                )
            }
            Error::Compile { source_name, log } => {
                write!(f, "{source_name} does not compile:\n{}", log.trim_end())
            }
            Error::Launch { kernel, problem } => write!(f, "{kernel}: {problem}"),
            Error::Fault(fault) => fmt::Display::fmt(fault, f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Writes a shape as Python does: `(5, 784)`, `(3,)`, `()`.
pub(crate) fn shape_text(shape: &[usize]) -> String {
    match shape {
        [n] => format!("({n},)"),
        _ => {
            let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
            format!("({})", sizes.join(", "))
        }
    }
}

fn list_of_shapes(shapes: &[Vec<usize>]) -> String {
    let texts: Vec<String> = shapes.iter().map(|shape| shape_text(shape)).collect();
    match texts.as_slice() {
        [] => "()".into(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
